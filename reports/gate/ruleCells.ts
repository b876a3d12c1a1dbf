import { metricNamed, type RuleResult } from '../../harness/gate/index.ts';
import { effectWords } from './gateHeadline.ts';
import {
  differenceNumber,
  differenceText,
  differenceUnit,
  pairHead,
  probabilityText,
  sideCells,
} from './quantityText.ts';
import { coverText } from './rowName.ts';

/** Head of a table with a row per rule and part; the first column is what the rule does. */
export const ruleHead = ['', ...pairHead, 'worse by [95 %]', 'margin', 'p', 'p(Holm)'] as const;

/** One row of that table. */
export function ruleCells({
  effect,
  comparison,
  margin,
  adjustedP,
}: RuleResult): readonly string[] {
  const { metric, pairs, difference } = comparison;
  const cover = coverText(comparison);
  const start = [effectWords[effect], metricNamed(metric).title, cover, `${pairs}`];
  if (difference === null) return [...start, '', '', '', 'not evaluated', '', '', ''];
  const { worseBy, interval, pValue } = difference;
  const number = (value: number) => differenceNumber(metric, value);
  return [
    ...start,
    ...sideCells(metric, difference),
    `${number(worseBy)} [${number(interval.low)}, ${number(interval.high)}] ${differenceUnit(metric)}`,
    margin === null ? '' : differenceText(metric, margin.margin),
    probabilityText(pValue).replace('= ', ''),
    adjustedP === null ? '' : probabilityText(adjustedP).replace('= ', ''),
  ];
}
