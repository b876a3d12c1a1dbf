import type { Condition } from '../summary/index.ts';

/** A condition as a cell of a table. */
export function conditionText({ preset, psf, specimen, dwellTimeNs }: Condition): string {
  return `${preset}, ${psf}, ${specimen}, ${dwellTimeNs} ns`;
}
