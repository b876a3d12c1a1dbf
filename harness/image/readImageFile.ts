import { readFile, stat } from 'node:fs/promises';
import { type GreyPixels, isSemfocusError } from '../microscope/index.ts';
import { decodeImage } from './decodeImage.ts';
import { mostImageBytes } from './imageLimits.ts';
import { statedPixelSizeNm } from './statedPixelSizeNm.ts';
import { unreadableImage } from './unreadableImage.ts';

/**
 * Reads an image file as grey values.
 *
 * The content sets the format, not the name; see {@link decodeImage} for the formats.
 *
 * @returns Pixels of shape `[height, width]`, row 0 on top, 8 or 16 bit as in the file.
 * @throws ImageFileError if the file is missing, unreadable, a pipe or device, larger than 1 GiB, no
 *   image, damaged, or of a kind that has no faithful grey values of 8 or 16 bit.
 */
export async function readImageFile(path: string): Promise<GreyPixels> {
  return decodeImage(await bytesOf(path), path);
}

/** An image, and what its file says of it. */
interface StatedImage {
  readonly pixels: GreyPixels;
  /** Absent if the file does not say it in a way that is known. */
  readonly statedPixelSizeNm?: number;
}

/** As {@link readImageFile}, with the pixel size that a microscope has written into the file. */
export async function readStatedImage(path: string): Promise<StatedImage> {
  const bytes = await bytesOf(path);
  const stated = statedPixelSizeNm(bytes);
  const pixels = decodeImage(bytes, path);
  return { pixels, ...(stated !== undefined && { statedPixelSizeNm: stated }) };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    // Opening a pipe waits for a writer, and a device need not end.
    if (!found.isFile() && !found.isDirectory()) {
      throw unreadableImage(path, 'it is a pipe or a device; only files are read');
    }
    if (found.size > mostImageBytes) {
      throw unreadableImage(
        path,
        `the file has ${found.size} bytes; at most ${mostImageBytes} are read`,
        { hint: 'crop the image, bin its pixels, or save it as 8-bit grey' },
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (isSemfocusError(cause, 'ImageFileError')) throw cause;
    throw unreadableImage(path, reasonOf(cause), { cause });
  }
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
