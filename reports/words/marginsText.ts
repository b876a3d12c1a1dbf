import type { SummaryGroup } from '../summary/index.ts';
import { stigmatorUnit } from './stigmatorUnit.ts';

/** The margins in words, with numbers where all groups have the same. */
export function marginsText(groups: readonly Pick<SummaryGroup, 'margins'>[]): string {
  const texts = new Set(
    groups.map(
      ({ margins }) => `${margins.workingDistanceUm} µm, ${margins.stigmator} ${stigmatorUnit}`,
    ),
  );
  const [text] = texts;
  return texts.size === 1 ? `margins (${text})` : 'margins';
}
