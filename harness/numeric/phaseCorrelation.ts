import type { GreyImage } from './GreyImage.ts';
import { nextFftLength } from './kernels/fftLength.ts';
import { type HalfSpectrum, RealFft2 } from './RealFft2.ts';

/** Where to look for a displacement: a disc around what is expected. */
export interface ShiftSearch {
  readonly expectedXPx: number;
  readonly expectedYPx: number;
  /** Largest distance from the expected displacement, in px, > 0. */
  readonly searchRadiusPx: number;
}

/** The displacement of one image against another. */
export interface MeasuredShift {
  /** Content at (x, y) of the first image is at (x + xPx, y + yPx) of the second. */
  readonly xPx: number;
  readonly yPx: number;
  /** False where no peak stands out of the noise; the shift is then the expected one. */
  readonly isSignificant: boolean;
  /** Height of the peak over the standard deviation that unrelated images would give. */
  readonly peakToNoise: number;
  /** What that would be if all that stands above the noise of both images were one scene. */
  readonly oneScenePeakToNoise: number;
}

/** Frequencies of fewer periods per image than this belong to the window and to uneven brightness. */
const leastPeriods = 2;
/** Below this, the rings of frequencies hold too few of them. */
const leastSharedPx = 32;
/** A peak must exceed the largest of as many random values by this many standard deviations. */
const significanceMargin = 2;

/**
 * Displacement between two images of one scene, to a fraction of a pixel, by band-limited phase
 * correlation within a bounded search.
 *
 * The images are cropped to what they share at the expected displacement (whole pixels), windowed,
 * and correlated. Each ring of spatial frequencies is brought to unit size and weighted by
 * C / (1 - C), where C is its coherence as estimated from its power above the noise floor (the
 * weakest ring; noise is taken to be white). So rings without signal count for nothing, which makes
 * it work at a few electrons per pixel. The largest local maximum within the search is refined on
 * the Fourier sum itself; if it is a pixel or more off, all is repeated there, with the windows on
 * the same content.
 *
 * Assumes a pure translation. Contrast reversal (a disc seen beyond its first zero in one of the
 * images) works against the peak. The weights favour the coarse structures below that zero; capping
 * them, so that the peak becomes sharper, was tried and locks on a wrong one. The bounded search and
 * the fallback to what is expected are for the rest.
 *
 * @param second - Same size as `first`.
 * @throws RangeError if the sizes differ, the images share less than 32 px at the expected
 *   displacement, or the radius is not below half of the smaller side of what they share.
 * @see E. J. Hannan, P. J. Thomson 1973, Estimating group delay, Biometrika 60 (the weights).
 */
export function phaseCorrelation(
  first: GreyImage,
  second: GreyImage,
  search: ShiftSearch,
): MeasuredShift {
  checkArguments(first, second, search);
  const found = correlate(first, second, search, search.expectedXPx, search.expectedYPx);
  const isOff = Math.hypot(found.xPx - search.expectedXPx, found.yPx - search.expectedYPx) >= 1;
  if (!found.isSignificant || !isOff) return found;
  const refined = correlate(first, second, search, found.xPx, found.yPx);
  return refined.isSignificant ? refined : found;
}

/** One pass, with the windows placed for a displacement of about (`nearXPx`, `nearYPx`). */
function correlate(
  first: GreyImage,
  second: GreyImage,
  search: ShiftSearch,
  nearXPx: number,
  nearYPx: number,
): MeasuredShift {
  const wholeX = Math.round(nearXPx);
  const wholeY = Math.round(nearYPx);
  const width = first.width - Math.abs(wholeX);
  const height = first.height - Math.abs(wholeY);
  const fft = new RealFft2(
    nextFftLength(Math.max(width, leastSharedPx)),
    nextFftLength(Math.max(height, leastSharedPx)),
  );
  const columns = hann(width);
  const rows = hann(height);
  const spectrumOf = (image: GreyImage, x: number, y: number) =>
    fft.forward(windowed(image, { x, y }, columns, rows, fft));
  const { cross, oneScene } = weightedCrossSpectrum(
    spectrumOf(first, Math.max(0, -wholeX), Math.max(0, -wholeY)),
    spectrumOf(second, Math.max(0, wholeX), Math.max(0, wholeY)),
    Math.min(width, height),
  );
  const correlation = fft.inverse(cross);

  const { expectedXPx, expectedYPx, searchRadiusPx } = search;
  const centre = { x: expectedXPx - wholeX, y: expectedYPx - wholeY };
  const peak = largestLocalMaximum(correlation, fft, centre, searchRadiusPx);
  const count = correlation.length;
  const concentration =
    (count * powerSum(columns, 4) * powerSum(rows, 4)) /
    (powerSum(columns, 2) * powerSum(rows, 2)) ** 2;
  // Unrelated images correlate more near zero displacement, where their windows overlap most.
  const variance = (concentration * powerSum(correlation, 2)) / count;
  const overNoise = (value: number) => (variance === 0 ? 0 : value / Math.sqrt(variance));
  const peakToNoise = overNoise(peak?.value ?? 0);
  const oneScenePeakToNoise = overNoise(oneScene / count);
  // As many values in the search are independent as the band has frequencies for its area.
  const independent = sumOfSizes(cross) ** 2 / (variance * count ** 2);
  const candidates = 1 + (Math.PI * searchRadiusPx ** 2 * independent) / (width * height);
  const isSignificant = peakToNoise > Math.sqrt(2 * Math.log(candidates)) + significanceMargin;
  if (peak === undefined || !isSignificant) {
    const expected = { xPx: expectedXPx, yPx: expectedYPx };
    return { ...expected, isSignificant: false, peakToNoise, oneScenePeakToNoise };
  }
  const refined = refine(cross, peak);
  const found = { xPx: wholeX + refined.x, yPx: wholeY + refined.y };
  return { ...found, isSignificant, peakToNoise, oneScenePeakToNoise };
}

function powerSum(values: Float32Array | Float64Array, exponent: 2 | 4): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const square = values[i]! ** 2;
    sum += exponent === 2 ? square : square * square;
  }
  return sum;
}

/** Sum of the absolute values of a whole spectrum: its correlation if all were in phase. */
function sumOfSizes({ width, height, data }: HalfSpectrum): number {
  let sum = 0;
  for (let kx = 0; kx <= width / 2; kx++) {
    const multiplicity = kx === 0 || kx === width / 2 ? 1 : 2;
    for (let i = 2 * kx * height; i < 2 * (kx + 1) * height; i += 2) {
      sum += multiplicity * Math.sqrt(data[i]! ** 2 + data[i + 1]! ** 2);
    }
  }
  return sum;
}

function checkArguments(first: GreyImage, second: GreyImage, search: ShiftSearch): void {
  const { width, height } = first;
  if (width !== second.width || height !== second.height) {
    throw new RangeError(
      `second must be ${width} x ${height} px, as the first. ` +
        `Received ${second.width} x ${second.height} px`,
    );
  }
  const { expectedXPx, expectedYPx, searchRadiusPx } = search;
  const sharedX = width - Math.abs(Math.round(expectedXPx));
  const sharedY = height - Math.abs(Math.round(expectedYPx));
  if (Math.min(sharedX, sharedY) < leastSharedPx) {
    throw new RangeError(
      `the images must share ${leastSharedPx} x ${leastSharedPx} px. ` +
        `Received ${width} x ${height} px displaced by (${expectedXPx}, ${expectedYPx}) px`,
    );
  }
  const limit = Math.min(sharedX, sharedY) / 2;
  if (!(searchRadiusPx > 0 && searchRadiusPx < limit)) {
    throw new RangeError(
      `searchRadiusPx must be in (0, ${limit}) px for ${width} x ${height} px images ` +
        `displaced by (${expectedXPx}, ${expectedYPx}) px. Received ${searchRadiusPx}`,
    );
  }
}

/** The part of an image that begins at `from`, less its mean, under a window, in the corner of an empty one. */
function windowed(
  image: GreyImage,
  from: { readonly x: number; readonly y: number },
  columns: Float64Array,
  rows: Float64Array,
  size: { readonly width: number; readonly height: number },
): Float32Array {
  const { data } = image;
  const [width, height] = [columns.length, rows.length];
  let sum = 0;
  let weights = 0;
  for (let y = 0; y < height; y++) {
    const first = (from.y + y) * image.width + from.x;
    const row = rows[y]!;
    for (let x = 0; x < width; x++) {
      const weight = row * columns[x]!;
      sum += weight * data[first + x]!;
      weights += weight;
    }
  }
  const mean = sum / weights;
  const out = new Float32Array(size.width * size.height);
  for (let y = 0; y < height; y++) {
    const first = (from.y + y) * image.width + from.x;
    const to = y * size.width;
    const row = rows[y]!;
    for (let x = 0; x < width; x++) out[to + x] = (data[first + x]! - mean) * row * columns[x]!;
  }
  return out;
}

function hann(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
  );
}

/**
 * Cross spectrum conj(F1) F2, each ring of frequencies divided by its size and weighted by its SNR, and
 * the sum over the plane of what it would hold if the specimen in both were one.
 */
function weightedCrossSpectrum(
  first: HalfSpectrum,
  second: HalfSpectrum,
  shortSidePx: number,
): { cross: HalfSpectrum; oneScene: number } {
  const { width, height } = first;
  // Rings as wide as a Hann window smears a frequency, twice over.
  const ringCount = Math.max(4, Math.floor(shortSidePx / 8));
  const rings = ringIndices(width, height, ringCount, leastPeriods / shortSidePx);
  const powers1 = ringPowers(first, rings, ringCount);
  const powers2 = ringPowers(second, rings, ringCount);
  const floor1 = Math.min(...powers1);
  const floor2 = Math.min(...powers2);
  const signals = powers1.map((power, ring) => (power - floor1) * (powers2[ring]! - floor2));
  const weights = Float64Array.from({ length: ringCount + 1 }, (_, ring) => {
    const signal = signals[ring] ?? 0;
    if (!(signal > 0)) return 0;
    return Math.sqrt(signal) / (powers1[ring]! * powers2[ring]! - signal);
  });
  let oneScene = 0;
  const data = new Float32Array(first.data.length);
  for (let at = 0; at < rings.length; at++) {
    const weight = weights[rings[at]!]!;
    const multiplicity = at < height || at >= rings.length - height ? 1 : 2;
    if (weight > 0) oneScene += multiplicity * weight * Math.sqrt(signals[rings[at]!]!);
    const re1 = first.data[2 * at]!;
    const im1 = first.data[2 * at + 1]!;
    const re2 = second.data[2 * at]!;
    const im2 = second.data[2 * at + 1]!;
    data[2 * at] = weight * (re1 * re2 + im1 * im2);
    data[2 * at + 1] = weight * (re1 * im2 - im1 * re2);
  }
  return { cross: { width, height, data }, oneScene };
}

/** Ring of every frequency; `ringCount` for those beyond the Nyquist frequency or too low to use. */
function ringIndices(
  width: number,
  height: number,
  ringCount: number,
  leastFrequency: number,
): Uint16Array {
  const rings = new Uint16Array((width / 2 + 1) * height);
  for (let kx = 0; kx <= width / 2; kx++) {
    for (let ky = 0; ky < height; ky++) {
      const fx = kx / width;
      const fy = signedIndex(ky, height) / height;
      const frequency = Math.sqrt(fx * fx + fy * fy);
      const ring = Math.floor(2 * frequency * ringCount);
      rings[kx * height + ky] = frequency < leastFrequency ? ringCount : Math.min(ring, ringCount);
    }
  }
  return rings;
}

/** Mean power of each ring. */
function ringPowers(spectrum: HalfSpectrum, rings: Uint16Array, ringCount: number): Float64Array {
  const sums = new Float64Array(ringCount + 1);
  const counts = new Float64Array(ringCount + 1);
  for (let i = 0; i < rings.length; i++) {
    const ring = rings[i]!;
    sums[ring]! += spectrum.data[2 * i]! ** 2 + spectrum.data[2 * i + 1]! ** 2;
    counts[ring]!++;
  }
  return sums.slice(0, ringCount).map((sum, ring) => sum / counts[ring]!);
}

function signedIndex(index: number, length: number): number {
  return index < length / 2 ? index : index - length;
}

interface Peak {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

function largestLocalMaximum(
  correlation: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  centre: { readonly x: number; readonly y: number },
  radius: number,
): Peak | undefined {
  const at = (x: number, y: number) =>
    correlation[((y + height) % height) * width + ((x + width) % width)]!;
  let best: Peak | undefined;
  for (let y = Math.ceil(centre.y - radius); y <= centre.y + radius; y++) {
    for (let x = Math.ceil(centre.x - radius); x <= centre.x + radius; x++) {
      const value = at(x, y);
      if (Math.hypot(x - centre.x, y - centre.y) > radius || value <= (best?.value ?? 0)) continue;
      let isMaximum = true;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (at(x + dx, y + dy) > value) isMaximum = false;
        }
      }
      if (isMaximum) best = { x, y, value };
    }
  }
  return best;
}

/** The maximum of the correlation between the pixels, by Newton's method on its Fourier sum. */
function refine(spectrum: HalfSpectrum, peak: Peak): { x: number; y: number } {
  let { x, y } = peak;
  for (let round = 0; round < 20; round++) {
    const { gx, gy, hxx, hxy, hyy } = derivatives(spectrum, x, y);
    const determinant = hxx * hyy - hxy * hxy;
    if (!(determinant > 0 && hxx < 0)) return peak;
    const dx = (hxy * gy - hyy * gx) / determinant;
    const dy = (hxy * gx - hxx * gy) / determinant;
    const length = Math.hypot(dx, dy);
    const step = Math.min(1, 0.5 / length);
    x += step * dx;
    y += step * dy;
    if (length < 1e-4) break;
  }
  return Math.hypot(x - peak.x, y - peak.y) < 1.5 ? { x, y } : peak;
}

/** Gradient and Hessian of the correlation at any displacement, but for a constant factor. */
function derivatives({ width, height, data }: HalfSpectrum, x: number, y: number) {
  const cosY = new Float64Array(height);
  const sinY = new Float64Array(height);
  for (let ky = 0; ky < height; ky++) {
    const phase = (2 * Math.PI * signedIndex(ky, height) * y) / height;
    cosY[ky] = Math.cos(phase);
    sinY[ky] = Math.sin(phase);
  }
  let [gx, gy, hxx, hxy, hyy] = [0, 0, 0, 0, 0];
  for (let kx = 0; kx <= width / 2; kx++) {
    // Columns inside stand for their mirror images too.
    const multiplicity = kx === 0 || kx === width / 2 ? 1 : 2;
    const wx = (2 * Math.PI * kx) / width;
    const cosX = multiplicity * Math.cos(wx * x);
    const sinX = multiplicity * Math.sin(wx * x);
    for (let ky = 0; ky < height; ky++) {
      const i = 2 * (kx * height + ky);
      const wy = (2 * Math.PI * signedIndex(ky, height)) / height;
      const cos = cosX * cosY[ky]! - sinX * sinY[ky]!;
      const sin = sinX * cosY[ky]! + cosX * sinY[ky]!;
      const value = data[i]! * cos - data[i + 1]! * sin;
      const slope = -data[i]! * sin - data[i + 1]! * cos;
      gx += wx * slope;
      gy += wy * slope;
      hxx -= wx * wx * value;
      hxy -= wx * wy * value;
      hyy -= wy * wy * value;
    }
  }
  return { gx, gy, hxx, hxy, hyy };
}
