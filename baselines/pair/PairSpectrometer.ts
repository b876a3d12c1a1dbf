import type { GreyPixels, Rectangle } from '../../harness/microscope/index.ts';
import { type HalfSpectrum, RealFft2 } from '../../harness/numeric/index.ts';
import { alignedCrops } from './alignedCrops.ts';
import { firstColumn, type PairSpectra } from './PairSpectra.ts';

/** The high frequencies that hold noise and no specimen, as fractions of Nyquist. */
const noiseBand = [0.8, 1] as const;

/**
 * What is done to a patch before it is transformed. `wide`, `narrow`: less its mean, under a window
 * that rises over as many px as said below. `ramp`: less the plane that fits it best, no window, as
 * the published package does.
 */
export type Preparation = 'wide' | 'narrow' | 'ramp';

/**
 * Over how much the windows rise, px, at most half of a patch. On real tissue the spectrum of an
 * unwindowed patch leaks from its borders, and what blur carries over them fits neither frame: the
 * rise must be many times the blur. A narrow rise loses less of the specimen; near focus, where both
 * frames are blurred alike, what it leaks spoils both alike.
 */
const taperPx = { wide: 192, narrow: 32 };

/** Computes {@link PairSpectra} of single patches of one side. */
export class PairSpectrometer {
  readonly #side: number;
  readonly #preparation: Preparation;
  readonly #fft: RealFft2;
  readonly #under: HalfSpectrum;
  readonly #over: HalfSpectrum;
  readonly #window: Float64Array;
  readonly #crop: Float32Array;

  /** @param side - px, a permitted FFT length. */
  constructor(side: number, preparation: Preparation) {
    this.#side = side;
    this.#preparation = preparation;
    this.#fft = new RealFft2(side, side);
    this.#under = this.#fft.createSpectrum();
    this.#over = this.#fft.createSpectrum();
    this.#crop = new Float32Array(side * side);
    this.#window = windowOf(side, preparation);
  }

  /**
   * @param patch - Where to cut, in the under frame.
   * @param shiftPx - Whole pixels by which the content of the over frame is moved against the
   *   under frame. The crops follow it, half in each frame, as far as the frame reaches; what is
   *   left is taken out of the phase of the cross spectrum, which is then that of aligned frames.
   * @param bandFraction - Part of Nyquist to keep.
   */
  measure(
    under: GreyPixels,
    over: GreyPixels,
    patch: Rectangle,
    shiftPx: { readonly x: number; readonly y: number },
    pixelSizeNm: number,
    bandFraction: number,
  ): PairSpectra {
    const side = this.#side;
    const reach = Math.floor((bandFraction * side) / 2);
    const rows = 2 * reach + 1;
    const size = (reach + 1) * rows;
    const powerUnder = new Float64Array(size);
    const powerOver = new Float64Array(size);
    const crossRe = new Float64Array(size);
    const crossIm = new Float64Array(size);
    const [first, second] = alignedCrops(patch, shiftPx, under.shape);
    const restX = (2 * Math.PI * (shiftPx.x - second.x + first.x)) / side;
    const restY = (2 * Math.PI * (shiftPx.y - second.y + first.y)) / side;
    this.#transform(under, first, this.#under, reach + 1);
    this.#transform(over, second, this.#over, reach + 1);
    const windowPower = this.#window.reduce((sum, w) => sum + w * w, 0) ** 2;
    const scale = 1 / windowPower;
    const p = this.#under.data;
    const q = this.#over.data;
    const isAligned = restX === 0 && restY === 0;
    for (let nx = 0; nx <= reach; nx++) {
      for (let ny = -reach; ny <= reach; ny++) {
        const from = 2 * (nx * side + (ny < 0 ? ny + side : ny));
        const to = nx * rows + ny + reach;
        const pr = p[from]!;
        const pi = p[from + 1]!;
        const qr = q[from]!;
        const qi = q[from + 1]!;
        powerUnder[to] = scale * (pr * pr + pi * pi);
        powerOver[to] = scale * (qr * qr + qi * qi);
        const re = scale * (pr * qr + pi * qi);
        const im = scale * (pr * qi - pi * qr);
        if (isAligned) {
          crossRe[to] = re;
          crossIm[to] = im;
        } else {
          const cosine = Math.cos(nx * restX + ny * restY);
          const sine = Math.sin(nx * restX + ny * restY);
          crossRe[to] = re * cosine - im * sine;
          crossIm[to] = re * sine + im * cosine;
        }
      }
    }
    return {
      reach,
      stepRadPerUm: (2 * Math.PI) / (side * pixelSizeNm * 1e-3),
      powerUnder,
      powerOver,
      crossRe,
      crossIm,
      noiseUnder: scale * this.#noisePower(this.#under, reach),
      noiseOver: scale * this.#noisePower(this.#over, reach),
      independentBins: this.#independentFraction(),
      smearBins2: this.#smearBins2(),
      independentPatches: 1,
    };
  }

  /** Read from the frame, prepared, transformed: without a copy in between. */
  #transform(pixels: GreyPixels, at: Rectangle, out: HalfSpectrum, columns: number): void {
    const side = this.#side;
    const { data, offset } = pixels;
    const [strideY = 0, strideX = 0] = pixels.stride;
    const start = offset + at.y * strideY + at.x * strideX;
    const plane =
      this.#preparation === 'ramp'
        ? ramp(data, start, strideX, strideY, side)
        : { mean: weightedMean(data, start, strideX, strideY, this.#window), x: 0, y: 0 };
    const crop = this.#crop;
    const window = this.#window;
    const middle = (side - 1) / 2;
    for (let y = 0; y < side; y++) {
      const weight = window[y]!;
      let from = start + y * strideY;
      let base = plane.mean + plane.y * (y - middle) - plane.x * middle;
      for (let x = 0, i = y * side; x < side; x++, i++, from += strideX, base += plane.x) {
        crop[i] = (data[from]! - base) * weight * window[x]!;
      }
    }
    this.#fft.forward(crop, out, columns);
  }

  #noisePower({ data }: HalfSpectrum, reach: number): number {
    const side = this.#side;
    const from = Math.ceil((noiseBand[0] * side) / 2);
    const to = Math.floor((noiseBand[1] * side) / 2);
    let sum = 0;
    for (let nx = firstColumn; nx <= reach; nx++) {
      const column = 2 * nx * side;
      for (let i = column + 2 * from; i < column + 2 * to; i++) sum += data[i]! * data[i]!;
      // The negative frequencies, side - to < ny <= side - from.
      const end = column + 2 * (side - from + 1);
      for (let i = column + 2 * (side - to + 1); i < end; i++) sum += data[i]! * data[i]!;
    }
    return sum / ((reach + 1 - firstColumn) * 2 * (to - from));
  }

  /** Parseval: the second moment of a power spectrum is the power of the derivative. */
  #smearBins2(): number {
    const window = this.#window;
    const squares = window.reduce((sum, w) => sum + w ** 2, 0);
    const steps = window.reduce((sum, w, i) => sum + (w - (window[i - 1] ?? w)) ** 2, 0);
    return (steps / squares) * (this.#side / (2 * Math.PI)) ** 2;
  }

  /** (sum w^2)^2 / (n sum w^4) per axis: 0.51 for Hann, 1 without a window. */
  #independentFraction(): number {
    const squares = this.#window.reduce((sum, w) => sum + w ** 2, 0);
    const fourths = this.#window.reduce((sum, w) => sum + w ** 4, 0);
    return (squares ** 2 / (this.#side * fourths)) ** 2;
  }
}

/** One axis of the window. */
function windowOf(side: number, preparation: Preparation): Float64Array {
  if (preparation === 'ramp') return new Float64Array(side).fill(1);
  const rise = Math.min(taperPx[preparation], side / 2);
  return Float64Array.from({ length: side }, (_, i) => {
    const fromBorder = Math.min(i, side - 1 - i) + 0.5;
    return fromBorder >= rise ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * fromBorder) / rise);
  });
}

/** Every fourth row says what the mean is. */
const meanStep = 4;

/** The mean that leaves next to nothing at k = 0 under the window. */
function weightedMean(
  data: GreyPixels['data'],
  start: number,
  strideX: number,
  strideY: number,
  window: Float64Array,
): number {
  let sum = 0;
  let weights = 0;
  for (let y = meanStep >> 1; y < window.length; y += meanStep) {
    let row = 0;
    let from = start + y * strideY;
    for (let x = 0; x < window.length; x++, from += strideX) row += window[x]! * data[from]!;
    sum += window[y]! * row;
    weights += window[y]!;
  }
  return sum / (weights * window.reduce((total, w) => total + w, 0));
}

/** Mean and slopes per px of the plane that fits a patch best; x and y are their own axes' slopes. */
function ramp(
  data: GreyPixels['data'],
  start: number,
  strideX: number,
  strideY: number,
  side: number,
): { mean: number; x: number; y: number } {
  const middle = (side - 1) / 2;
  let sum = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0; y < side; y++) {
    let row = 0;
    let from = start + y * strideY;
    for (let x = 0; x < side; x++, from += strideX) {
      row += data[from]!;
      sumX += (x - middle) * data[from]!;
    }
    sum += row;
    sumY += (y - middle) * row;
  }
  // Sum over one axis of (i - middle)^2, times the other axis.
  const moment = (side * side * (side * side - 1)) / 12;
  return { mean: sum / (side * side), x: sumX / moment, y: sumY / moment };
}
