import { present } from './present.ts';
import { lengthsUm, numberTimes, positive, quantityOf } from './quantity.ts';
import type { VendorSettings } from './StatedSettings.ts';
import { statedDistance } from './statedDistance.ts';

/**
 * JEOL: a text file beside the image, `$CM_NAME value` a line. The working distance is in mm; pixels have
 * the size that the scale bar gives them. Stigmators and dwell time are not in it.
 */
export function fromJeol(text: string): VendorSettings | undefined {
  const entries = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const name = /^\$+((?:CM|SM)_\w+)/.exec(line)?.[1];
    const at = line.search(/\s/);
    if (name !== undefined && at !== -1) entries.set(name, line.slice(at).trim());
  }
  if (![...entries.keys()].some((name) => name.startsWith('CM_'))) return undefined;
  const distance = statedDistance(quantityOf(withUnit(entries.get('SM_WD'), 'mm'), lengthsUm));
  const markUm = quantityOf(entries.get('SM_MICRON_MARKER'), lengthsUm)?.value;
  const barPx = positive(numberTimes(entries.get('SM_MICRON_BAR'), 1));
  return {
    ...distance,
    ...present({
      pixelSizeNm:
        markUm === undefined || barPx === undefined ? undefined : positive((1e3 * markUm) / barPx),
      beamVoltageKv: positive(numberTimes(entries.get('CM_ACCEL_VOLT'), 1)),
      imageRows: positive(numberTimes(entries.get('CM_FULL_SIZE')?.split(/\s+/)[1], 1)),
    }),
  };
}

function withUnit(number: string | undefined, unit: string): string | undefined {
  return number === undefined ? undefined : `${number} ${unit}`;
}
