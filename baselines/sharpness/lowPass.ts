import type { GreyImage } from '../../harness/numeric/index.ts';

/**
 * Gaussian low-pass, cut off at 3 standard deviations. Beyond the border the outermost value goes on.
 *
 * @param sdX - Standard deviation along x, px, > 0.
 * @param sdY - Along y; as along x where left out.
 */
export function lowPass(image: GreyImage, sdX: number, sdY: number = sdX): GreyImage {
  const { width, height, data } = image;
  const kernelX = gaussianKernel(sdX);
  const kernelY = gaussianKernel(sdY);
  const across = new Float32Array(data.length);
  const reachX = kernelX.length - 1;
  const padded = new Float32Array(width + 2 * reachX);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padded.fill(data[row]!, 0, reachX);
    padded.set(data.subarray(row, row + width), reachX);
    padded.fill(data[row + width - 1]!, reachX + width);
    for (let x = 0; x < width; x++) {
      const middle = x + reachX;
      let sum = kernelX[0]! * padded[middle]!;
      for (let i = 1; i <= reachX; i++) {
        sum += kernelX[i]! * (padded[middle - i]! + padded[middle + i]!);
      }
      across[row + x] = sum;
    }
  }
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let i = 0; i < kernelY.length; i++) {
      const above = Math.max(y - i, 0) * width;
      const below = Math.min(y + i, height - 1) * width;
      const weight = i === 0 ? kernelY[0]! / 2 : kernelY[i]!;
      for (let x = 0; x < width; x++) {
        out[row + x] = out[row + x]! + weight * (across[above + x]! + across[below + x]!);
      }
    }
  }
  return { width, height, data: out };
}

/** Sums to 1 over both sides; the middle comes first. */
function gaussianKernel(sd: number): Float32Array {
  const reach = Math.ceil(3 * sd);
  const half = Float32Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / sd) ** 2));
  const sum = half.reduce((total, value, i) => total + (i === 0 ? value : 2 * value), 0);
  return half.map((value) => value / sum);
}
