import { z } from 'zod';
import type { RecordGroup } from './groupRecords.ts';

/** What was made different from the instrument, or from what algorithms are told about it, on purpose. */
export interface Variation {
  /** In words, e.g. `drift = 50`. */
  readonly text: string;
  /** What is varied; variations of one subject stand in one row of a figure. */
  readonly subject: string;
  readonly level: number;
}

const row = z.tuple([z.number(), z.number()]);
const told = z.object({
  convergenceMrad: z.number(),
  stigmatorMatrixUmPerUnit: z.tuple([row, row]),
  imageShiftNmPerUm: z.object({ x: z.number(), y: z.number() }),
});
type Told = z.infer<typeof told>;

/** The preset without what was changed of it: `merlin` of `merlin~drift=50`. */
export function basePreset(preset: string): string {
  return preset.split('~')[0] ?? preset;
}

/**
 * For each group what was varied on purpose; `null` for the instrument as it is, told rightly.
 *
 * @param groups - Of the whole report: what was told rightly is known from the others.
 */
export function variationsOf(groups: readonly RecordGroup[]): readonly (Variation | null)[] {
  const right = new Map<string, Told | undefined>();
  for (const { records } of groups) {
    const [{ scenario }] = records;
    if (scenario.calibrationSource === 'given' || scenario.preset.includes('~')) continue;
    right.set(keyOf(scenario), told.safeParse(scenario.calibration).data);
  }
  return groups.map(({ records }) => {
    const [{ scenario }] = records;
    const [, ...changes] = scenario.preset.split('~');
    if (changes.length > 0) return changeOf(changes);
    if (scenario.calibrationSource !== 'given') return null;
    const [before, after] = [right.get(keyOf(scenario)), told.safeParse(scenario.calibration).data];
    return before && after ? errorOf(before, after) : null;
  });
}

function keyOf(scenario: RecordGroup['records'][0]['scenario']): string {
  return JSON.stringify([scenario.suite, basePreset(scenario.preset), scenario.psf]);
}

function changeOf(changes: readonly string[]): Variation {
  const [name = '', level = ''] = (changes[0] ?? '').split('=');
  const text = changes.map((change) => change.replace('=', ' = ')).join(', ');
  return changes.length === 1
    ? { text, subject: name, level: Number(level) }
    : { text, subject: 'several at once', level: Number.NaN };
}

/** What is wrong with what was told, read back from the numbers. */
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
