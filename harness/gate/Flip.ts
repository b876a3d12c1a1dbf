import { type FailureClass, focalErrorUm } from '../record/index.ts';
import type { PairedAlgorithm, RecordPair } from './pairRuns.ts';
import { positionOn, stratumAxes } from './stratum.ts';

/** A scenario that one side alone brought to focus. */
export interface Flip {
  readonly direction: 'lost' | 'won';
  /** Name of the candidate's algorithm. */
  readonly algorithm: string;
  /** Of the candidate's record. */
  readonly key: string;
  readonly baseKey: string;
  readonly trajectory: number;
  /** Where it lies: specimen, dwell time, class of starts, preset, probe. */
  readonly place: string;
  /** Why the side that failed did. */
  readonly failureClass: FailureClass;
  /** Final focal error, um; `null` where the record does not say the stigmator matrix. */
  readonly baseErrorUm: number;
  readonly candidateErrorUm: number;
}

/** Scenarios lost, the worst first, then scenarios won, in the order of the plan. */
export function flipsOf({ pairs }: PairedAlgorithm): Flip[] {
  const flips = pairs.flatMap((pair): Flip[] => {
    const { base, candidate } = pair;
    const [before, after] = [base.failureClass, candidate.failureClass];
    if ((before === undefined) === (after === undefined)) return [];
    const failureClass = after ?? before;
    if (failureClass === undefined) return [];
    return [
      {
        direction: before === undefined ? 'lost' : 'won',
        algorithm: candidate.scenario.algorithm.name,
        key: candidate.key,
        baseKey: base.key,
        trajectory: candidate.scenario.trajectory,
        place: placeOf(pair),
        failureClass,
        baseErrorUm: errorOf(base),
        candidateErrorUm: errorOf(candidate),
      },
    ];
  });
  const lost = flips.filter(({ direction }) => direction === 'lost');
  return [
    ...lost.toSorted((p, q) => q.candidateErrorUm - p.candidateErrorUm),
    ...flips.filter(({ direction }) => direction === 'won'),
  ];
}

function errorOf(record: RecordPair['base']): number {
  return focalErrorUm(record.scenario, record.end);
}

function placeOf({ candidate: { scenario } }: RecordPair): string {
  return stratumAxes
    .flatMap((axis) => {
      const position = positionOn(axis, scenario);
      return position === undefined ? [] : axis === 'dwellTimeNs' ? `${position} ns` : position;
    })
    .join(', ');
}
