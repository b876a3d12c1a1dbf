import { nextFftLength } from './ComplexFft.ts';
import { cropOfImage, type GreyImage } from './GreyImage.ts';
import { type HalfSpectrum, RealFft2 } from './RealFft2.ts';

/** Where to look for the displacement, px. */
export interface PhaseCorrelationOptions {
  readonly expectedXPx: number;
  readonly expectedYPx: number;
  /** Displacements farther than this from the expected one are not considered, in x and y each. */
  readonly searchRadiusPx: number;
}

/** A displacement of content, x to the right, y down, px. */
export interface Displacement {
  readonly xPx: number;
  readonly yPx: number;
}

/** Standard deviation of the low-pass, cycles per px: what defocus and noise leave alone. */
const bandCyclesPerPx = 0.06;

/**
 * By how much the content of one image is moved against that of another, to a fraction of a pixel.
 *
 * The cross spectrum is whitened, so that large dark bodies do not drown the texture, and
 * low-passed, because two frames of different defocus share their low frequencies only (beyond
 * the first zero of a disc the phase is even reversed). The peak is looked for near the expected
 * displacement alone and interpolated by a parabola in each direction. A displacement of more than
 * a pixel is measured again on the parts that both images show: windows that show different
 * parts pull the peak towards zero.
 *
 * @param moved - Of the same size as `reference`.
 * @returns by how much `moved` is displaced against `reference`.
 * @throws RangeError for images of different sizes or a search that leaves the image.
 */
export function phaseCorrelation(
  reference: GreyImage,
  moved: GreyImage,
  options: PhaseCorrelationOptions,
): Displacement {
  const { width, height } = reference;
  const { expectedXPx, expectedYPx, searchRadiusPx } = options;
  if (moved.width !== width || moved.height !== height) {
    throw new RangeError(
      `both images must have one size. Received ${width} x ${height} and ${moved.width} x ${moved.height} px`,
    );
  }
  const radius = Math.ceil(searchRadiusPx);
  const centreX = Math.round(expectedXPx);
  const centreY = Math.round(expectedYPx);
  if (
    !(radius >= 1) ||
    Math.abs(centreX) + radius >= width / 2 ||
    Math.abs(centreY) + radius >= height / 2
  ) {
    throw new RangeError(
      `the search must stay within half of the ${width} x ${height} px image. ` +
        `Received ${searchRadiusPx} px around (${expectedXPx}, ${expectedYPx})`,
    );
  }
  const found = peakNear(reference, moved, centreX, centreY, radius);
  const wholeX = Math.round(found.xPx);
  const wholeY = Math.round(found.yPx);
  if (Math.max(Math.abs(wholeX), Math.abs(wholeY)) <= 1) return found;
  const overlap = { width: width - Math.abs(wholeX), height: height - Math.abs(wholeY) };
  const rest = peakNear(
    cropOfImage(reference, { x: Math.max(0, -wholeX), y: Math.max(0, -wholeY), ...overlap }),
    cropOfImage(moved, { x: Math.max(0, wholeX), y: Math.max(0, wholeY), ...overlap }),
    0,
    0,
    2,
  );
  const within = (value: number, centre: number) =>
    Math.min(Math.max(value, centre - radius - 0.5), centre + radius + 0.5);
  return { xPx: within(wholeX + rest.xPx, centreX), yPx: within(wholeY + rest.yPx, centreY) };
}

/** The highest peak of the filtered correlation in a square around (centreX, centreY). */
function peakNear(
  reference: GreyImage,
  moved: GreyImage,
  centreX: number,
  centreY: number,
  radius: number,
): Displacement {
  const { width, height } = reference;
  const fft = new RealFft2(nextFftLength(width), Math.max(16, nextFftLength(height)));
  const first = fft.forward(windowed(reference, fft));
  const second = fft.forward(windowed(moved, fft));
  whitenedProduct(first, second);
  const surface = fft.inverse(first);

  const at = (x: number, y: number) =>
    surface[modulo(y, fft.height) * fft.width + modulo(x, fft.width)] ?? 0;
  let best = { x: centreX, y: centreY, value: -Infinity };
  for (let y = centreY - radius; y <= centreY + radius; y++) {
    for (let x = centreX - radius; x <= centreX + radius; x++) {
      const value = at(x, y);
      if (value > best.value) best = { x, y, value };
    }
  }
  const { x, y, value } = best;
  return {
    xPx: x + parabolaVertex(at(x - 1, y), value, at(x + 1, y)),
    yPx: y + parabolaVertex(at(x, y - 1), value, at(x, y + 1)),
  };
}

/** Mean-free, Hann-windowed, padded with zeros to the size of the transform. */
function windowed({ width, height, data }: GreyImage, fft: RealFft2): Float32Array {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const hann = (i: number, n: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / n);
  const across = Float64Array.from({ length: width }, (_, x) => hann(x, width));
  const out = new Float32Array(fft.width * fft.height);
  for (let y = 0; y < height; y++) {
    const weight = hann(y, height);
    for (let x = 0; x < width; x++) {
      out[y * fft.width + x] = (data[y * width + x]! - mean) * weight * across[x]!;
    }
  }
  return out;
}

/** Overwrites `first` by the whitened, low-passed cross spectrum conj(first) * second. */
function whitenedProduct(first: HalfSpectrum, second: HalfSpectrum): void {
  const { width, height } = first;
  const p = first.data;
  const q = second.data;
  for (let nx = 0; nx <= width / 2; nx++) {
    for (let ny = 0; ny < height; ny++) {
      const fy = (ny < height / 2 ? ny : ny - height) / height;
      const f2 = (nx / width) ** 2 + fy * fy;
      const i = 2 * (nx * height + ny);
      const re = p[i]! * q[i]! + p[i + 1]! * q[i + 1]!;
      const im = p[i]! * q[i + 1]! - p[i + 1]! * q[i]!;
      const size = Math.hypot(re, im);
      const gain = size > 0 ? Math.exp(-0.5 * (f2 / bandCyclesPerPx ** 2)) / size : 0;
      p[i] = re * gain;
      p[i + 1] = im * gain;
    }
  }
}

/** Where the parabola through three equally spaced values has its top, -0.5 .. 0.5. */
function parabolaVertex(before: number, top: number, after: number): number {
  const curvature = before - 2 * top + after;
  return curvature < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curvature))) : 0;
}

function modulo(value: number, n: number): number {
  return ((value % n) + n) % n;
}
