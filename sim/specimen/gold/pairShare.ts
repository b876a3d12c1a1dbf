import { cellHash } from '../../hash/cellHash.ts';

/** A random number in [0, 1) that two grains or two islands have in common, in either order. */
export function pairShare(a: number, b: number): number {
  return (cellHash(0x601d, Math.min(a, b), Math.max(a, b)) >>> 0) / 4294967296;
}
