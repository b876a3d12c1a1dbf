import type { BodyMask } from '../../harness/algorithm/pair/index.ts';
import type { GreyPixels, Rectangle } from '../../harness/microscope/index.ts';
import { type HalfSpectrum, RealFft2 } from '../../harness/numeric/index.ts';
import { alignedCrops } from './alignedCrops.ts';
import { firstColumn, type PairSpectra } from './PairSpectra.ts';

/** The high frequencies that hold noise and no specimen, as fractions of Nyquist. */
const noiseBand = [0.8, 1] as const;

/**
 * What is done to a patch before it is transformed. `wide`, `narrow`: less its mean, under a window
 * that rises over as many px as said below. `masked`: under the wide window, without clipped bodies.
 * `ramp`: less the plane that fits it best, no window, as the published package does.
 */
export type Preparation = 'masked' | 'wide' | 'narrow' | 'ramp';

/**
 * Over how much the windows rise, px, at most half of a patch. On real tissue the spectrum of an
 * unwindowed patch leaks from its borders, and what blur carries over them fits neither frame: the
 * rise must be many times the blur. A narrow rise loses less of the specimen; near focus, where both
 * frames are blurred alike, what it leaks spoils both alike.
 */
const taperPx = { masked: 192, wide: 192, narrow: 32 };

interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Computes {@link PairSpectra} of single patches of one side. */
export class PairSpectrometer {
  readonly #side: number;
  readonly #preparation: Preparation;
  readonly #fft: RealFft2;
  readonly #under: HalfSpectrum;
  readonly #over: HalfSpectrum;
  readonly #crop: Float32Array;
  /** Power of the window of a patch that both frames show whole. */
  readonly #openPower: number;
  /** The last one: patches of a pair mostly share it. */
  #window: CommonWindow;

  /** @param side - px, a permitted FFT length. */
  constructor(side: number, preparation: Preparation) {
    this.#side = side;
    this.#preparation = preparation;
    this.#fft = new RealFft2(side, side);
    this.#under = this.#fft.createSpectrum();
    this.#over = this.#fft.createSpectrum();
    this.#crop = new Float32Array(side * side);
    this.#window = commonWindow(side, preparation, { x: 0, y: 0 });
    this.#openPower = this.#window.moments.power;
  }

  /**
   * @param patch - Where to cut, in the under frame.
   * @param shiftPx - Whole pixels by which the content of the over frame is moved against the
   *   under frame. The crops follow it, half in each frame, as far as the frame reaches. Where it does not reach, the
   *   windows leave out what one of the crops does not show, and the phase of the cross spectrum is turned to that of
   *   aligned frames.
   * @param bandFraction - Part of Nyquist to keep.
   * @param bodies - What to leave out of both frames.
   */
  measure(
    under: GreyPixels,
    over: GreyPixels,
    patch: Rectangle,
    shiftPx: { readonly x: number; readonly y: number },
    pixelSizeNm: number,
    bandFraction: number,
    bodies?: Pick<BodyMask, 'weightsOf'>,
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
    const restPx = {
      x: shiftPx.x - second.x + first.x,
      y: shiftPx.y - second.y + first.y,
    };
    const restX = (2 * Math.PI * restPx.x) / side;
    const restY = (2 * Math.PI * restPx.y) / side;
    const open = this.#windowFor(restPx);
    const weights = bodies && masked(bodies.weightsOf(first), open, side);
    const window = weights?.moments ?? open.moments;
    const smear = weights
      ? this.#smearOf(weights.values, window.power, reach)
      : this.#smearOfWindow(open, reach);
    this.#transform(under, first, this.#under, reach + 1, open.under, weights?.values);
    const moved = weights && movedBy(weights.values, restPx, side);
    this.#transform(over, second, this.#over, reach + 1, open.over, moved);
    const scale = 1 / window.power;
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
      independentBins: window.independentFraction,
      smearBins2: window.smearBins2,
      smear,
      independentPatches: 1,
      weight: window.power / this.#openPower,
    };
  }

  /** That of patches whose content is moved by `restPx` from the under crop to the over crop. */
  #windowFor(restPx: Shift): CommonWindow {
    const { x, y } = this.#window.restPx;
    if (x !== restPx.x || y !== restPx.y) {
      this.#window = commonWindow(this.#side, this.#preparation, restPx);
    }
    return this.#window;
  }

  /** Read from the frame, prepared, transformed: without a copy in between. */
  #transform(
    pixels: GreyPixels,
    at: Rectangle,
    out: HalfSpectrum,
    columns: number,
    window: Window,
    weights: Float32Array | undefined,
  ): void {
    const side = this.#side;
    const { data, offset } = pixels;
    const [strideY = 0, strideX = 0] = pixels.stride;
    const start = offset + at.y * strideY + at.x * strideX;
    if (weights !== undefined) {
      const mean = meanUnder(weights, data, start, strideX, strideY, side);
      for (let y = 0, i = 0; y < side; y++) {
        let from = start + y * strideY;
        for (let x = 0; x < side; x++, i++, from += strideX) {
          this.#crop[i] = (data[from]! - mean) * weights[i]!;
        }
      }
      this.#fft.forward(this.#crop, out, columns);
      return;
    }
    const plane =
      this.#preparation === 'ramp'
        ? ramp(data, start, strideX, strideY, side)
        : { mean: weightedMean(data, start, strideX, strideY, window), x: 0, y: 0 };
    const crop = this.#crop;
    const middle = (side - 1) / 2;
    for (let y = 0; y < side; y++) {
      const weight = window.y[y]!;
      let from = start + y * strideY;
      let base = plane.mean + plane.y * (y - middle) - plane.x * middle;
      for (let x = 0, i = y * side; x < side; x++, i++, from += strideX, base += plane.x) {
        crop[i] = (data[from]! - base) * weight * window.x[x]!;
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

  /** That of a window without a mask, worked out once for each reach. */
  #smearOfWindow(window: CommonWindow, reach: number): Float64Array {
    const known = window.smear;
    if (known?.reach === reach) return known.values;
    const values = this.#smearOf(outer(window.under), window.moments.power, reach);
    window.smear = { reach, values };
    return values;
  }

  /** Power spectrum of a window [side, side] up to `reach`, 1 in all. */
  #smearOf(window: Float32Array, power: number, reach: number): Float64Array {
    const side = this.#side;
    const { data } = this.#fft.forward(window, this.#under, reach + 1);
    const rows = 2 * reach + 1;
    const scale = 1 / (power * side * side);
    return Float64Array.from({ length: (reach + 1) * rows }, (_, i) => {
      const ny = (i % rows) - reach;
      const at = 2 * (Math.floor(i / rows) * side + (ny < 0 ? ny + side : ny));
      return scale * (data[at]! ** 2 + data[at + 1]! ** 2);
    });
  }
}

/** One axis each. */
interface Window {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The same window on the same part of the specimen in either crop. */
interface CommonWindow {
  readonly restPx: Shift;
  readonly under: Window;
  readonly over: Window;
  readonly moments: WindowMoments;
  /** Its power spectrum up to `reach`, once it has been asked for. */
  smear?: { readonly reach: number; readonly values: Float64Array };
}

/** @param restPx - By how much the content of the over crop is moved against that of the under crop, whole px. */
function commonWindow(side: number, preparation: Preparation, restPx: Shift): CommonWindow {
  const [x, y] = [restPx.x, restPx.y].map((rest) => axisWindows(side, preparation, rest));
  const under = { x: x!.under, y: y!.under };
  return {
    restPx,
    under,
    over: { x: x!.over, y: y!.over },
    moments: openMoments(under),
  };
}

/** A window as long as what both crops show, where it lies in each of them; 0 beside it. */
function axisWindows(side: number, preparation: Preparation, rest: number) {
  // The published package cuts as it comes.
  if (rest === 0 || preparation === 'ramp') {
    const whole = windowOf(side, preparation);
    return { under: whole, over: whole };
  }
  const part = windowOf(Math.max(1, side - Math.abs(rest)), preparation);
  const [under, over] = [new Float64Array(side), new Float64Array(side)];
  under.set(part, Math.min(side - 1, Math.max(0, -rest)));
  over.set(part, Math.min(side - 1, Math.max(0, rest)));
  return { under, over };
}

/** The window times the weights of the under crop, which it puts in their place; undefined where there are none. */
function masked(weights: Float32Array | undefined, { under }: CommonWindow, side: number) {
  if (weights === undefined) return undefined;
  let [squares, fourths, steps] = [0, 0, 0];
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const w = weights[at]! * under.y[y]! * under.x[x]!;
      weights[at] = w;
      const square = w * w;
      squares += square;
      // As a power it takes most of the time of this loop.
      fourths += square * square;
      if (x > 0) steps += (w - weights[at - 1]!) ** 2;
      if (y > 0) steps += (w - weights[at - side]!) ** 2;
    }
  }
  return { values: weights, moments: momentsOf(squares, fourths, steps, side) };
}

/** Weights of the under crop as they lie in the over crop. What is moved out of it is 0, the window has seen to that. */
function movedBy(weights: Float32Array, { x, y }: Shift, side: number): Float32Array {
  if (x === 0 && y === 0) return weights;
  const out = new Float32Array(weights.length);
  const [first, end] = [Math.max(0, -x), Math.min(side, side - x)];
  for (let row = Math.max(0, -y); row < Math.min(side, side - y) && first < end; row++) {
    out.set(weights.subarray(row * side + first, row * side + end), (row + y) * side + first + x);
  }
  return out;
}

/** What the spectra of a windowed patch owe to the window. */
interface WindowMoments {
  /** Sum of w^2. */
  readonly power: number;
  /** (sum w^2)^2 / (n^2 sum w^4): 0.51^2 for Hann, 1 without a window. */
  readonly independentFraction: number;
  /** Variance of the window's power spectrum, mean of both axes, in bins^2. */
  readonly smearBins2: number;
}

/**
 * @param steps - Sum over both axes of the squared steps from pixel to pixel: by Parseval the second moment of
 *   a power spectrum is the power of the derivative.
 */
function momentsOf(power: number, fourths: number, steps: number, side: number): WindowMoments {
  return {
    power,
    independentFraction: power ** 2 / (side ** 2 * fourths),
    smearBins2: (steps / (2 * power)) * (side / (2 * Math.PI)) ** 2,
  };
}

/** Those of the window alone, from its axes. */
function openMoments({ x, y }: Window): WindowMoments {
  const sum = (window: Float64Array, of: (w: number, before: number) => number) =>
    window.reduce((total, w, i) => total + of(w, window[i - 1] ?? w), 0);
  const squares = [x, y].map((axis) => sum(axis, (w) => w ** 2)) as [number, number];
  const fourths = [x, y].map((axis) => sum(axis, (w) => w ** 4)) as [number, number];
  const steps = [x, y].map((axis) => sum(axis, (w, before) => (w - before) ** 2)) as [
    number,
    number,
  ];
  return momentsOf(
    squares[0] * squares[1],
    fourths[0] * fourths[1],
    steps[0] * squares[1] + steps[1] * squares[0],
    x.length,
  );
}

/** The window [side, side] of its axes. */
function outer({ x, y }: Window): Float32Array {
  const side = x.length;
  return Float32Array.from(
    { length: side * side },
    (_, i) => y[Math.floor(i / side)]! * x[i % side]!,
  );
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
  window: Window,
): number {
  let sum = 0;
  let weights = 0;
  for (let y = meanStep >> 1; y < window.y.length; y += meanStep) {
    let row = 0;
    let from = start + y * strideY;
    for (let x = 0; x < window.x.length; x++, from += strideX) row += window.x[x]! * data[from]!;
    sum += window.y[y]! * row;
    weights += window.y[y]!;
  }
  return sum / (weights * window.x.reduce((total, w) => total + w, 0));
}

/** The same under a window that is no product of two. */
function meanUnder(
  weights: Float32Array,
  data: GreyPixels['data'],
  start: number,
  strideX: number,
  strideY: number,
  side: number,
): number {
  let [sum, total] = [0, 0];
  for (let y = 0, i = 0; y < side; y++) {
    let from = start + y * strideY;
    for (let x = 0; x < side; x++, i++, from += strideX) {
      sum += weights[i]! * data[from]!;
      total += weights[i]!;
    }
  }
  return sum / total;
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
