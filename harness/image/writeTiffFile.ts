import { writeAtomically } from '../files/index.ts';
import type { GreyPixels } from '../microscope/index.ts';
import { encodeTiff } from './encodeTiff.ts';

/**
 * Writes an image as an uncompressed grey TIFF file, 8 or 16 bit as its values are. Readers see
 * the old file or the whole new one, never a part.
 *
 * @param pixels - Shape `[height, width]`, row 0 on top.
 * @throws ConfigError if the folder is missing or cannot be written to.
 */
export async function writeTiffFile(path: string, pixels: GreyPixels): Promise<void> {
  await writeAtomically(path, encodeTiff(pixels));
}
