import type { RecordGroup } from './groupRecords.ts';
import { imperfectionUnits } from './imperfectionUnits.ts';

/** A deliberate change of the instrument, or of the calibration given to algorithms. */
export interface Variation {
  /** In words, with its unit: `drift = 50 nm/min`. */
  readonly text: string;
  /** The varied quantity; variations of one quantity are in one row of a figure. */
  readonly subject: string;
  readonly level: number;
}

type Told = RecordGroup['records'][0]['scenario']['calibration'];

/** The preset without its changes: `merlin` of `merlin~drift=50`. */
function basePreset(preset: string): string {
  return preset.split('~')[0] ?? preset;
}

/**
 * The deliberate variation of each group; `null` for the unchanged instrument with its true calibration.
 *
 * @param groups - Of the whole report: the others tell the true calibration.
 */
export function variationsOf(groups: readonly RecordGroup[]): readonly (Variation | null)[] {
  const right = new Map<string, Told>();
  for (const { records } of groups) {
    const [{ scenario }] = records;
    if (scenario.instrument !== undefined) continue;
    if (scenario.calibrationSource === 'given') continue;
    if (imperfectionsOf(scenario.preset).length > 0) continue;
    right.set(keyOf(scenario), scenario.calibration);
  }
  return groups.map(({ records }) => {
    const [{ scenario }] = records;
    // An instrument is as it is, and what it calls itself may look like anything.
    if (scenario.instrument !== undefined) return null;
    const changes = imperfectionsOf(scenario.preset);
    if (changes.length > 0) return changeOf(changes);
    if (scenario.calibrationSource !== 'given') return null;
    const before = right.get(keyOf(scenario));
    return before ? errorOf(before, scenario.calibration) : null;
  });
}

function keyOf(scenario: RecordGroup['records'][0]['scenario']): string {
  return JSON.stringify([scenario.suite, basePreset(scenario.preset), scenario.psf]);
}

/** The changed imperfections of a preset; a beam current is not one of them. */
function imperfectionsOf(preset: string): readonly string[] {
  const [, ...changes] = preset.split('~');
  return changes.filter((change) => !change.startsWith('currentNanoAmp='));
}

function changeOf(changes: readonly string[]): Variation {
  const [name = '', level = ''] = (changes[0] ?? '').split('=');
  const text = changes.map(changeText).join(', ');
  return changes.length === 1
    ? { text, subject: name, level: Number(level) }
    : { text, subject: 'several at once', level: Number.NaN };
}

/** `row jitter x = 4 px` of `rowJitterX=4`. */
function changeText(change: string): string {
  const [name = '', level = ''] = change.split('=');
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const unit = imperfectionUnits[name];
  const printed = unit === undefined || unit === '1' ? '' : ` ${printedUnits[unit] ?? unit}`;
  return `${words} = ${level.replace('-', '−')}${printed}`;
}

/** Units that are written otherwise for people. */
const printedUnits: Readonly<Record<string, string>> = {
  um: 'µm',
  'um/um': 'µm/µm',
  'um/h': 'µm/h',
  'nm/um': 'nm/µm',
  'nm/min^0.5': 'nm/√min',
  '1e-3': '‰',
};

/** The error of the given calibration, found from the numbers. */
function errorOf(before: Told, after: Told): Variation | null {
  const percent = 100 * (after.convergenceMrad / before.convergenceMrad - 1);
  if (Math.abs(percent) > 0.01) return wrong('told convergence', percent, '%');
  const shift = after.imageShiftNmPerUm.x - before.imageShiftNmPerUm.x;
  if (Math.abs(shift) > 0.01) return wrong('told image shift', shift, 'nm/µm');
  const [[p, q], [r, s]] = before.stigmatorMatrixUmPerUnit;
  const [[p2, q2], [r2, s2]] = after.stigmatorMatrixUmPerUnit;
  // (a, b) turn by twice the angle by which the image turns.
  const angle = (Math.atan2(p * r2 - r * p2, p * p2 + r * r2) * 90) / Math.PI;
  if (Math.abs(angle) > 0.01) return wrong('told stigmator rotation', angle, '°');
  const scale = 100 * (Math.hypot(p2, q2, r2, s2) / Math.hypot(p, q, r, s) - 1);
  return Math.abs(scale) > 0.01 ? wrong('told stigmator strength', scale, '%') : null;
}

function wrong(subject: string, value: number, unit: string): Variation {
  const level = Number(value.toPrecision(3));
  return {
    subject,
    level,
    text: `${subject} ${level > 0 ? '+' : '−'}${Math.abs(level)}${unit === '°' ? '' : ' '}${unit}`,
  };
}
