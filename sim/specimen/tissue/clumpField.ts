import { smoothNoise } from '../../hash/smoothNoise.ts';

/** A ragged field, of standard deviation 1.2, whose high places are clumps of chromatin and the like. */
export function clumpField(salt: number, xNm: number, yNm: number): number {
  return (
    0.8 * smoothNoise(salt, xNm / 900, yNm / 900) +
    0.3 * smoothNoise(salt ^ 1, xNm / 260, yNm / 260) +
    0.77 * smoothNoise(salt ^ 2, xNm / 100, yNm / 100)
  );
}
