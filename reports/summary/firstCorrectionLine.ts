import type { FocusParameter } from '../../harness/microscope/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import {
  type Interval,
  leastSquaresLine,
  type Resamples,
  resampledLine,
} from '../../harness/statistics/index.ts';
import { rowAt } from './rowAt.ts';

/** Fewer different starts make no line. */
const leastStarts = 5;
/** Fewer trajectories make no interval: a resample could have all its starts in one place. */
const leastTrajectories = 20;

/** A fitted line; offsets in the unit of the parameter. */
export interface FittedLine {
  readonly slope: number;
  readonly slopeInterval95: Interval;
  readonly offset: number;
  readonly offsetInterval95: Interval;
}

/**
 * The line through the first corrections of one parameter over what they ought to have been, as in
 * the article's figure 2e.
 *
 * @param resamples - Of these trajectories.
 * @returns nothing unless trajectories and starts are many, on both sides of focus.
 */
export function firstCorrectionLine(
  records: readonly TrajectoryRecord[],
  parameter: FocusParameter,
  resamples: Resamples,
): FittedLine | null {
  const needed = records.map((record) => -rowAt(record, 0).residual[parameter]);
  const made = records.map((record, i) => rowAt(record, 1).residual[parameter] + needed[i]!);
  const starts = new Set(needed);
  const isOnBothSides = needed.some((value) => value > 0) && needed.some((value) => value < 0);
  if (starts.size < leastStarts || records.length < leastTrajectories || !isOnBothSides)
    return null;
  return {
    ...leastSquaresLine(needed, made),
    slopeInterval95: resamples.interval(resampledLine(needed, made, 'slope')),
    offsetInterval95: resamples.interval(resampledLine(needed, made, 'offset')),
  };
}
