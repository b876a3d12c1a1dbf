import { fromHitachi } from './fromHitachi.ts';
import { fromJeol } from './fromJeol.ts';
import { fromTescan } from './fromTescan.ts';
import { fromThermo } from './fromThermo.ts';
import { fromZeiss } from './fromZeiss.ts';
import type { StatedSettings, VendorSettings } from './StatedSettings.ts';
import { type VendorText, vendorTexts } from './vendorText.ts';

const vendors: readonly (readonly [
  name: string,
  read: (text: string, fileRows?: number) => VendorSettings | undefined,
])[] = [
  ['Hitachi', fromHitachi],
  ['JEOL', fromJeol],
  ['Thermo Fisher', fromThermo],
  ['TESCAN', fromTescan],
  ['Zeiss', fromZeiss],
];

/**
 * What the software of a microscope has written about an image into its file or beside it.
 *
 * @param bytes - The whole image file.
 * @param beside - Texts of the files beside it that may belong to it; asked if the image says nothing.
 * @returns `undefined` if no vendor's notation is found. A number that cannot be (a pixel of 0 nm) is left out.
 */
export function settingsIn(
  bytes: Uint8Array,
  beside: readonly VendorText[] = [],
): StatedSettings | undefined {
  for (const { text, place, fileRows } of [...vendorTexts(bytes), ...beside]) {
    for (const [name, read] of vendors) {
      const settings = read(text, fileRows);
      if (settings !== undefined && Object.keys(settings).length > 1) {
        return { source: `${name}, ${place}`, ...settings };
      }
    }
  }
  return undefined;
}
