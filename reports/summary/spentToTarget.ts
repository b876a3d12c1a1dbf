import {
  depthOfFocusUm,
  focalErrorUm,
  type IterationRow,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';
import type { TargetCost } from '../../harness/statistics/index.ts';
import type { TargetCostName } from './TargetView.ts';

/** A state that is to be reached, and held to the end. */
export interface Target {
  readonly name: string;
  readonly isReached: (record: TrajectoryRecord, row: IterationRow) => boolean;
}

/** That of the suite. */
export const margins: Target = {
  name: 'margins',
  isReached: (_record, row) => row.insideMargins,
};

/** Depths of focus that a focal error may have: several, so that no comparison is all or none. */
export const ladderDepths: readonly number[] = [2, 1, 0.5, 0.25];

/** The same as targets. */
export const ladder: readonly Target[] = ladderDepths.map((depths) => ({
  name: `focalError<=${depths}*depthOfFocus`,
  isReached: ({ scenario }: TrajectoryRecord, { residual }: IterationRow) =>
    focalErrorUm(scenario, residual) <= depths * depthOfFocusUm(scenario),
}));

/** What a row has spent since the start. */
export function spent(row: IterationRow, cost: TargetCostName): number {
  switch (cost) {
    case 'frames':
      return row.framesTotal;
    case 'doseElectronsPerNm2':
      return row.doseElectronsPerNm2Total;
    case 'electrons':
      return row.electronsTotal;
    case 'microscopeS':
      return row.microscopeTotalS;
  }
}

/** Where the way of a trajectory to a target ends. */
export interface TargetEnd {
  readonly row: IterationRow;
  readonly reached: boolean;
}

/**
 * The row from which a trajectory held a target to its end, or else its last one. An exception or a
 * refusal delivers nothing, wherever it leaves the microscope.
 */
export function endOfWay(record: TrajectoryRecord, { isReached }: Target): TargetEnd {
  const { iterations, outcome } = record;
  const last = iterations.at(-1);
  if (last === undefined) throw new RangeError(`record ${record.key} must have at least one row`);
  const hasDelivered = outcome !== 'failed' && outcome !== 'declined';
  if (!hasDelivered) return { row: last, reached: false };
  const first = iterations[iterations.findLastIndex((row) => !isReached(record, row)) + 1];
  return { row: first ?? last, reached: first !== undefined };
}

/** What was spent up to there. */
export function spentToTarget({ row, reached }: TargetEnd, cost: TargetCostName): TargetCost {
  return { spent: spent(row, cost), reached };
}
