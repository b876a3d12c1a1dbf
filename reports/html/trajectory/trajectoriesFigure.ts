import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { groupedBy } from '../../../harness/statistics/index.ts';
import type { RecordGroup } from '../../summary/index.ts';
import {
  conditionLabel,
  conditionNames,
  formatNumber,
  residualParameters,
} from '../../words/index.ts';
import type { FigureRow, MaybeTrajectoryFigure, TrajectoryFigure } from './figureData.ts';
import { significant } from './significant.ts';

/** Lines per algorithm and condition; more cannot be told apart and would only slow the page. */
const trajectoriesDrawn = 60;

/** What `trajectoriesFigure` had to leave out; its caption says so. */
export interface TrajectoriesLeftOut {
  readonly notDrawn: number;
  readonly leaveTheFrame: number;
}

/**
 * The signed residuals of single trajectories. Of large groups every k-th is drawn.
 *
 * @param groups - As `groupRecords` returns them; the figure refers to them by index.
 */
export function trajectoriesFigure(groups: readonly RecordGroup[]): {
  readonly figure: MaybeTrajectoryFigure;
  readonly leftOut: TrajectoriesLeftOut;
} {
  const nothing = { notDrawn: 0, leaveTheFrame: 0 };
  if (groups.length === 0) {
    return { figure: { undrawable: 'There are no trajectories.' }, leftOut: nothing };
  }
  const names = conditionNames(groups.map(({ condition }) => condition));
  const rows = residualParameters.map((quantity) => rowOf(groups, quantity));
  const columns = groupedBy(groups.entries(), ([, { condition }]) => conditionLabel(condition));
  const total = groups.reduce((sum, { records }) => sum + records.length, 0);
  const drawn = groups.reduce((sum, { records }) => sum + evenlySpaced(records.length).length, 0);
  const figure: TrajectoryFigure = {
    xTitle: 'iteration',
    rows,
    columns: [...columns.values()].map((members) => ({
      label: names.nameOf(members[0][1].condition),
      groups: members.map(([group, { records }]) => ({
        group,
        drawn: evenlySpaced(records.length),
      })),
    })),
  };
  const runaways = groups.flatMap(({ records }) =>
    records.filter((record) => leaves(record, rows)),
  );
  return { figure, leftOut: { notDrawn: total - drawn, leaveTheFrame: runaways.length } };
}

function rowOf(
  groups: readonly RecordGroup[],
  { parameter, margin, name, unit }: (typeof residualParameters)[number],
): FigureRow {
  const records = groups.flatMap((group) => group.records);
  const widest = records.reduce(
    (most, { scenario }) => Math.max(most, Math.abs(scenario.start[parameter])),
    0,
  );
  const [{ scenario } = { scenario: undefined }] = records;
  const limit = scenario?.margins[margin] ?? 0;
  const cap = significant(Math.max(2 * limit, 1.35 * widest));
  return {
    yTitle: `${name} (${unit})`,
    margin: limit,
    marginLabel: ['margin', `±${formatNumber(limit)} ${unit}`],
    cap,
  };
}

function evenlySpaced(count: number): number[] {
  const step = Math.max(1, count / trajectoriesDrawn);
  return Array.from({ length: Math.min(count, trajectoriesDrawn) }, (_, i) => Math.floor(i * step));
}

function leaves({ iterations }: TrajectoryRecord, rows: readonly FigureRow[]): boolean {
  return iterations.some(({ residual }) =>
    residualParameters.some(
      ({ parameter }, i) => Math.abs(residual[parameter]) > (rows[i]?.cap ?? 0),
    ),
  );
}
