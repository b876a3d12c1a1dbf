import { iniSections } from './iniSections.ts';
import { present } from './present.ts';
import { lengthsUm, numberTimes, positive, quantityOf, voltagesKv } from './quantity.ts';
import type { VendorSettings } from './StatedSettings.ts';
import { statedDistance } from './statedDistance.ts';

/** Steps of the working distance that Hitachi writes as whole um, but sets and rounds in 0.1 mm. */
const usualStepUm = 100;

/** Hitachi: an INI text beside the image; pixels in nm. Stigmators and dwell time are not in it. */
export function fromHitachi(text: string): VendorSettings | undefined {
  const entries = iniSections(text).get('SemImageFile');
  if (entries === undefined) return undefined;
  const written = quantityOf(entries.get('WorkingDistance'), lengthsUm);
  const isRounded = written !== undefined && Number.isInteger(written.value / usualStepUm);
  const distance = statedDistance(isRounded ? { ...written, step: usualStepUm } : written);
  const [, rows] = entries.get('DataSize')?.split('x') ?? [];
  return {
    ...distance,
    ...present({
      pixelSizeNm: positive(numberTimes(entries.get('PixelSize'), 1)),
      beamVoltageKv: positive(quantityOf(entries.get('AcceleratingVoltage'), voltagesKv)?.value),
      imageRows: positive(numberTimes(rows, 1)),
    }),
  };
}
