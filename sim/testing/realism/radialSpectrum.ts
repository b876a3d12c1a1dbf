import { RealFft2 } from '../../../harness/numeric/index.ts';

/** 2-D power of an image, gathered in narrow rings of equal width in k. */
export interface RadialSpectrum {
  /** Width of a ring, in rad/um; ring i spans (i - 1/2) to (i + 1/2) times it. */
  readonly stepRadPerUm: number;
  /** Power of all wave vectors in a ring together, and how many they are. The constant is left out. */
  readonly power: Float64Array;
  readonly count: Float64Array;
}

/**
 * Power under a Hann window: without it, large dark bodies cut by the edges leak over all wave
 * numbers. The mean is taken off first.
 *
 * @param image - Row-major `[height, width]`; sizes as `RealFft2` takes them.
 */
export function radialSpectrum(
  image: Float32Array,
  width: number,
  height: number,
  pixelSizeNm: number,
): RadialSpectrum {
  const { data } = new RealFft2(width, height).forward(hannWindowed(image, width, height));
  const perPixelUm = (2000 * Math.PI) / pixelSizeNm;
  const stepX = perPixelUm / width;
  const stepY = perPixelUm / height;
  const stepRadPerUm = Math.max(stepX, stepY);
  const rings = Math.ceil(perPixelUm / stepRadPerUm) + 1;
  const power = new Float64Array(rings);
  const count = new Float64Array(rings);
  for (let column = 0; column <= width / 2; column++) {
    // The other half plane is the mirror image of this one.
    const weight = column === 0 || column === width / 2 ? 1 : 2;
    for (let row = 0; row < height; row++) {
      if (row === 0 && column === 0) continue;
      const kx = column * stepX;
      const ky = (row > height / 2 ? row - height : row) * stepY;
      const ring = Math.round(Math.sqrt(kx * kx + ky * ky) / stepRadPerUm);
      const at = 2 * (column * height + row);
      power[ring] = power[ring]! + weight * (data[at]! ** 2 + data[at + 1]! ** 2);
      count[ring] = count[ring]! + weight;
    }
  }
  return { stepRadPerUm, power, count };
}

/**
 * Exponent n of a power law k^n for the mean power per wave vector: least squares on logarithms,
 * over parts of equal width in log k so that the many rings at large k do not decide alone.
 */
export function spectrumSlope(
  { stepRadPerUm, power, count }: RadialSpectrum,
  fromRadPerUm: number,
  toRadPerUm: number,
): number {
  const ratio = (toRadPerUm / fromRadPerUm) ** (1 / fitParts);
  const points: { readonly x: number; readonly y: number }[] = [];
  for (let part = 0; part < fitParts; part++) {
    const low = fromRadPerUm * ratio ** part;
    let [sum, waves, logs] = [0, 0, 0];
    for (let ring = 1; ring < power.length; ring++) {
      const k = ring * stepRadPerUm;
      if (k < low || k >= low * ratio) continue;
      sum += power[ring]!;
      waves += count[ring]!;
      logs += count[ring]! * Math.log(k);
    }
    if (waves > 0) points.push({ x: logs / waves, y: Math.log(sum / waves) });
  }
  const meanX = points.reduce((total, { x }) => total + x, 0) / points.length;
  const meanY = points.reduce((total, { y }) => total + y, 0) / points.length;
  let [xx, xy] = [0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xy / xx;
}

/** Share of the variance at wave numbers below a limit, 0..1. */
export function shareOfVarianceBelow(
  { stepRadPerUm, power }: RadialSpectrum,
  limitRadPerUm: number,
): number {
  let [below, total] = [0, 0];
  for (let ring = 0; ring < power.length; ring++) {
    total += power[ring]!;
    if (ring * stepRadPerUm < limitRadPerUm) below += power[ring]!;
  }
  return below / total;
}

const fitParts = 10;

function hannWindowed(image: Float32Array, width: number, height: number): Float32Array {
  const hann = (length: number) =>
    Float64Array.from({ length }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / length) ** 2);
  const across = hann(width);
  const down = hann(height);
  // The mean under the window, so that the constant does not spread into the lowest waves.
  let [sum, weights] = [0, 0];
  for (let i = 0; i < image.length; i++) {
    const weight = across[i % width]! * down[Math.floor(i / width)]!;
    sum += weight * image[i]!;
    weights += weight;
  }
  const mean = sum / weights;
  return image.map(
    (value, i) => (value - mean) * across[i % width]! * down[Math.floor(i / width)]!,
  );
}
