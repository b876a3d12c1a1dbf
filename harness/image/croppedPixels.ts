import { ConfigError, type GreyPixels, type Rectangle } from '../microscope/index.ts';

/**
 * The part of an image that is asked for.
 *
 * @param parameter - What asks for it, for the message: `--crop`.
 * @throws ConfigError if it does not lie inside of the image.
 */
export function croppedPixels(
  pixels: GreyPixels,
  crop: Rectangle | undefined,
  path: string,
  parameter: string,
): GreyPixels {
  if (crop === undefined) return pixels;
  const [height = 0, width = 0] = pixels.shape;
  const [right, bottom] = [crop.x + crop.width, crop.y + crop.height];
  if (right > width || bottom > height) {
    throw new ConfigError(
      `${parameter} must lie inside of the ${width} x ${height} px of ${path}. Received ${crop.width} x ${crop.height} px at (${crop.x}, ${crop.y})`,
    );
  }
  return pixels.hi(bottom, right).lo(crop.y, crop.x) as GreyPixels;
}
