import type { GreyPixels, Rectangle } from '../../harness/microscope/index.ts';
import { cropGreyImage, type HalfSpectrum, RealFft2 } from '../../harness/numeric/index.ts';

/**
 * Power and cross spectra of a pair of frames, averaged over patches, on the low part of the half
 * plane: column `nx` = 0 .. `reach`, row `ny` = -`reach` .. `reach`, index
 * `nx * (2 reach + 1) + ny + reach`, wave vector `k = step * (nx, ny)` rad/um.
 *
 * Normalised so that white noise of variance v per pixel gives power v at every k.
 */
export interface PairSpectra {
  readonly reach: number;
  readonly stepRadPerUm: number;
  readonly powerUnder: Float64Array;
  readonly powerOver: Float64Array;
  /** conj(under) * over. */
  readonly crossRe: Float64Array;
  readonly crossIm: Float64Array;
  /** Power of the white noise in one frame, from the high vertical frequencies of the same columns. */
  readonly noisePower: number;
  /** Statistically independent bins per bin and patch; the window correlates neighbours. */
  readonly independentBins: number;
  /** How many patches were averaged; overlapping ones count by the area they cover. */
  readonly independentPatches: number;
}

/**
 * Estimators leave out the columns before this one: offsets of whole rows, which every SEM has,
 * stand there as if they were specimen. The window spreads column 0 into column 1.
 */
export const firstColumn = 2;

/** The high frequencies that hold noise and no specimen, as fractions of Nyquist. */
const noiseBand = [0.8, 1] as const;

/** Computes {@link PairSpectra} for patches of one side, again and again without allocating. */
export class PairSpectrometer {
  readonly #side: number;
  readonly #fft: RealFft2;
  readonly #under: HalfSpectrum;
  readonly #over: HalfSpectrum;
  readonly #window: Float64Array;
  readonly #crop: Float32Array;

  /** @param side - px, a permitted FFT length and a multiple of 16. */
  constructor(side: number) {
    this.#side = side;
    this.#fft = new RealFft2(side, side);
    this.#under = this.#fft.createSpectrum();
    this.#over = this.#fft.createSpectrum();
    this.#crop = new Float32Array(side * side);
    // Hann: on real tissue the spectrum of an unwindowed patch leaks from its borders.
    this.#window = Float64Array.from(
      { length: side },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / side),
    );
  }

  /**
   * @param patches - Where to cut, in the under frame.
   * @param shiftPx - Whole pixels by which the content of the over frame is moved against the
   *   under frame. The crops follow it, half in each frame, as far as the frame reaches; what is
   *   left is taken out of the phase of the cross spectrum, which is then that of aligned frames.
   * @param bandFraction - Part of Nyquist to keep.
   */
  measure(
    under: GreyPixels,
    over: GreyPixels,
    patches: readonly Rectangle[],
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
    let noiseUnder = 0;
    let noiseOver = 0;
    const scale = 1 / (patches.length * this.#windowPower());
    const independentPatches = this.#independentPatches(patches.length, under.shape);
    for (const patch of patches) {
      const [first, second] = alignedCrops(patch, shiftPx, under.shape);
      const restX = (2 * Math.PI * (shiftPx.x - second.x + first.x)) / side;
      const restY = (2 * Math.PI * (shiftPx.y - second.y + first.y)) / side;
      this.#transform(under, first, this.#under, reach + 1);
      this.#transform(over, second, this.#over, reach + 1);
      noiseUnder += this.#noisePower(this.#under, reach);
      noiseOver += this.#noisePower(this.#over, reach);
      const p = this.#under.data;
      const q = this.#over.data;
      for (let nx = 0; nx <= reach; nx++) {
        for (let ny = -reach; ny <= reach; ny++) {
          const from = 2 * (nx * side + (ny < 0 ? ny + side : ny));
          const to = nx * rows + ny + reach;
          const pr = p[from]!;
          const pi = p[from + 1]!;
          const qr = q[from]!;
          const qi = q[from + 1]!;
          powerUnder[to]! += scale * (pr * pr + pi * pi);
          powerOver[to]! += scale * (qr * qr + qi * qi);
          const re = pr * qr + pi * qi;
          const im = pr * qi - pi * qr;
          if (restX === 0 && restY === 0) {
            crossRe[to]! += scale * re;
            crossIm[to]! += scale * im;
          } else {
            const cosine = Math.cos(nx * restX + ny * restY);
            const sine = Math.sin(nx * restX + ny * restY);
            crossRe[to]! += scale * (re * cosine - im * sine);
            crossIm[to]! += scale * (re * sine + im * cosine);
          }
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
      // One of the two frames may be sharp and hold specimen even there: the smaller is the noise.
      // Rounding to whole grey values alone makes 1/12.
      noisePower: Math.max(scale * Math.min(noiseUnder, noiseOver), 1 / 12),
      independentBins: independentPatches * this.#independentFraction(),
      independentPatches,
    };
  }

  /** As many as are there, or as would cover the frame side by side. */
  #independentPatches(count: number, [height = 0, width = 0]: readonly number[]): number {
    return Math.min(count, (width * height) / (this.#side * this.#side));
  }

  /** Mean-free, windowed, transformed. */
  #transform(pixels: GreyPixels, at: Rectangle, out: HalfSpectrum, columns: number): void {
    const side = this.#side;
    const { data } = cropGreyImage(pixels, at);
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]!;
    const mean = sum / data.length;
    const crop = this.#crop;
    for (let y = 0; y < side; y++) {
      const weight = this.#window[y]!;
      for (let x = 0, i = y * side; x < side; x++, i++) {
        crop[i] = (data[i]! - mean) * weight * this.#window[x]!;
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
      for (let ny = from; ny < to; ny++) {
        for (const row of [ny, side - ny]) {
          const i = 2 * (nx * side + row);
          sum += data[i]! ** 2 + data[i + 1]! ** 2;
        }
      }
    }
    return sum / ((reach + 1 - firstColumn) * 2 * (to - from));
  }

  /** Sum over the patch of the squared window: what white noise of variance 1 has at every k. */
  #windowPower(): number {
    return this.#window.reduce((sum, w) => sum + w * w, 0) ** 2;
  }

  /** (sum w^2)^2 / (n sum w^4) per axis: 0.51 for Hann. */
  #independentFraction(): number {
    const squares = this.#window.reduce((sum, w) => sum + w ** 2, 0);
    const fourths = this.#window.reduce((sum, w) => sum + w ** 4, 0);
    return (squares ** 2 / (this.#side * fourths)) ** 2;
  }
}

/** Half of the shift in either frame, kept inside the frame without changing their difference unless it must. */
export function alignedCrops(
  patch: Rectangle,
  shift: { readonly x: number; readonly y: number },
  [height = 0, width = 0]: readonly number[],
): [Rectangle, Rectangle] {
  const [x1, x2] = alignedStarts(patch.x, shift.x, width - patch.width);
  const [y1, y2] = alignedStarts(patch.y, shift.y, height - patch.height);
  return [
    { ...patch, x: x1, y: y1 },
    { ...patch, x: x2, y: y2 },
  ];
}

function alignedStarts(start: number, shift: number, last: number): [number, number] {
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const first = clamp(
    start - Math.trunc(shift / 2),
    Math.max(0, -shift),
    Math.min(last, last - shift),
  );
  return [clamp(first, 0, last), clamp(first + shift, 0, last)];
}
