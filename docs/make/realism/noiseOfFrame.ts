import { type GreyImage, RealFft2 } from '../../../harness/numeric/index.ts';

/** Noise as it shows in one frame. */
export interface FrameNoise {
  /** variance = intercept - slope * grey, in grey^2 and grey. */
  readonly intercept: number;
  readonly slope: number;
  /** Correlation with the pixel to the left. */
  readonly lag1: number;
  /** Power over its mean along kx, at kx = 0 and at Nyquist. */
  readonly powerAtZero: number;
  readonly powerAtNyquist: number;
  /** Standard deviation from row to row of what a whole row shares, in grey. */
  readonly rowOffsetSd: number;
}

/** Fourth differences of neighbours in a column, of unit variance for white noise. */
const weights = [1, -4, 6, -4, 1].map((weight) => weight / Math.sqrt(70));
const reach = 2;
/** Half the width over which the grey value is averaged that a variance belongs to, px. */
const meanReachPx = 4;
/** Outside these limits clipping cuts the noise. */
const greyRange = [60, 200] as const;
const binGrey = 10;
/** So many waves stand for one end of the spectrum. */
const endWaves = 30;

/**
 * Separates noise from content in a frame that is so far out of focus that no content is left among
 * neighbouring pixels: the fourth difference down a column keeps the noise (white along y) and
 * nothing else. It is uncorrelated with the mean of the same pixels, by which it is sorted.
 *
 * @param image - Sizes as `RealFft2` takes them, 8-bit grey.
 */
export function noiseOfFrame(image: GreyImage): FrameNoise {
  const noise = fourthDifferences(image);
  return { ...varianceLaw(image, noise), ...spectrumAlongX(image, noise) };
}

function fourthDifferences({ width, height, data }: GreyImage): Float32Array {
  const noise = new Float32Array(data.length);
  for (let i = reach * width; i < (height - reach) * width; i++) {
    let sum = 0;
    for (let tap = -reach; tap <= reach; tap++)
      sum += weights[tap + reach]! * data[i + tap * width]!;
    noise[i] = sum;
  }
  return noise;
}

/** A straight line through the variances of bins of equal grey, each weighted by its error. */
function varianceLaw({ width, height, data }: GreyImage, noise: Float32Array) {
  const [low, high] = greyRange;
  const bins = Array.from({ length: (high - low) / binGrey }, () => ({
    count: 0,
    grey: 0,
    squares: 0,
  }));
  const columnSums = new Float64Array(width);
  for (let y = reach; y < height - reach; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let tap = -reach; tap <= reach; tap++) sum += data[(y + tap) * width + x]!;
      columnSums[x] = sum / (2 * reach + 1);
    }
    for (let x = meanReachPx; x < width - meanReachPx; x++) {
      let sum = 0;
      for (let tap = -meanReachPx; tap <= meanReachPx; tap++) sum += columnSums[x + tap]!;
      const grey = sum / (2 * meanReachPx + 1);
      const bin = bins[Math.floor((grey - low) / binGrey)];
      if (bin === undefined) continue;
      bin.count += 1;
      bin.grey += grey;
      bin.squares += noise[y * width + x]! ** 2;
    }
  }
  const points = bins
    .filter(({ count }) => count > 2000)
    .map(({ count, grey, squares }) => {
      const variance = squares / count;
      return { x: grey / count, y: variance, weight: count / variance ** 2 };
    });
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const meanX = points.reduce((sum, { x, weight }) => sum + weight * x, 0) / total;
  const meanY = points.reduce((sum, { y, weight }) => sum + weight * y, 0) / total;
  const xy = points.reduce((sum, { x, y, weight }) => sum + weight * (x - meanX) * (y - meanY), 0);
  const xx = points.reduce((sum, { x, weight }) => sum + weight * (x - meanX) ** 2, 0);
  const rise = xy / xx;
  return { intercept: meanY - rise * meanX, slope: -rise };
}

function spectrumAlongX({ width, height }: GreyImage, noise: Float32Array) {
  let [own, neighbour] = [0, 0];
  for (let y = reach; y < height - reach; y++) {
    for (let i = y * width + 1; i < (y + 1) * width; i++) {
      own += noise[i]! ** 2;
      neighbour += noise[i]! * noise[i - 1]!;
    }
  }
  // Summed over ky, the power at one kx is that of all rows transformed one by one (Parseval).
  const { data } = new RealFft2(width, height).forward(noise);
  const power = Float64Array.from({ length: width / 2 }, (_, kx) => {
    let sum = 0;
    for (let i = 2 * kx * height; i < 2 * (kx + 1) * height; i++) sum += data[i]! ** 2;
    return sum;
  });
  const average = (from: number, to: number) =>
    power.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  const all = average(1, power.length);
  const atZero = average(1, 1 + endWaves);
  // What a row shares is all at kx = 0, on top of the noise there.
  const perRow = height * (height - 2 * reach) * width ** 2;
  return {
    lag1: neighbour / own,
    powerAtZero: atZero / all,
    powerAtNyquist: average(power.length - endWaves, power.length) / all,
    rowOffsetSd: Math.sqrt(Math.max(0, (power[0]! - atZero) / perRow)),
  };
}
