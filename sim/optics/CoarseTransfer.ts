import type { TransferColumns, WaveVectors } from './TransferColumns.ts';

/** Neighbours on either side that an interpolated value draws on. */
const half = 6;
/** Shape of the window over the interpolating sinc, for {@link samplesPerPeriod}. */
const windowShape = 13.2;
/** Samples per period of the fastest oscillation, exp(i k R). */
const samplesPerPeriod = 7;

/**
 * A transfer function on a grid of wave vectors that is fine enough for the probe, not for a
 * picture: a probe that ends at a radius R has nothing finer than exp(i k R) in its transfer
 * function, so that few samples do, however large the picture. Values between them come from a
 * sinc under a window, good to 5e-6.
 */
export class CoarseTransfer {
  /** Distance between samples, rad/um, the same along kx and ky. */
  readonly step: number;
  /** Samples lie at kx = 0 .. columns step and ky = -rows step .. rows step. */
  readonly columns: number;
  readonly rows: number;
  /** Index `column * (2 rows + 1) + rows + row`. What lies at kx < 0 is conj F(-k). */
  readonly re: Float64Array;
  readonly im: Float64Array;

  /** @param reachUm - Radius of the probe. */
  constructor(reachUm: number, { largestX, largestY }: WaveVectors) {
    const finest = (2 * Math.PI) / (samplesPerPeriod * reachUm);
    this.step = Math.min(finest, Math.max(largestX, largestY) / 8);
    this.columns = Math.ceil(largestX / this.step) + half;
    this.rows = Math.ceil(largestY / this.step) + half;
    this.re = new Float64Array((this.columns + 1) * (2 * this.rows + 1));
    this.im = new Float64Array(this.re.length);
  }

  /** Interpolates along ky at once, and along kx whenever a column is asked for. */
  interpolated(waveVectors: WaveVectors): TransferColumns {
    const { step, columns } = this;
    const { stepY, halfHeight, largestY } = waveVectors;
    const height = 2 * halfHeight + 1;
    const used = Math.min(halfHeight, Math.floor((largestY / stepY) * (1 + 1e-9)));
    const fineRe = new Float32Array((columns + 1 + half) * height);
    const fineIm = new Float32Array(fineRe.length);
    this.#interpolateRows(fineRe, fineIm, waveVectors, used);
    for (let column = 1; column <= half; column++) {
      const from = (half + column) * height;
      const to = (half - column) * height;
      for (let j = 0; j < height; j++) {
        fineRe[to + j] = fineRe[from + height - 1 - j]!;
        fineIm[to + j] = -fineIm[from + height - 1 - j]!;
      }
    }
    const weights = new Float64Array(2 * half);
    return {
      isReal: false,
      fill(kx, re, im) {
        const first = interpolationWeights(weights, kx / step);
        re.fill(0);
        im.fill(0);
        for (let i = 0; i < 2 * half; i += 2) {
          const w0 = weights[i]!;
          const w1 = weights[i + 1]!;
          const at = (half + first + i) * height;
          for (let j = halfHeight - used; j <= halfHeight + used; j++) {
            re[j] = re[j]! + w0 * fineRe[at + j]! + w1 * fineRe[at + height + j]!;
            im[j] = im[j]! + w0 * fineIm[at + j]! + w1 * fineIm[at + height + j]!;
          }
        }
      },
    };
  }

  #interpolateRows(
    fineRe: Float32Array,
    fineIm: Float32Array,
    { stepY, halfHeight }: WaveVectors,
    used: number,
  ): void {
    const { step, columns, rows, re, im } = this;
    const height = 2 * halfHeight + 1;
    const weights = new Float64Array(2 * half);
    for (let j = halfHeight - used; j <= halfHeight + used; j++) {
      const first = interpolationWeights(weights, ((j - halfHeight) * stepY) / step);
      for (let column = 0; column <= columns; column++) {
        let sumRe = 0;
        let sumIm = 0;
        for (let i = 0, from = column * (2 * rows + 1) + rows + first; i < 2 * half; i++, from++) {
          sumRe += weights[i]! * re[from]!;
          sumIm += weights[i]! * im[from]!;
        }
        fineRe[(half + column) * height + j] = sumRe;
        fineIm[(half + column) * height + j] = sumIm;
      }
    }
  }
}

/** Weights of the samples round `place`; their sum is 1. @returns the index of the first. */
function interpolationWeights(weights: Float64Array, place: number): number {
  const first = Math.floor(place) - half + 1;
  let sum = 0;
  for (let i = 0; i < 2 * half; i++) {
    const x = place - first - i;
    const window = Math.exp(windowShape * (Math.sqrt(Math.max(0, 1 - (x / half) ** 2)) - 1));
    weights[i] = (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
    sum += weights[i]!;
  }
  for (let i = 0; i < 2 * half; i++) weights[i]! /= sum;
  return first;
}
