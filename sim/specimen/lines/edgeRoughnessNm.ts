import { cellHash } from '../../hash/cellHash.ts';

/** Where along a line its edge roughness is wanted: the same for all edges of a block. */
export interface PlaceAlong {
  readonly node: number;
  readonly weights: readonly [number, number, number, number];
}

/** @param alongNm - Position along the line. */
export function placeAlong(alongNm: number): PlaceAlong {
  const at = alongNm / nodeSpacingNm;
  const node = Math.floor(at);
  const t = at - node;
  const s = 1 - t;
  return {
    node,
    weights: [
      (s * s * s) / 6,
      (3 * t * t * t - 6 * t * t + 4) / 6,
      (3 * s * s * s - 6 * s * s + 4) / 6,
      (t * t * t) / 6,
    ],
  };
}

/**
 * How far an edge lies from where it should: a cubic B-spline through white noise, of standard
 * deviation 1.5 nm, its correlation down to 1/e over 30 nm, as in resists.
 *
 * @param edge - Number of the edge in its block.
 */
export function edgeRoughnessNm(salt: number, edge: number, { node, weights }: PlaceAlong): number {
  let sum = 0;
  for (let tap = 0; tap < 4; tap++) sum += weights[tap]! * cellHash(salt, edge, node - 1 + tap);
  return sum * scaleNm;
}

const nodeSpacingNm = 26;
const sdNm = 1.5;
/** A hash has the variance 2^62 / 3, the squared weights add up to 151 / 315 in the mean. */
const scaleNm = sdNm / (2 ** 31 * Math.sqrt(151 / 315 / 3));
