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
    case 'microscopeS':
      return row.microscopeTotalS;
  }
}

/**
 * What a trajectory spent until it held a target to its end, or until its end. An exception or a
 * refusal delivers nothing, wherever it leaves the microscope.
 */
export function spentToTarget(
  record: TrajectoryRecord,
  { isReached }: Target,
  cost: TargetCostName,
): TargetCost {
  const { iterations, outcome } = record;
  const first = iterations[iterations.findLastIndex((row) => !isReached(record, row)) + 1];
  const last = iterations.at(-1);
  if (last === undefined) throw new RangeError(`record ${record.key} must have at least one row`);
  const hasDelivered = outcome !== 'failed' && outcome !== 'declined';
  return first !== undefined && hasDelivered
    ? { spent: spent(first, cost), reached: true }
    : { spent: spent(last, cost), reached: false };
}
