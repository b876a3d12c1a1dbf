import { RealFft2 } from '../../../harness/numeric/index.ts';
import { gaussianBand, gaussianBlur } from './gaussianBand.ts';
import { greyMoments } from './greyMoments.ts';
import { patchContrast } from './patchContrast.ts';

/** What is measured on each of two frames of a place at different focus, grey values of 8 bit. */
export interface DefocusedFrameStatistics {
  /** Share of pixels at grey 0, in %. */
  readonly clippedPercent: number;
  /** Share of pixels at grey 255, in %. */
  readonly whitePercent: number;
  /** Rms between Gaussians of sigma 5 and 16 px, in grey. */
  readonly bandRms: number;
  /** 99 % quantile of the slope after a Gaussian of sigma 3 px, in grey per px. */
  readonly gradientP99: number;
  /** Share darker than a quarter of the median after a Gaussian of sigma 2 px, in %. */
  readonly darkPercent: number;
  readonly mean: number;
  readonly sd: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
  /** Between Gaussians of sigma 2 and 8 px. */
  readonly bandExcessKurtosis: number;
  /** Rms of that band in patches of 128 and 256 px, in grey: quantiles over the patches. */
  readonly patches128P5: number;
  readonly patches128Median: number;
  readonly patches128P95: number;
  readonly patches256Median: number;
}

/** What is measured on both together. */
export interface DefocusedPairStatistics {
  readonly frames: readonly [DefocusedFrameStatistics, DefocusedFrameStatistics];
  /** Share that a mask takes out of bodies clipped at black, and of what lies round them, 0..1. */
  readonly maskedShare: number;
  /** Of the power between 6 and 20 rad/um: 0 for equal power in every direction, 1 for one direction. */
  readonly anisotropy: number;
  /** That power in the weakest patch of 512 px over that in the median one. */
  readonly patchPowerMinOverMedian: number;
}

/**
 * Knows nothing of how the frames were made: the same function serves simulated and real ones.
 *
 * @param frames - Two grey images, 0..255, row-major `[height, width]`, each at least 512 px each way.
 * @param pixelSizeNm - About 10: all but the wave numbers is counted in pixels of that size.
 */
export function defocusStatistics(
  frames: readonly [Float32Array, Float32Array],
  width: number,
  height: number,
  pixelSizeNm: number,
): DefocusedPairStatistics {
  const [first, second] = frames;
  return {
    frames: [frameStatistics(first, width, height), frameStatistics(second, width, height)],
    maskedShare: maskedShare(frames, width, height),
    ...powerOfPatches(frames, width, height, pixelSizeNm),
  };
}

function frameStatistics(
  image: Float32Array,
  width: number,
  height: number,
): DefocusedFrameStatistics {
  const shareBelow = (values: Float32Array, limit: number) =>
    values.reduce((count, value) => count + (value < limit ? 1 : 0), 0) / values.length;
  const band = gaussianBand(image, width, height, 5, 16);
  const smooth = gaussianBlur(image, width, height, 3);
  const slopes = new Float32Array((width - 2) * (height - 2));
  for (let row = 1, to = 0; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++, to++) {
      const at = row * width + column;
      const across = smooth[at + 1]! - smooth[at - 1]!;
      const down = smooth[at + width]! - smooth[at - width]!;
      slopes[to] = Math.sqrt(across * across + down * down) / 2;
    }
  }
  const median = image.slice().sort()[image.length >> 1]!;
  const texture = gaussianBand(image, width, height, 2, 8);
  const patches = (patchPx: number) => patchContrast(texture, width, height, patchPx, 0);
  const { p5, median: middle, p95 } = patches(128);
  return {
    ...greyMoments(image),
    bandExcessKurtosis: greyMoments(texture).excessKurtosis,
    patches128P5: p5,
    patches128Median: middle,
    patches128P95: p95,
    patches256Median: patches(256).median,
    clippedPercent: 100 * shareBelow(image, 0.5),
    whitePercent: 100 * (1 - shareBelow(image, 254.5)),
    bandRms: Math.sqrt(band.reduce((sum, value) => sum + value * value, 0) / band.length),
    gradientP99: slopes.sort()[Math.floor(0.99 * slopes.length)]!,
    darkPercent: 100 * shareBelow(gaussianBlur(image, width, height, 2), median / 4),
  };
}

/**
 * Bodies are where more than 0.4 of the pixels, under a Gaussian of sigma 2 px, lie at black in either
 * frame. The mask rises from 15 to 45 px off them.
 */
function maskedShare(frames: readonly Float32Array[], width: number, height: number): number {
  const isBody = new Uint8Array(width * height);
  for (const image of frames) {
    const lowest = image.reduce((least, value) => Math.min(least, value), 255);
    const black = image.map((value) => (value <= lowest + 1 ? 1 : 0));
    gaussianBlur(black, width, height, 2).forEach((share, at) => {
      if (share > 0.4) isBody[at] = 1;
    });
  }
  let taken = 0;
  for (const square of squaredDistances(isBody, width, height)) {
    const rise = Math.min(1, Math.max(0, (Math.sqrt(square) - 15) / 30));
    taken += (1 + Math.cos(Math.PI * rise)) / 2;
  }
  return taken / isBody.length;
}

/** To the nearest body, exact up to 45 px, in px^2; larger ones are infinite. */
function squaredDistances(isBody: Uint8Array, width: number, height: number): Float32Array {
  const reach = 45;
  const across = new Float32Array(isBody.length).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < height; row++) {
    for (const step of [1, -1]) {
      let since = Number.POSITIVE_INFINITY;
      for (let at = step > 0 ? 0 : width - 1; at >= 0 && at < width; at += step) {
        since = isBody[row * width + at] === 1 ? 0 : since + 1;
        if (since <= reach)
          across[row * width + at] = Math.min(across[row * width + at]!, since * since);
      }
    }
  }
  const squares = across.slice();
  for (let row = 0; row < height; row++) {
    const last = Math.min(height - 1, row + reach);
    for (let other = Math.max(0, row - reach); other <= last; other++) {
      const down = (other - row) ** 2;
      for (let column = 0; column < width; column++) {
        const square = across[other * width + column]! + down;
        const to = row * width + column;
        if (square < squares[to]!) squares[to] = square;
      }
    }
  }
  return squares;
}

/** Hann windows of 512 px, half overlapping, the power of both frames added. */
function powerOfPatches(
  frames: readonly Float32Array[],
  width: number,
  height: number,
  pixelSizeNm: number,
): Pick<DefocusedPairStatistics, 'anisotropy' | 'patchPowerMinOverMedian'> {
  const fft = new RealFft2(patchPx, patchPx);
  const step = (2000 * Math.PI) / (pixelSizeNm * patchPx);
  let [total, along, diagonal] = [0, 0, 0];
  const powers: number[] = [];
  for (let top = 0; top + patchPx <= height; top += patchPx / 2) {
    for (let left = 0; left + patchPx <= width; left += patchPx / 2) {
      let power = 0;
      for (const image of frames) {
        const { data } = fft.forward(windowed(image, width, left, top));
        for (let column = 0; column * step <= highestK; column++) {
          for (let row = 0; row < patchPx; row++) {
            const kx = column * step;
            const ky = (row > patchPx / 2 ? row - patchPx : row) * step;
            const square = kx * kx + ky * ky;
            if (square < lowestK ** 2 || square > highestK ** 2) continue;
            const at = 2 * (column * patchPx + row);
            const here = (column === 0 ? 1 : 2) * (data[at]! ** 2 + data[at + 1]! ** 2);
            power += here;
            along += (here * (kx * kx - ky * ky)) / square;
            diagonal += (here * 2 * kx * ky) / square;
          }
        }
      }
      powers.push(power);
      total += power;
    }
  }
  powers.sort((a, b) => a - b);
  const middle = powers.length >> 1;
  const median =
    powers.length % 2 === 1 ? powers[middle]! : (powers[middle - 1]! + powers[middle]!) / 2;
  return {
    anisotropy: Math.sqrt(along * along + diagonal * diagonal) / total,
    patchPowerMinOverMedian: powers[0]! / median,
  };
}

function windowed(image: Float32Array, width: number, left: number, top: number): Float32Array {
  const patch = new Float32Array(patchPx * patchPx);
  let [sum, weights] = [0, 0];
  for (let at = 0; at < patch.length; at++) {
    const value = image[(top + Math.floor(at / patchPx)) * width + left + (at % patchPx)]!;
    const weight = hann[at % patchPx]! * hann[Math.floor(at / patchPx)]!;
    patch[at] = value;
    sum += weight * value;
    weights += weight;
  }
  const mean = sum / weights;
  return patch.map(
    (value, at) => (value - mean) * hann[at % patchPx]! * hann[Math.floor(at / patchPx)]!,
  );
}

const patchPx = 512;
const [lowestK, highestK] = [6, 20];
const hann = Float64Array.from(
  { length: patchPx },
  (_, at) => Math.sin((Math.PI * (at + 0.5)) / patchPx) ** 2,
);
