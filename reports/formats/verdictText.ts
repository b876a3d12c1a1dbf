import { isRightRefusal, type TrajectoryRecord } from '../../harness/record/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import { trajectoriesText } from '../words/index.ts';
import type { ReportInput } from './Reporter.ts';

/** First line of a report: its runs, and the number of trajectories that ended as they should. */
export function verdictText({ title, records }: Pick<ReportInput, 'title' | 'records'>): string {
  const successes = records.filter(({ failureClass }) => failureClass === undefined);
  const refusals = successes.filter(isRightRefusal).length;
  const rightly = refusals === 0 ? '' : `, ${refusals} of them by rightly declining`;
  return `${title}: ${successes.length} of ${trajectoriesText(records.length)} succeeded${rightly}`;
}

/** `2 diverged, 1 budget-spent`: commonest first. */
export function failureTally(records: readonly TrajectoryRecord[]): string {
  const failed = records.flatMap(({ failureClass }) => failureClass ?? []);
  return [...groupedBy(failed, (name) => name)]
    .sort(([p, m], [q, n]) => n.length - m.length || (p < q ? -1 : 1))
    .map(([name, { length }]) => `${length} ${name}`)
    .join(', ');
}
