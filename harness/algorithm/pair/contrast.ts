import { cropOfImage, type GreyImage, nextFftLength, RealFft2 } from '../../numeric/index.ts';

/** Rings of as many periods per shorter side are compared: below is shading, above blur begins. */
const rings = { from: 2, to: 6 } as const;
/** Bands of frequency among which the noise is looked for: the one with least power. */
const noiseBands = 16;
/** Of a ring's power, as much must be specimen for its logarithm to count. */
const leastSignalShare = 0.5;

/** How strongly two images of one scene show its coarse structures. */
export interface Contrasts {
  /** Power of the coarse structures over that of white noise of the same image, of either; 1 for noise alone. */
  readonly overNoise: readonly [number, number];
  /**
   * Logarithm of the contrast of the second image relative to the first, where blur ends to matter: from a
   * straight line through the rings. NaN where fewer than two rings stand above the noise.
   */
  readonly logRatio: number;
}

/** @param shift - Whole px by which the content of the second image is moved; only what both show counts. */
export function contrastsOf(
  first: GreyImage,
  second: GreyImage,
  shift: { readonly x: number; readonly y: number },
): Contrasts {
  const width = first.width - Math.abs(shift.x);
  const height = first.height - Math.abs(shift.y);
  const partAt = (image: GreyImage, x: number, y: number) =>
    powersOf(cropOfImage(image, { x: Math.max(0, x), y: Math.max(0, y), width, height }));
  const one = partAt(first, -shift.x, -shift.y);
  const other = partAt(second, shift.x, shift.y);
  let [n, sumX, sumXX, sumY, sumXY] = [0, 0, 0, 0, 0];
  for (let ring = rings.from; ring <= rings.to; ring++) {
    const [p, q] = [one.powers[ring]!, other.powers[ring]!];
    const [s, t] = [p - one.noise, q - other.noise];
    if (!(s > leastSignalShare * p && t > leastSignalShare * q)) continue;
    const x = (ring + 0.5) ** 2;
    const y = Math.log(t / s) / 2;
    // As many frequencies lie in a ring.
    const weight = ring;
    n += weight;
    sumX += weight * x;
    sumXX += weight * x * x;
    sumY += weight * y;
    sumXY += weight * x * y;
  }
  return {
    overNoise: [one.overNoise, other.overNoise],
    logRatio: (sumY * sumXX - sumXY * sumX) / (n * sumXX - sumX * sumX),
  };
}

/** Mean power of the rings of whole periods, and of the white noise. */
function powersOf({ width, height, data }: GreyImage): {
  readonly powers: Float64Array;
  readonly noise: number;
  readonly overNoise: number;
} {
  const fft = new RealFft2(nextFftLength(width), nextFftLength(height));
  const [columns, rows] = [hann(width), hann(height)];
  let mean = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) mean += rows[y]! * columns[x]! * data[at++]!;
  }
  mean /= sumOf(rows) * sumOf(columns);
  const image = new Float32Array(fft.width * fft.height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, to = y * fft.width; x < width; x++) {
      image[to++] = rows[y]! * columns[x]! * (data[at++]! - mean);
    }
  }
  const spectrum = fft.forward(image).data;
  const powers = new Float64Array(rings.to + 1);
  const counts = new Float64Array(rings.to + 1);
  const bands = new Float64Array(noiseBands);
  const bandCounts = new Float64Array(noiseBands);
  const side = Math.min(width, height);
  // Offsets of whole rows stand in the first columns, as if they were specimen.
  for (let kx = 2; kx <= fft.width / 2; kx++) {
    const fx = kx / fft.width;
    for (let ky = 0, at = 2 * kx * fft.height; ky < fft.height; ky++, at += 2) {
      const fy = (ky < fft.height / 2 ? ky : ky - fft.height) / fft.height;
      const frequency = Math.sqrt(fx * fx + fy * fy);
      const power = spectrum[at]! ** 2 + spectrum[at + 1]! ** 2;
      const band = Math.floor(2 * noiseBands * frequency);
      if (band < noiseBands) {
        bands[band]! += power;
        bandCounts[band]!++;
      }
      const ring = Math.floor(frequency * side);
      if (ring <= rings.to) {
        powers[ring]! += power;
        counts[ring]!++;
      }
    }
  }
  const noise = Math.min(...bands.map((sum, band) => sum / bandCounts[band]!));
  const [total, count] = [sumOf(powers.subarray(rings.from)), sumOf(counts.subarray(rings.from))];
  return {
    powers: powers.map((sum, ring) => sum / counts[ring]!),
    noise,
    overNoise: total / count / noise,
  };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function hann(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
  );
}
