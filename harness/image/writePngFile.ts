import { writeAtomically } from '../files/index.ts';
import type { GreyPixels } from '../microscope/index.ts';
import { encodePng } from './encodePng.ts';

/**
 * Writes an image as a grey PNG file, 8 or 16 bit as its values are. Readers see the old file or
 * the whole new one, never a part.
 *
 * @param pixels - Shape `[height, width]`, row 0 on top.
 * @throws ConfigError if the folder is missing or cannot be written to.
 */
export async function writePngFile(path: string, pixels: GreyPixels): Promise<void> {
  await writeAtomically(path, encodePng(pixels));
}
