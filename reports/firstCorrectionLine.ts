import type { TrajectoryRecord } from '../harness/experiment/index.ts';
import type { RandomStream } from '../harness/numeric/index.ts';
import { bootstrapInterval, leastSquaresLine } from '../harness/statistics/index.ts';
import { rowAt } from './rowAt.ts';
import type { FirstCorrectionLine } from './Summary.ts';

/** Fewer different starts make no line. */
const leastStarts = 5;
/** Fewer trajectories make no interval: a resample could have all its starts in one place. */
const leastTrajectories = 20;

/**
 * The line through the first corrections of working distance over what they ought to have been, as in
 * the article's figure 2e. Intervals resample trajectories.
 *
 * @returns nothing unless trajectories and starts are many, on both sides of focus.
 */
export function firstCorrectionLine(
  records: readonly TrajectoryRecord[],
  random: (name: string) => RandomStream,
): FirstCorrectionLine | null {
  const needed = records.map((record) => -rowAt(record, 0).residual.workingDistanceUm);
  const made = records.map((record, i) => rowAt(record, 1).residual.workingDistanceUm + needed[i]!);
  const starts = new Set(needed);
  const isOnBothSides = needed.some((um) => um > 0) && needed.some((um) => um < 0);
  if (starts.size < leastStarts || records.length < leastTrajectories || !isOnBothSides)
    return null;
  const line = (drawn: ArrayLike<number>) => {
    const pick = (values: readonly number[]) => Array.from(drawn, (i) => values[i]!);
    return leastSquaresLine(pick(needed), pick(made));
  };
  const all = records.map((_, i) => i);
  const { slope, offset } = line(all);
  return {
    slope,
    slopeInterval95: bootstrapInterval(all, (drawn) => line(drawn).slope, random('slope')),
    offsetUm: offset,
    offsetUmInterval95: bootstrapInterval(all, (drawn) => line(drawn).offset, random('offset')),
  };
}
