import type { Condition } from '../summary/index.ts';
import { printable } from './printable.ts';

/** A condition without its dwell time: what algorithms at different doses have in common. */
export function settingLabel(condition: Condition): string {
  return printable(`${condition.suite}: ${settingParts(condition).join(', ')}`);
}

/** Instrument, probe and specimen; of an instrument without truth how its residuals are measured. */
export function settingParts({
  preset,
  psf,
  specimen,
  reference,
}: Omit<Condition, 'dwellTimeNs'>): readonly string[] {
  return reference === undefined
    ? [preset, `${psf} PSF`, specimen]
    : [`instrument ${preset}`, `reference ${reference}`];
}

/** A condition in full, as the reports head it. */
export function conditionLabel(condition: Condition): string {
  return `${settingLabel(condition)}, ${condition.dwellTimeNs} ns`;
}
