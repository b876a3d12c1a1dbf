import { jinc, jincSlope } from '../../../harness/numeric/index.ts';
import { pointSpot } from '../../../sim/index.ts';
import { pixelSizeNm } from '../instrument.ts';
import type { Spot } from './findSpots.ts';

/** A complex number: a vector in the image, or a moment. */
interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Moments of the displacement w = x + iy of electrons about the centroid, in nm. */
export interface SpotMoments {
  /** Mean of |w|^2, w^2, |w|^2 w and w^3. */
  readonly size: number;
  readonly elongation: Complex;
  readonly comet: Complex;
  readonly triangle: Complex;
}

/**
 * Of all spots of a frame together.
 *
 * With rays `w = s rho + 2 c |rho|^2 + conj(c) rho^2 + t conj(rho)^2 - (s/z) (a + ib) conj(rho)`
 * from a uniform pupil, s = NA z: size = s^2/2, elongation = -s^2 (a + ib)/z, and to first order
 * comet = 2/3 s^2 c, triangle = s^2 t. Whatever blurs symmetrically adds to `size` alone.
 */
export function momentsOfSpots(spots: readonly Spot[]): SpotMoments {
  let [flux, size] = [0, 0];
  const [elongation, comet, triangle] = [
    { re: 0, im: 0 },
    { re: 0, im: 0 },
    { re: 0, im: 0 },
  ];
  for (const { x, y, grey } of spots) {
    for (let i = 0; i < grey.length; i++) {
      const value = grey[i]!;
      const [u, v] = [x[i]! * pixelSizeNm, y[i]! * pixelSizeNm];
      const square = u * u + v * v;
      flux += value;
      size += value * square;
      elongation.re += value * (u * u - v * v);
      elongation.im += value * 2 * u * v;
      comet.re += value * square * u;
      comet.im += value * square * v;
      triangle.re += value * (u * u * u - 3 * u * v * v);
      triangle.im += value * (3 * u * u * v - v * v * v);
    }
  }
  const over = ({ re, im }: Complex) => ({ re: re / flux, im: im / flux });
  return {
    size: size / flux,
    elongation: over(elongation),
    comet: over(comet),
    triangle: over(triangle),
  };
}

/** Directions over which the transfer function is averaged. */
const directions = 8;
const stepRadPerUm = 1.5;

/** First zero of the transfer function, and its lowest value, relative to the value at k = 0. */
export interface Reversal {
  readonly zeroRadPerUm: number;
  readonly lowest: number;
}

/** @param nearRadPerUm - The zero lies between half of this and one and a half times it. */
export function reversalOf(spots: readonly Spot[], nearRadPerUm: number): Reversal {
  let before: { k: number; value: number } | undefined;
  let zeroRadPerUm = Number.NaN;
  let lowest = Number.POSITIVE_INFINITY;
  for (let k = nearRadPerUm / 2; k <= 1.5 * nearRadPerUm; k += stepRadPerUm) {
    const value = transferAt(spots, k);
    if (before !== undefined && before.value > 0 && value <= 0 && Number.isNaN(zeroRadPerUm)) {
      zeroRadPerUm = before.k + ((k - before.k) * before.value) / (before.value - value);
    }
    lowest = Math.min(lowest, value);
    before = { k, value };
  }
  return { zeroRadPerUm, lowest };
}

/** Real part about the centroid, without the spot itself and the pixel. */
function transferAt(spots: readonly Spot[], kRadPerUm: number): number {
  const kPerPx = kRadPerUm * 1e-3 * pixelSizeNm;
  let [sum, flux, pixel] = [0, 0, 0];
  for (let turn = 0; turn < directions; turn++) {
    const angle = (Math.PI * turn) / directions;
    const [kx, ky] = [kPerPx * Math.cos(angle), kPerPx * Math.sin(angle)];
    for (const { x, y, grey } of spots) {
      for (let i = 0; i < grey.length; i++) {
        sum += grey[i]! * Math.cos(kx * x[i]! + ky * y[i]!);
        flux += grey[i]!;
      }
    }
    pixel += (sinc(kx / 2) * sinc(ky / 2)) / directions;
  }
  const spot = Math.exp(-((kRadPerUm * 1e-3 * pointSpot.sigmaNm) ** 2) / 2);
  return sum / flux / spot / pixel;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x) / x);

/**
 * The pupil weight 1 + e (2 |rho|^2 - 1) for which first zero and size of a defocused spot belong
 * together, whatever the scale of the working distance: zero * sqrt(2 * size) is 3.83 where e = 0.
 *
 * @param product - zero * sqrt(2 * size), without dimension, of a spot without its in-focus part.
 */
export function pupilWeightOf(product: number): number {
  let [low, high] = [-0.9, 0.9];
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    // Centre-weighted pupils have the larger products.
    if (productOf(middle) > product) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The same product as a pupil of weight e has it. */
function productOf(e: number): number {
  // Integrals of r J0(x r) and r^3 J0(x r): J1/x and J1/x - 2 J2/x^2, with jinc' = -2 J2/x.
  const transfer = (x: number) => {
    const flat = jinc(x) / 2;
    return (1 - e) * flat + 2 * e * (flat + jincSlope(x) / x);
  };
  let x = 2;
  while (transfer(x) > 0) x += 1e-4;
  return x * Math.sqrt(1 + e / 3);
}
