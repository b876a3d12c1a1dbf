import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { belongingAttributes } from '../../chart/index.ts';
import type { FigureGroup } from '../../figures/index.ts';

/** By key of a record: what the filters of a page find its card by. */
export function recordAttributes(groups: readonly FigureGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap(({ records, belonging }) =>
      records.map((record) => [
        record.key,
        `${belongingAttributes(belonging)} data-outcome="${outcomeWords(record)}"`,
      ]),
    ),
  );
}

/** The outcome, and whether it is a success. */
function outcomeWords({ outcome, failureClass }: TrajectoryRecord): string {
  return `${outcome} ${failureClass === undefined ? 'success' : 'failure'}`;
}
