import type { Condition } from '../summary/index.ts';
import { settingParts } from './conditionLabel.ts';

/** A condition as a cell of a table. */
export function conditionText(condition: Condition): string {
  const { preset, psf, specimen, dwellTimeNs, reference } = condition;
  return reference === undefined
    ? `${preset}, ${psf}, ${specimen}, ${dwellTimeNs} ns`
    : `${settingParts(condition).join(', ')}, ${dwellTimeNs} ns`;
}
