import { metricNamed, type StratumComparison } from '../../harness/gate/index.ts';

/** Rows that a reader is shown before asking for all. */
export const rowsShown = 10;

/** What a row covers, in words: `far starts`, `all 192 pairs`; of several algorithms whose: `far starts, mapfost`. */
export function coverText({ stratum, label, pairs, algorithm }: StratumComparison): string {
  const isWhole = Object.keys(stratum).length === 0;
  const part = isWhole ? `all ${pairs} pairs` : partText(stratum, label);
  return algorithm.isOneOfSeveral ? `${part}, ${algorithm.candidate}` : part;
}

function partText(stratum: StratumComparison['stratum'], label: string): string {
  return stratum.stratum === undefined ? label : `${label} starts`;
}

/** Metric and cover: the name of a row, the same wherever it is told. */
export function rowName(row: StratumComparison): string {
  const { base, candidate } = row.algorithm;
  const whose = base === candidate ? '' : ` (${candidate} against ${base})`;
  return `${metricNamed(row.metric).title}, ${coverText(row)}${whose}`;
}
