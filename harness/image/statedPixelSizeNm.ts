/** How the software of a microscope writes the size of a pixel into an image, and the unit of the number, nm. */
const notations: readonly {
  readonly key: string;
  readonly value: RegExp;
  readonly unitNm?: number;
}[] = [
  // Zeiss SmartSEM, with its unit.
  { key: 'Image Pixel Size = ', value: /^([\d.]+) (pm|nm|µm|um|mm)/ },
  // Thermo Fisher (FEI), TESCAN: metres.
  { key: 'PixelWidth=', value: /^([\d.eE+-]+)/, unitNm: 1e9 },
  { key: 'PixelSizeX=', value: /^([\d.eE+-]+)/, unitNm: 1e9 },
];
const unitsNm = new Map([
  ['pm', 1e-3],
  ['nm', 1],
  ['um', 1e3],
  ['µm', 1e3],
  ['mm', 1e6],
]);
/** Longer than any of the numbers with its unit, characters. */
const longestValue = 40;

/**
 * The pixel size that the software of a microscope has written into an image file, nm.
 *
 * @param bytes - The whole file.
 * @returns `undefined` if there is none that is known, or no number above 0.
 */
export function statedPixelSizeNm(bytes: Uint8Array): number | undefined {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { key, value, unitNm } of notations) {
    const at = content.indexOf(key, 0, 'latin1');
    if (at === -1) continue;
    const from = at + key.length;
    const [, number, unit = ''] =
      value.exec(content.toString('latin1', from, from + longestValue)) ?? [];
    const sizeNm = Number(number) * (unitNm ?? unitsNm.get(unit) ?? Number.NaN);
    if (sizeNm > 0 && sizeNm < Number.POSITIVE_INFINITY) return sizeNm;
  }
  return undefined;
}
