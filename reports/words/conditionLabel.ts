import type { Condition } from '../summary/index.ts';
import { printable } from './printable.ts';

/** A condition without its dwell time: what algorithms at different doses have in common. */
export function settingLabel({ suite, preset, psf, specimen }: Condition): string {
  return printable(`${suite}: ${preset}, ${psf} PSF, ${specimen}`);
}

/** A condition in full, as the reports head it. */
export function conditionLabel(condition: Condition): string {
  return `${settingLabel(condition)}, ${condition.dwellTimeNs} ns`;
}
