import type { GreyPixels } from '../microscope/index.ts';
import { type HalfSpectrum, RealFft2 } from '../numeric/index.ts';

/** Where signal and noise are compared, if pixels are fine enough. */
const usualWaveNumberRadPerUm = 20;
/** Side of a tile, px: the largest of them that fits. */
const tileSides = [512, 256, 128, 64];

/**
 * Power of the specimen over the power of the noise at 20 rad/um (at a quarter of the pixels' limit where
 * pixels are coarse), averaged over tiles of a frame.
 *
 * The noise is that of the finest details along y with the wave numbers along x of the signal: noise that
 * is correlated along the scan lines counts as it is there. Waves along the axes, where row jitter and
 * vibration lie, are left out.
 *
 * @returns the ratio, >= 0; 0 if there is no more than noise.
 * @throws RangeError for frames with a side below 64 px.
 */
export function signalToNoise(pixels: GreyPixels, pixelSizeNm: number): number {
  const [height = 0, width = 0] = pixels.shape;
  const side = tileSides.find((one) => one <= Math.min(width, height));
  if (side === undefined) {
    throw new RangeError(
      `a frame needs sides of at least ${tileSides.at(-1)} px. Received ${width} x ${height} px`,
    );
  }
  const fft = new RealFft2(side, side);
  const spectrum = fft.createSpectrum();
  let [total, noise] = [0, 0];
  for (let top = 0; top + side <= height; top += side) {
    for (let left = 0; left + side <= width; left += side) {
      fft.forward(tileOf(pixels, left, top, side), spectrum);
      const powers = powersOf(spectrum, side, pixelSizeNm);
      total += powers.total;
      noise += powers.noise;
    }
  }
  return noise === 0 ? 0 : Math.max(0, total / noise - 1);
}

/** Mean power, signal and noise together, at the wave number of interest, and that of the noise alone. */
function powersOf(
  { data }: HalfSpectrum,
  side: number,
  pixelSizeNm: number,
): { total: number; noise: number } {
  const stepRadPerUm = (2000 * Math.PI) / (side * pixelSizeNm);
  const half = side / 2;
  const centre = Math.min(usualWaveNumberRadPerUm / stepRadPerUm, half / 4);
  const reach = Math.max(centre / 5, 1.5);
  let [ring, ringCount, floor, floorCount] = [0, 0, 0, 0];
  // From 2 on: the window spreads the axes over their neighbours.
  for (let kx = 2; kx <= centre + reach; kx++) {
    for (let row = 2; row <= side - 2; row++) {
      const ky = row > half ? side - row : row;
      const isOfNoise = ky >= 0.8 * half;
      if (ky < 2 || (!isOfNoise && Math.abs(Math.hypot(kx, ky) - centre) > reach)) continue;
      const at = 2 * (kx * side + row);
      const power = data[at]! ** 2 + data[at + 1]! ** 2;
      if (isOfNoise) {
        floor += power;
        floorCount += 1;
      } else {
        ring += power;
        ringCount += 1;
      }
    }
  }
  return { total: ring / ringCount, noise: floor / floorCount };
}

/** A tile under a Hann window, its mean taken off. */
function tileOf(
  { data, stride, offset }: GreyPixels,
  left: number,
  top: number,
  side: number,
): Float32Array {
  const [strideY = 0, strideX = 0] = stride;
  const tile = new Float32Array(side * side);
  let sum = 0;
  for (let y = 0; y < side; y++) {
    let at = offset + (top + y) * strideY + left * strideX;
    for (let x = 0; x < side; x++, at += strideX) {
      tile[y * side + x] = data[at]!;
      sum += data[at]!;
    }
  }
  const centre = sum / side ** 2;
  const hann = Float64Array.from(
    { length: side },
    (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2,
  );
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side + x;
      tile[at] = (tile[at]! - centre) * hann[x]! * hann[y]!;
    }
  }
  return tile;
}
