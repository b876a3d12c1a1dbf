import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type GreyPixels, isSemfocusError } from '../microscope/index.ts';
import { decodeImage } from './decodeImage.ts';
import { mostImageBytes } from './imageLimits.ts';
import type { StatedSettings } from './stated/StatedSettings.ts';
import { settingsIn } from './stated/settingsIn.ts';
import type { VendorText } from './stated/vendorText.ts';
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

/** An image, and what a microscope has written about it. */
interface StatedImage {
  readonly pixels: GreyPixels;
  /** Absent if nothing is stated in a way that is known. */
  readonly stated?: StatedSettings;
}

/**
 * As {@link readImageFile}, with the settings that a microscope has written into the file, or into a text
 * file beside it: `NAME.txt` (JEOL, Hitachi), `NAME.hdr` or `NAME-tif.hdr` (TESCAN).
 */
export async function readStatedImage(path: string): Promise<StatedImage> {
  const bytes = await bytesOf(path);
  const pixels = decodeImage(bytes, path);
  const stated = settingsIn(bytes, await textsBeside(path, pixels));
  return { pixels, ...(stated !== undefined && { stated }) };
}

/** Longer than any vendor's, bytes. */
const longestText = 2 ** 20;

async function textsBeside(
  path: string,
  { shape: [fileRows = 0] }: GreyPixels,
): Promise<VendorText[]> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const names = ['.txt', '.hdr', ...(extension === '' ? [] : [`-${extension.slice(1)}.hdr`])];
  const texts: VendorText[] = [];
  for (const file of names.map((name) => `${stem}${name}`)) {
    try {
      const found = await stat(file);
      if (!found.isFile() || found.size > longestText) continue;
      texts.push({ text: textOf(await readFile(file)), place: basename(file), fileRows });
    } catch {
      // Nothing beside it, or nothing that can be read: the image stands for itself.
    }
  }
  return texts;
}

/** UTF-16 with its mark, as Hitachi writes it; else one byte a sign. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'latin1').replace(/^\uFEFF/, '');
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
