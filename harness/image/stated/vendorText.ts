import { TiffFile } from '../tiff/TiffPage.ts';

/** A vendor's text within an image file. */
export interface VendorText {
  readonly text: string;
  /** `TIFF tag 34118`, for a person. */
  readonly place: string;
  /** Rows of the whole image, px, where the tags around the text say them. */
  readonly fileRows?: number;
}

/** Private tags of Zeiss, Thermo Fisher (two) and TESCAN. */
const vendorTags = [34118, 34682, 34680, 50431];
const imageLength = 257;
/** Words of the vendors' texts where they stand outside of a tag that is known. */
const landmarks = ['Image Pixel Size = ', 'PixelWidth=', 'PixelSizeX='];
/** Longer than any of the vendors' texts, on both sides of a landmark, bytes. */
const reach = 2 ** 16;

/** Texts in which a vendor may have written the settings of an image, the likelier ones first. */
export function vendorTexts(bytes: Uint8Array): readonly VendorText[] {
  const tagged = taggedTexts(bytes);
  if (tagged.length > 0) return tagged;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return landmarks.flatMap((landmark) => {
    const at = content.indexOf(landmark, 0, 'latin1');
    if (at === -1) return [];
    const text = content.toString('latin1', Math.max(0, at - reach), at + reach);
    return [{ text, place: 'text in the file' }];
  });
}

function taggedTexts(bytes: Uint8Array): VendorText[] {
  const found: VendorText[] = [];
  try {
    for (const page of new TiffFile(bytes).pages()) {
      for (const tag of vendorTags) {
        const text = page.text(tag);
        const fileRows = page.number(imageLength);
        if (text === undefined) continue;
        found.push({ text, place: `TIFF tag ${tag}`, ...(fileRows && { fileRows }) });
      }
    }
  } catch {
    // No TIFF file, or tags that are broken: no pixel depends on these.
  }
  return found;
}
