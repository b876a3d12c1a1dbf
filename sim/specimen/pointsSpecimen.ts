import { RandomStream } from '../../harness/numeric/index.ts';
import { CellRandom } from '../hash/CellRandom.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import { errorFunction } from './drawing/errorFunction.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';

/** The spots of `points`. */
export const pointSpot = {
  /** Full width at half maximum, in nm. */
  widthNm: 20,
  /** Standard deviation along one axis, in nm. */
  sigmaNm: 20 / Math.sqrt(8 * Math.log(2)),
  /** Yield at the centre of a spot, above the flat ground of 1. */
  peakYield: 4,
  /** Spacing of the lattice, one spot per cell, in nm. */
  spacingNm: 1500,
  /** Farthest that a spot lies from the middle of its cell along one axis, in nm. */
  jitterNm: 450,
} as const;

/**
 * Isolated round Gaussian spots on flat ground, one per cell of a jittered lattice: the image of
 * each is the point spread function. Area sampling is exact.
 *
 * @param seed - Non-negative whole number.
 */
export function pointsSpecimen(seed: number): Specimen {
  const salt = new RandomStream(seed, 'specimen', 'points').nextInt32();
  const paint = (region: SpecimenRegion) => paintSpots(salt, region);
  return areaSampled('points', Number.POSITIVE_INFINITY, paint, 'normal');
}

function paintSpots(salt: number, region: SpecimenRegion): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const { sigmaNm, peakYield, spacingNm, jitterNm } = pointSpot;
  const reachNm = 6 * sigmaNm;
  const yields = new Float32Array(width * height).fill(1);
  const random = new CellRandom();
  const firstRow = Math.floor((topNm - reachNm) / spacingNm);
  const lastRow = Math.floor((topNm + height * pixelSizeNm + reachNm) / spacingNm);
  const firstColumn = Math.floor((leftNm - reachNm) / spacingNm);
  const lastColumn = Math.floor((leftNm + width * pixelSizeNm + reachNm) / spacingNm);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      random.restart(salt, column, row);
      const xNm = (column + 0.5) * spacingNm + random.between(-jitterNm, jitterNm) - leftNm;
      const yNm = (row + 0.5) * spacingNm + random.between(-jitterNm, jitterNm) - topNm;
      const across = spotShares(xNm, width, pixelSizeNm, reachNm);
      const along = spotShares(yNm, height, pixelSizeNm, reachNm);
      for (let y = 0; y < along.shares.length; y++) {
        const to = (along.first + y) * width + across.first;
        const share = peakYield * along.shares[y]!;
        for (let x = 0; x < across.shares.length; x++) {
          yields[to + x] = yields[to + x]! + share * across.shares[x]!;
        }
      }
    }
  }
  return yields;
}

/** Means of a one-dimensional Gaussian of peak 1 over the pixels that it reaches. */
function spotShares(centreNm: number, pixels: number, pixelSizeNm: number, reachNm: number) {
  const first = Math.max(0, Math.floor((centreNm - reachNm) / pixelSizeNm));
  const end = Math.min(pixels, Math.ceil((centreNm + reachNm) / pixelSizeNm));
  const shares = new Float64Array(Math.max(0, end - first));
  const { sigmaNm } = pointSpot;
  const scale = (sigmaNm * Math.sqrt(Math.PI / 2)) / pixelSizeNm;
  for (let index = 0; index < shares.length; index++) {
    const fromNm = (first + index) * pixelSizeNm - centreNm;
    const toNm = fromNm + pixelSizeNm;
    const root = Math.SQRT2 * sigmaNm;
    shares[index] = scale * (errorFunction(toNm / root) - errorFunction(fromNm / root));
  }
  return { first, shares };
}
