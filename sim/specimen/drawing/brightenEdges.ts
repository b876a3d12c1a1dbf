import { areaSampled } from './areaSampled.ts';
import type { Specimen, SpecimenRegion } from './Specimen.ts';

/** How much edges are brightened, and over what width. */
export interface EdgeBrightening {
  /** Height of the bright line along a straight step, in units of the step, >= 0. */
  readonly level: number;
  /** Standard deviation of the bright line across the step, in nm, > 0. */
  readonly widthNm: number;
}

/**
 * A specimen whose steep places emit more, as edges of a relief do. Added to the yield Y is
 * `level * sqrt(2 pi) * s * |grad (G_s * Y)|`, G_s a Gaussian of standard deviation s = `widthNm`:
 * along a straight step of height h a line of height `level * h`.
 *
 * The mean yield is not set back to what it was: edges emit more, and nothing emits less for it.
 *
 * @returns the specimen itself where the level is 0.
 * @throws RangeError if the level is negative or the width is not > 0.
 */
export function brightenEdges(specimen: Specimen, { level, widthNm }: EdgeBrightening): Specimen {
  if (!(level >= 0 && Number.isFinite(level))) {
    throw new RangeError(`level of edge brightening must be a number >= 0. Received ${level}`);
  }
  if (!(widthNm > 0 && Number.isFinite(widthNm))) {
    throw new RangeError(`width of bright edges must be a number > 0 nm. Received ${widthNm}`);
  }
  if (level === 0) return specimen;
  // Pixels of at most one standard deviation: a sampled Gaussian is then as good as the true one.
  return areaSampled(
    specimen.name,
    widthNm,
    (region) => brightened(specimen, level, widthNm / region.pixelSizeNm, region),
    specimen.polarity,
  );
}

/** The Gaussian is cut off this many standard deviations out, where it is 3e-4 of its peak. */
const reachSigmas = 4;

function brightened(
  specimen: Specimen,
  level: number,
  sigmaPx: number,
  region: SpecimenRegion,
): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const apron = Math.ceil(reachSigmas * sigmaPx);
  const wide = width + 2 * apron;
  const tall = height + 2 * apron;
  const yields = specimen.rasterise({
    leftNm: leftNm - apron * pixelSizeNm,
    topNm: topNm - apron * pixelSizeNm,
    width: wide,
    height: tall,
    pixelSizeNm,
  });
  const { smooth, slope } = gaussianKernels(sigmaPx, apron);
  const smoothed = new Float64Array(width * tall);
  const sloping = new Float64Array(width * tall);
  for (let row = 0; row < tall; row++) {
    for (let x = 0; x < width; x++) {
      const from = row * wide + x;
      let mean = 0;
      let rise = 0;
      for (let tap = 0; tap < smooth.length; tap++) {
        const value = yields[from + tap]!;
        mean += smooth[tap]! * value;
        rise += slope[tap]! * value;
      }
      smoothed[row * width + x] = mean;
      sloping[row * width + x] = rise;
    }
  }
  const scale = level * Math.sqrt(2 * Math.PI) * sigmaPx;
  const out = new Float32Array(width * height);
  const right = new Float64Array(width);
  const down = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    right.fill(0);
    down.fill(0);
    for (let tap = 0; tap < smooth.length; tap++) {
      const from = (row + tap) * width;
      for (let x = 0; x < width; x++) {
        right[x]! += smooth[tap]! * sloping[from + x]!;
        down[x]! += slope[tap]! * smoothed[from + x]!;
      }
    }
    const centre = (row + apron) * wide + apron;
    for (let x = 0; x < width; x++) {
      const steepness = Math.sqrt(right[x]! * right[x]! + down[x]! * down[x]!);
      out[row * width + x] = yields[centre + x]! + scale * steepness;
    }
  }
  return out;
}

/** A sampled Gaussian of sum 1, and its derivative, which gives a ramp of slope 1 the slope 1. */
function gaussianKernels(sigmaPx: number, reach: number) {
  const smooth = new Float64Array(2 * reach + 1);
  const slope = new Float64Array(2 * reach + 1);
  let sum = 0;
  let moment = 0;
  for (let tap = -reach; tap <= reach; tap++) {
    const value = Math.exp(-((tap / sigmaPx) ** 2) / 2);
    smooth[tap + reach] = value;
    slope[tap + reach] = tap * value;
    sum += value;
    moment += tap * tap * value;
  }
  for (let tap = 0; tap < smooth.length; tap++) {
    smooth[tap]! /= sum;
    slope[tap]! /= moment;
  }
  return { smooth, slope };
}
