import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { isRefusal } from '../words/index.ts';
import type { ReportInput } from './Reporter.ts';

/** First line of a report: what it is of, and how many trajectories ended as they should. */
export function verdictText({ title, records }: Pick<ReportInput, 'title' | 'records'>): string {
  const successes = records.filter(({ failureClass }) => failureClass === undefined);
  const refusals = successes.filter(isRefusal).length;
  const rightly = refusals === 0 ? '' : `, ${refusals} of them by rightly declining`;
  return `${title}: ${successes.length} of ${records.length} ${records.length === 1 ? 'trajectory' : 'trajectories'} succeeded${rightly}`;
}

/** `2 diverged, 1 budget-spent`: commonest first. */
export function failureTally(records: readonly TrajectoryRecord[]): string {
  const counts = new Map<string, number>();
  for (const { failureClass } of records) {
    if (failureClass !== undefined) counts.set(failureClass, (counts.get(failureClass) ?? 0) + 1);
  }
  return [...counts]
    .sort(([p, m], [q, n]) => n - m || (p < q ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
