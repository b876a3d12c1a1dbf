import { readFile } from 'node:fs/promises';
import type { GreyPixels } from '../microscope/index.ts';
import { decodeImage } from './decodeImage.ts';
import { unreadableImage } from './unreadableImage.ts';

/**
 * Reads an image file as grey values.
 *
 * The content sets the format, not the name; see {@link decodeImage} for the formats.
 *
 * @returns Pixels of shape `[height, width]`, row 0 on top, 8 or 16 bit as in the file.
 * @throws ImageFileError if the file is missing, unreadable, no image, damaged, or of a kind that
 *   has no faithful grey values of 8 or 16 bit.
 */
export async function readImageFile(path: string): Promise<GreyPixels> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadableImage(path, reasonOf(cause), { cause });
  }
  return decodeImage(bytes, path);
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder, not a file';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return message;
  }
}
