import { RealFft2 } from '../../harness/numeric/index.ts';
import type { SharpnessMetric } from './SharpnessMetric.ts';

/** The band, in radians per standard deviation of the low-pass. */
const lowest = 0.35;
const highest = 1.5;

/**
 * Power in a ring of spatial frequencies, from the cross spectrum of the two halves of the frame.
 * The lower end leaves out what is coarse and the same at every focus, the upper end what is noise.
 */
export const spectralBand: SharpnessMetric = {
  name: 'spectral-band',
  summary: 'power in a ring of spatial frequencies, from the cross spectrum of two halves',
  dividedBy: 'contrast',
  energy(halves, part) {
    const { width, height } = part;
    const fft = new RealFft2(width, height);
    const even = fft.forward(windowed(halves.even, halves.width, part));
    const odd = fft.forward(windowed(halves.odd, halves.width, part));
    const unit = 2 * Math.PI * halves.scaleBins;
    let sum = 0;
    for (let nx = 0; nx <= width / 2; nx++) {
      const multiplicity = nx === 0 || nx === width / 2 ? 1 : 2;
      for (let ny = 0; ny < height; ny++) {
        const fy = (ny < height / 2 ? ny : ny - height) / height;
        const k = unit * Math.hypot(nx / width, fy);
        if (k < lowest || k > highest) continue;
        const i = 2 * (nx * height + ny);
        sum += multiplicity * (even.data[i]! * odd.data[i]! + even.data[i + 1]! * odd.data[i + 1]!);
      }
    }
    return sum / (width * height) ** 2;
  },
};

/** The part without its mean, under a Hann window of unit mean square. */
function windowed(
  image: Float32Array,
  columns: number,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Float32Array {
  const across = hann(width);
  const down = hann(height);
  let mean = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) mean += image[(y + row) * columns + x + column]!;
  }
  mean /= width * height;
  const out = new Float32Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      const value = image[(y + row) * columns + x + column]! - mean;
      out[to] = value * across[column]! * down[row]!;
    }
  }
  return out;
}

function hann(length: number): Float32Array {
  const rms = Math.sqrt(3 / 8);
  return Float32Array.from(
    { length },
    (_, i) => (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length)) / rms,
  );
}
