import { present } from './present.ts';
import {
  anglesDeg,
  lengthsUm,
  percents,
  positive,
  type Quantity,
  quantityOf,
  timesNs,
  voltagesKv,
} from './quantity.ts';
import type { VendorSettings } from './StatedSettings.ts';
import { statedDistance } from './statedDistance.ts';

/**
 * Zeiss SmartSEM (and LEO before it): first unnamed numbers, a line each, in full precision and SI units;
 * then pairs of lines, a code and `Name = value unit`, rounded for reading. What the number at a place of the first part means
 * differs between versions: the number that rounds to the written value is taken for it.
 */
export function fromZeiss(text: string): VendorSettings | undefined {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const written = entriesOf(lines);
  if (written.size === 0) return undefined;
  const numbers = unnamed(lines);
  const of = (...names: readonly string[]): string | undefined =>
    names.map((name) => written.get(name)).find((value) => value !== undefined);
  const length = (...names: readonly string[]) =>
    precise(quantityOf(of(...names), lengthsUm), numbers);
  const distance = statedDistance(length('AP_WD', 'WD'));
  const pixelSize = length(
    'AP_IMAGE_PIXEL_SIZE',
    'Image Pixel Size',
    'AP_PIXEL_SIZE',
    'Pixel Size',
  );
  const stigmators = ['X', 'Y'].map((axis) =>
    quantityOf(of(`AP_STIG_${axis}`, `Stigmation ${axis}`), percents),
  );
  const [x, y] = [of('AP_STAGE_AT_X', 'Stage at X'), of('AP_STAGE_AT_Y', 'Stage at Y')].map(
    (value) => quantityOf(value, lengthsUm)?.value,
  );
  const isTurned = of('DP_SCAN_ROT', 'Scan Rot') !== 'Off';
  const coarse = stigmators.find((one) => one !== undefined && one.step >= coarseStigmatorStep);
  return {
    ...distance,
    ...present({
      pixelSizeNm: positive(pixelSize && 1e3 * pixelSize.value),
      stigmatorX: stigmators[0]?.value,
      stigmatorY: stigmators[1]?.value,
      dwellTimeNs: positive(quantityOf(of('DP_DWELL_TIME', 'Dwell Time'), timesNs)?.value),
      beamVoltageKv: positive(
        quantityOf(of('AP_ACTUALKV', 'EHT', 'AP_MANUALKV', 'EHT Target'), voltagesKv)?.value,
      ),
      scanRotationDeg: isTurned
        ? quantityOf(of('AP_SCANROTATION', 'Scan Rotation'), anglesDeg)?.value
        : 0,
      stage: x === undefined || y === undefined ? undefined : { xUm: x, yUm: y },
    }),
    remarks: [
      ...distance.remarks,
      ...(coarse === undefined ? [] : [`the stigmators are written in steps of ${coarse.step} %`]),
    ],
  };
}

/** From here on a stigmator is written too coarsely for its focal shift to be known to 0.1 um. */
const coarseStigmatorStep = 0.05;

/** By code, and by name. */
function entriesOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  lines.forEach((line, i) => {
    // Whatever a line holds, it is gone through once.
    const at = line.search(/[=:]/);
    const [name, value] = [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()];
    if (name === '' || value === '') return;
    const before = lines[i - 1] ?? '';
    entries.set(name, value);
    if (/^[A-Z]{2}_[A-Z0-9_]+$/.test(before)) entries.set(before, value);
  });
  return entries;
}

/** The numbers before the first line that is none. */
function unnamed(lines: readonly string[]): readonly number[] {
  const end = lines.findIndex((line) => Number.isNaN(Number(line)));
  return lines
    .slice(0, Math.max(end, 0))
    .filter((line) => line !== '')
    .map(Number);
}

/** The one number, in metres, that is the written length before it was rounded; else what is written. */
function precise(written: Quantity | undefined, numbers: readonly number[]): Quantity | undefined {
  if (written === undefined) return undefined;
  const { value, step } = written;
  const halfStep = (step / 2) * (1 + 1e-6);
  const found = new Set(
    numbers.map((metres) => 1e6 * metres).filter((um) => Math.abs(um - value) <= halfStep),
  );
  const [only] = found;
  // Numbers of single precision: to a part in 10^7.
  return only === undefined || found.size > 1 ? written : { value: only, step: 1e-6 * only };
}
