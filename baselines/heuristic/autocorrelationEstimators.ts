import type { GreyPixels } from '../../harness/microscope/index.ts';
import { cropGreyImage, isFftLength, RealFft2 } from '../../harness/numeric/index.ts';

/** What the heuristic reads from one image. */
export interface AutocorrelationEstimators {
  /** F: how fast the autocorrelation falls; larger is sharper, -1 to 1. */
  readonly focus: number;
  /** Ax > 0: blurred along y more than along x (y down). */
  readonly stigmatorX: number;
  /** Ay > 0: blurred along the diagonal x = y more than along x = -y. */
  readonly stigmatorY: number;
  /** One standard deviation of `focus` from noise. */
  readonly focusSd: number;
  /**
   * Standard deviations by which the near autocorrelation exceeds the far one, lags along a row left
   * out; little where the image holds nothing but noise, which may be coloured along a row, and slow
   * shading.
   */
  readonly structure: number;
}

/** Side of the part of the image that is looked at, px, and of the smallest. */
const largestSidePx = 512;
export const smallestHeuristicSidePx = 128;
/** The middle of the autocorrelation is looked at to this many px from its peak. */
const reachPx = 32;

/**
 * The six weighted means of the autocorrelation and the three estimators made of them.
 *
 * Central square of at most 512 px, mean subtracted; r in px, phi the polar angle, x right, y down:
 *
 *     fi: exp(-r^2/3) - exp(-r^2/0.5)    fo: exp(-r^2/9) - exp(-r^2/3)    F  = (fi - fo)/(fi + fo)
 *     E = exp(-r^2/6) - exp(-r^2/0.5)    ax+: E sin^2 phi   ax-: E cos^2 phi
 *     ay+-: E (sin phi +- cos phi)^2/2                                    Ax, Ay likewise
 *
 * All weights vanish at r = 0, where noise has its peak. Elsewhere the autocorrelation of white noise
 * scatters by 1 / side around 0, the same at opposite lags; that gives the standard deviations.
 *
 * @param pixels - At least `smallestHeuristicSidePx` each way.
 * @see K. L. Briggman 2011; the appendix of Binding, Mikula, Denk 2013.
 */
export function autocorrelationEstimators(pixels: GreyPixels): AutocorrelationEstimators {
  const [height = 0, width = 0] = pixels.shape;
  let side = Math.min(largestSidePx, width, height);
  while (!isFftLength(side)) side--;
  const image = cropGreyImage(pixels, {
    x: Math.floor((width - side) / 2),
    y: Math.floor((height - side) / 2),
    width: side,
    height: side,
  }).data;
  const correlation = autocorrelation(image, side);
  const value = (weights: Weights): number =>
    weights.reduce(
      (sum, { x, y, weight }) =>
        sum + weight * correlation[((y + side) % side) * side + ((x + side) % side)]!,
      0,
    );
  const [near, far] = [value(inner), value(outer)];
  const ratio = (plus: Weights, minus: Weights): number => {
    const [p, q] = [value(plus), value(minus)];
    return p + q === 0 ? 0 : (p - q) / (p + q);
  };
  const total = near + far;
  // d F = 2 (fo d fi - fi d fo) / (fi + fo)^2
  const slope = combined(inner, far, outer, -near);
  return {
    focus: ratio(inner, outer),
    stigmatorX: ratio(downwards, across),
    stigmatorY: ratio(rising, falling),
    focusSd: total === 0 ? Number.POSITIVE_INFINITY : (2 * noiseSd(slope, side)) / total ** 2,
    structure: value(fall) / noiseSd(fall, side),
  };
}

type Weights = readonly { readonly x: number; readonly y: number; readonly weight: number }[];

const nearWeight = (r2: number): number => Math.exp(-r2 / 3) - Math.exp(-r2 / 0.5);
const farWeight = (r2: number): number => Math.exp(-r2 / 9) - Math.exp(-r2 / 3);
const inner = weighted(nearWeight);
const outer = weighted(farWeight);
const downwards = weighted((r2, _, sin) => ring(r2) * sin ** 2);
const across = weighted((r2, cos) => ring(r2) * cos ** 2);
const rising = weighted((r2, cos, sin) => (ring(r2) * (sin + cos) ** 2) / 2);
const falling = weighted((r2, cos, sin) => (ring(r2) * (sin - cos) ** 2) / 2);

/** What the estimators call sharp, without the lags along a row, along which noise may be coloured. */
const offRow = (weight: (r2: number) => number) =>
  weighted((r2, _, sin) => (sin === 0 ? 0 : weight(r2)));
const fall = combined(offRow(nearWeight), 1, offRow(farWeight), -1);

function ring(r2: number): number {
  return Math.exp(-r2 / 6) - Math.exp(-r2 / 0.5);
}

/** Weights over the lags, divided by their sum. */
function weighted(weight: (r2: number, cos: number, sin: number) => number): Weights {
  const lags = [];
  for (let y = -reachPx; y < reachPx; y++) {
    for (let x = -reachPx; x < reachPx; x++) {
      const r2 = x * x + y * y;
      if (r2 === 0) continue;
      lags.push({ x, y, weight: weight(r2, x / Math.sqrt(r2), y / Math.sqrt(r2)) });
    }
  }
  const sum = lags.reduce((total, lag) => total + lag.weight, 0);
  return lags.map((lag) => ({ ...lag, weight: lag.weight / sum }));
}

function combined(first: Weights, p: number, second: Weights, q: number): Weights {
  return first.map((lag, i) => ({ ...lag, weight: p * lag.weight + q * second[i]!.weight }));
}

/** Scatter of a weighted sum over the autocorrelation of white noise; opposite lags are one. */
function noiseSd(weights: Weights, side: number): number {
  const squares = weights.reduce((sum, { weight }) => sum + weight * weight, 0);
  return Math.sqrt(2 * squares) / side;
}

/** Normalised to 1 at lag 0; 0 throughout for an image without contrast. */
function autocorrelation(image: Float32Array, side: number): Float32Array {
  let mean = 0;
  for (let i = 0; i < image.length; i++) mean += image[i]!;
  mean /= image.length;
  const fft = new RealFft2(side, side);
  const spectrum = fft.forward(image.map((value) => value - mean));
  const { data } = spectrum;
  for (let i = 0; i < data.length; i += 2) {
    data[i] = data[i]! ** 2 + data[i + 1]! ** 2;
    data[i + 1] = 0;
  }
  const correlation = fft.inverse(spectrum);
  const peak = correlation[0]!;
  return correlation.map((value) => (peak > 0 ? value / peak : 0));
}
