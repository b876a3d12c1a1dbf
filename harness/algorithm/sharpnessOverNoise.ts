import type { GreyPixels } from '../microscope/index.ts';
import { meanRoughness } from './pair/index.ts';
import { sharpnessTiles } from './sharpnessTiles.ts';

/**
 * {@link sharpnessTiles} in units of the pixel noise: the same for another brightness or contrast of
 * the detector, which changes specimen and noise alike.
 */
export function sharpnessOverNoise(pixels: GreyPixels): number[] {
  const noise = meanRoughness(pixels);
  return sharpnessTiles(pixels).map((sharpness) => sharpness / noise ** 2);
}
