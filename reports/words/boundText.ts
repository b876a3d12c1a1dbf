import type { SummaryGroup } from '../summary/index.ts';

/** What the columns of the bound say, one or two sentences; empty where there are no such columns. */
export function boundText(groups: readonly SummaryGroup[]): string {
  if (groups.every(({ pairBound }) => pairBound === null)) return '';
  const isMeasured = groups.some(({ reference }) => reference !== null);
  return (
    'Bound: standard deviation below which no unbiased estimate from one pair of whole frames around best focus comes, ' +
    "for a Gaussian field with the specimen's own spectrum, all else known. " +
    `Efficiency: bound / root mean square residual at the end; – for algorithms that do not work on pairs${isMeasured ? ', and on an instrument' : ''}. `
  );
}
