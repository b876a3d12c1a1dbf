import {
  cropOfImage,
  type GreyImage,
  nextFftLength,
  RealFft2,
} from '../../harness/numeric/index.ts';

/** Larger tiles resolve more than a bound needs; smaller ones leave the lowest frequencies out. */
const largestTilePx = 512;
const smallestTilePx = 16;
/** Below this many bins from the origin a window's main lobe carries the mean. */
const firstRing = 2;

/**
 * Power of a picture without noise as a function of |k| alone: squared transforms of overlapping
 * square tiles under a Hann window, averaged over rings one bin wide (Welch's method).
 *
 * Normalised as `FocusScene`: white noise of variance v has power v. What depends on the
 * direction, as the power of ruled lines does, is averaged over it. Straight between the middles
 * of the rings; held below the second one and beyond the last.
 *
 * @throws RangeError if the picture is smaller than 16 px.
 */
export function ringSpectrum(
  image: GreyImage,
  pixelSizeNm: number,
): (kxRadPerUm: number, kyRadPerUm: number) => number {
  const side = tileSide(Math.min(image.width, image.height));
  const fft = new RealFft2(side, side);
  const spectrum = fft.createSpectrum();
  const window = Float64Array.from(
    { length: side },
    (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2,
  );
  const rings = Math.floor(side / 2) + 1;
  const ringOf = ringsOfBins(side);
  const power = new Float64Array(rings);
  const bins = new Float64Array(rings);
  for (const y of tileStarts(image.height, side)) {
    for (const x of tileStarts(image.width, side)) {
      const tile = cropOfImage(image, { x, y, width: side, height: side }).data;
      const { data } = fft.forward(windowed(tile, window), spectrum);
      for (let i = 0; i < ringOf.length; i++) {
        const ring = ringOf[i]!;
        if (ring >= rings) continue;
        power[ring]! += data[2 * i]! ** 2 + data[2 * i + 1]! ** 2;
        bins[ring]! += 1;
      }
    }
  }
  const windowPower = window.reduce((sum, value) => sum + value * value, 0) ** 2;
  for (let ring = 0; ring < rings; ring++) power[ring]! /= bins[ring]! * windowPower;
  const stepRadPerUm = (2 * Math.PI) / (side * pixelSizeNm * 1e-3);
  return (kx, ky) => {
    const k = Math.sqrt(kx * kx + ky * ky);
    const at = Math.min(Math.max(k / stepRadPerUm, firstRing), rings - 1);
    const ring = Math.min(Math.floor(at), rings - 2);
    return power[ring]! + (at - ring) * (power[ring + 1]! - power[ring]!);
  };
}

/** Of every bin of a half spectrum, in its order. */
function ringsOfBins(side: number): Int32Array {
  return Int32Array.from({ length: (side / 2 + 1) * side }, (_, i) => {
    const nx = Math.floor(i / side);
    const row = i % side;
    return Math.round(Math.hypot(nx, row < side / 2 ? row : row - side));
  });
}

function tileSide(shortSide: number): number {
  if (shortSide < smallestTilePx) {
    throw new RangeError(
      `the picture must be at least ${smallestTilePx} px wide and high. Received ${shortSide} px`,
    );
  }
  const most = Math.min(shortSide, largestTilePx);
  let side = smallestTilePx;
  while (nextFftLength(side + 1) <= most) side = nextFftLength(side + 1);
  return side;
}

/** Evenly spread, overlapping by half or more. */
function tileStarts(length: number, side: number): number[] {
  const steps = Math.ceil((2 * (length - side)) / side);
  return Array.from({ length: steps + 1 }, (_, i) =>
    steps === 0 ? 0 : Math.round((i * (length - side)) / steps),
  );
}

/** Free of its mean under the window, so that the constant does not spread. */
function windowed(tile: Float32Array, window: Float64Array): Float32Array {
  const side = window.length;
  let sum = 0;
  let weights = 0;
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      const weight = window[y]! * window[x]!;
      sum += weight * tile[i]!;
      weights += weight;
    }
  }
  const mean = sum / weights;
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      tile[i] = (tile[i]! - mean) * window[y]! * window[x]!;
    }
  }
  return tile;
}
