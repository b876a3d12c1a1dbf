import { iniSections } from './iniSections.ts';
import { present } from './present.ts';
import { numberTimes, positive } from './quantity.ts';
import type { VendorSettings } from './StatedSettings.ts';

/**
 * TESCAN: `Key=value` in SI units and degrees, stigmators in per cent. In a header file it is an INI text; in a TIFF tag it
 * stands behind binary data, and sections may lack their names.
 *
 * @param fileRows - Of the whole image file, px; the data bar is stated by its own height.
 */
export function fromTescan(text: string, fileRows: number | undefined): VendorSettings | undefined {
  const entries = new Map([...iniSections(text).values()].flatMap((section) => [...section]));
  const of = (key: string, factor = 1) => numberTimes(entries.get(key), factor);
  const pixelSizeNm = positive(of('PixelSizeX', 1e9));
  if (!entries.has('PixelSizeX')) return undefined;
  const [x, y] = [of('StageX', 1e6), of('StageY', 1e6)];
  const bar = of('ImageStripSize');
  return {
    ...present({
      pixelSizeNm,
      workingDistanceUm: positive(of('WD', 1e6)),
      stigmatorX: of('StigmatorX'),
      stigmatorY: of('StigmatorY'),
      dwellTimeNs: positive(of('DwellTime', 1e9)),
      beamVoltageKv: positive(of('HV', 1e-3) ?? of('AcceleratorVoltage', 1e-3)),
      scanRotationDeg: of('ScanRotation'),
      stage: x === undefined || y === undefined ? undefined : { xUm: x, yUm: y },
      imageRows: positive(fileRows === undefined || bar === undefined ? undefined : fileRows - bar),
    }),
    remarks: [],
  };
}
