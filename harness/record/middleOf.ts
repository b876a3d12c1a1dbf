import { addFocus, type FocusState, subtractFocus } from '../microscope/index.ts';
import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/** The focus that the residuals of an instrument are measured from: midway between before and after. */
export function middleOf({
  before,
  after,
}: Pick<NonNullable<TrajectoryRecord['reference']>, 'before' | 'after'>): FocusState {
  const drift = subtractFocus(after, before);
  return addFocus(before, {
    workingDistanceUm: drift.workingDistanceUm / 2,
    stigmatorX: drift.stigmatorX / 2,
    stigmatorY: drift.stigmatorY / 2,
  });
}
