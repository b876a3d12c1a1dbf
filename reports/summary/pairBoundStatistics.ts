import { type FocusParameter, focusParameters } from '../../harness/microscope/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { mean } from '../../harness/statistics/index.ts';
import type { PairBoundStatistics } from './Summary.ts';

/** The bound of a group of trajectories and how near they came; `null` where none has a bound. */
export function pairBoundStatistics(
  records: readonly TrajectoryRecord[],
): PairBoundStatistics | null {
  const ends = records.flatMap(({ pairBoundSd, iterations }) => {
    const last = iterations.at(-1);
    return pairBoundSd === undefined || last === undefined
      ? []
      : [{ sd: pairBoundSd, residual: last.residual }];
  });
  if (ends.length === 0) return null;
  const rootMeanSquare = (kind: 'sd' | 'residual', parameter: FocusParameter) =>
    Math.sqrt(mean(ends.map((end) => end[kind][parameter] ** 2)));
  const each = <T>(value: (parameter: FocusParameter) => T) => {
    const [workingDistanceUm, stigmatorX, stigmatorY] = focusParameters.map(value) as [T, T, T];
    return { workingDistanceUm, stigmatorX, stigmatorY };
  };
  const sd = each((parameter) => rootMeanSquare('sd', parameter));
  const rms = each((parameter) => rootMeanSquare('residual', parameter));
  return {
    trajectories: ends.length,
    sd,
    rms,
    efficiency: each((parameter) => (rms[parameter] > 0 ? sd[parameter] / rms[parameter] : null)),
  };
}
