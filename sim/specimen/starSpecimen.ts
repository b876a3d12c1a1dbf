import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';

/** The Siemens star of `star`. */
export const siemensStar = {
  /** Bright and dark spokes come in so many pairs: at radius r the period is 2 pi r / pairs. */
  pairs: 36,
  brightYield: 1.5,
  darkYield: 0.5,
  /** Centres of stars lie at multiples of this in x and y; one is at the origin, in nm. */
  spacingNm: 40_000,
} as const;

/**
 * Siemens stars for tests of the modulation transfer, each filling its square of 40 um; a bright
 * spoke points to the right. Mirrored in x and y the star is itself, so that squares join without a
 * seam. Pixels are averaged over their area exactly, at the centre as well. There is nothing
 * random in it.
 */
export function starSpecimen(): Specimen {
  return areaSampled('star', largestPixelNm, paintStar, 'normal');
}

/** Pixels up to here meet at most two stars per axis. */
const largestPixelNm = 1000;
const { pairs, brightYield, darkYield, spacingNm } = siemensStar;
const spokeAngle = Math.PI / pairs;
/** Borders between spokes within the first quadrant lie at half spokes: tan of (n + 1/2) spokes. */
const borderTangents = Array.from({ length: pairs / 2 }, (_, n) =>
  Math.tan((n + 0.5) * spokeAngle),
);

function paintStar({ leftNm, topNm, width, height, pixelSizeNm }: SpecimenRegion): Float32Array {
  const yields = new Float32Array(width * height);
  const columns = quadrantParts(leftNm, width, pixelSizeNm);
  const rows = quadrantParts(topNm, height, pixelSizeNm);
  const areaNm2 = pixelSizeNm * pixelSizeNm;
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      let brightNm2 = 0;
      for (const y of rows[row]!)
        for (const x of columns[column]!) brightNm2 += brightArea(x.from, x.to, y.from, y.to);
      yields[to] = darkYield + ((brightYield - darkYield) * brightNm2) / areaNm2;
    }
  }
  return yields;
}

/** Part of a pixel's side, as distances from the centre of the nearest star. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** Each side cut where it crosses the middle of a star or the border between two. */
function quadrantParts(edgeNm: number, count: number, pixelSizeNm: number): Part[][] {
  const half = spacingNm / 2;
  return Array.from({ length: count }, (_, index) => {
    const parts: Part[] = [];
    const endNm = edgeNm + (index + 1) * pixelSizeNm;
    let fromNm = edgeNm + index * pixelSizeNm;
    while (fromNm < endNm) {
      const cell = Math.floor(fromNm / half);
      const toNm = Math.min(endNm, (cell + 1) * half);
      // Even half squares lead away from a star's middle, odd ones towards the next.
      const isEven = cell % 2 === 0;
      const from = isEven ? fromNm - cell * half : (cell + 1) * half - toNm;
      parts.push({ from, to: from + toNm - fromNm });
      fromNm = toNm;
    }
    return parts;
  });
}

/** Area of bright spokes in a rectangle of the first quadrant: bright, dark, bright, ... from y = 0. */
function brightArea(x0: number, x1: number, y0: number, y1: number): number {
  // Only borders between the directions to the two extreme corners cross the rectangle.
  const first = Math.floor(Math.atan2(y0, x1) / spokeAngle + 0.5);
  const last = Math.ceil(Math.atan2(y1, x0) / spokeAngle - 0.5);
  let area = 0;
  let below = 0;
  for (let n = first; n < last; n++) {
    const upTo = areaBelow(borderTangents[n]!, x0, x1, y0, y1);
    if (n % 2 === 0) area += upTo - below;
    below = upTo;
  }
  if (last % 2 === 0) area += (x1 - x0) * (y1 - y0) - below;
  return area;
}

/** Area of the part of a rectangle below the line y = tangent * x. */
function areaBelow(tangent: number, x0: number, x1: number, y0: number, y1: number): number {
  return rampArea(tangent, x0, x1, y0) - rampArea(tangent, x0, x1, y1);
}

/** Integral of max(0, tangent * x - y) over x. */
function rampArea(tangent: number, x0: number, x1: number, y: number): number {
  const right = Math.max(0, tangent * x1 - y);
  const left = Math.max(0, tangent * x0 - y);
  return (right * right - left * left) / (2 * tangent);
}
