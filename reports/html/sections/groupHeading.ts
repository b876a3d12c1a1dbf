import type { SummaryGroup } from '../../summary/index.ts';
import { conditionLabel } from '../../words/index.ts';

/** What stands above the rows of a condition: with what was made different, where it does not say. */
export function groupHeading({
  condition,
  variation,
}: Pick<SummaryGroup, 'condition' | 'variation'>): string {
  const label = conditionLabel(condition);
  return variation === null || condition.preset.includes('~') ? label : `${label} · ${variation}`;
}
