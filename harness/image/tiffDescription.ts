import { TiffFile } from './tiff/TiffPage.ts';

const imageDescription = 270;

/**
 * The ImageDescription (tag 270) of the first image of a TIFF file; `undefined` where there is none, or
 * where this is no TIFF file or a damaged one.
 */
export function tiffDescription(bytes: Uint8Array): string | undefined {
  try {
    const [page] = new TiffFile(bytes).pages();
    return page?.text(imageDescription);
  } catch {
    return undefined;
  }
}
