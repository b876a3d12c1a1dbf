import { metricNamed, type RuleResult } from '../../harness/gate/index.ts';
import { effectWords } from './gateHeadline.ts';
import {
  differenceNumber,
  differenceUnit,
  pairHead,
  probabilityText,
  sideCells,
} from './quantityText.ts';

/** Head of a table with a row per rule and part; the first column is what the rule does. */
export const ruleHead = ['', ...pairHead, 'worse by [95 %]', 'p', 'p(Holm)'] as const;

/** One row of that table. */
export function ruleCells({ effect, comparison, adjustedP }: RuleResult): readonly string[] {
  const { metric, label, pairs, difference } = comparison;
  const start = [effectWords[effect], metricNamed(metric).title, label, `${pairs}`];
  if (difference === null) return [...start, '', '', '', 'not evaluated', '', ''];
  const { worseBy, interval, pValue } = difference;
  const number = (value: number) => differenceNumber(metric, value);
  return [
    ...start,
    ...sideCells(metric, difference),
    `${number(worseBy)} [${number(interval.low)}, ${number(interval.high)}] ${differenceUnit(metric)}`,
    probabilityText(pValue).replace('= ', ''),
    adjustedP === null ? '' : probabilityText(adjustedP).replace('= ', ''),
  ];
}
