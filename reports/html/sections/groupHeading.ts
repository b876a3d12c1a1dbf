import type { SummaryGroup } from '../../summary/index.ts';
import { conditionLabel } from '../../words/index.ts';

/** Heading above the rows of a condition, with the variation if the name does not show it. */
export function groupHeading({
  condition,
  variation,
}: Pick<SummaryGroup, 'condition' | 'variation'>): string {
  const label = conditionLabel(condition);
  return variation === null || condition.preset.includes('~') ? label : `${label} · ${variation}`;
}
