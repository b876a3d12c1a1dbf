import { type TiffTag, tiffFile } from './tiffFile.ts';

/** A text as the values of a tag of characters. */
export function textTag(tag: number, text: string): TiffTag {
  return [tag, 2, ...Buffer.from(`${text}\0`, 'latin1')];
}

/** A TIFF file of noise-free grey with one private tag. */
export function taggedTiff(tag: TiffTag, width = 4, height = 3): Uint8Array {
  const body = new Uint8Array(width * height).fill(7);
  return tiffFile([{ width, height, body, tags: [tag] }]);
}

/** What a Zeiss microscope writes: numbers in SI units first, then rounded values with their names. */
export function zeissText({
  workingDistanceM,
  pixelSizeM = 1.00303e-8,
  stigmatorX = 1.9,
  stigmatorY = -0.2,
}: {
  readonly workingDistanceM: number;
  readonly pixelSizeM?: number;
  readonly stigmatorX?: number;
  readonly stigmatorY?: number;
}): string {
  const named = [
    ['AP_IMAGE_PIXEL_SIZE', `Image Pixel Size = ${(1e9 * pixelSizeM).toFixed(2)} nm`],
    ['AP_WD', `WD = ${(1e3 * workingDistanceM).toFixed(1)} mm`],
    ['AP_STIG_X', `Stigmation X = ${stigmatorX} %`],
    ['AP_STIG_Y', `Stigmation Y = ${stigmatorY} %`],
    ['AP_ACTUALKV', 'EHT = 1.50 kV'],
    ['DP_DWELL_TIME', 'Dwell Time = 200 ns'],
    ['AP_SCANROTATION', 'Scan Rotation = 15.0 \u00b0'],
    ['AP_STAGE_AT_X', 'Stage at X = 60.123 mm'],
    ['AP_STAGE_AT_Y', 'Stage at Y = -3.5 mm'],
    ['AP_DATE', 'Date :24 Mar 2024'],
  ];
  const numbers = [0, 0, 0, pixelSizeM, 1.5e3, 2e-10, workingDistanceM, 3, 17];
  return ['', ...numbers, ...named.flat(), ''].join('\r\n');
}
