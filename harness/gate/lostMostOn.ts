import type { PairedAlgorithm } from './pairRuns.ts';
import { positionOn, type StratumAxis } from './stratum.ts';

/** Where most of the scenarios lie that the candidate lost: a position on an axis of the suite. */
export interface LostMostOn {
  readonly axis: StratumAxis;
  readonly position: string | number;
  /** Scenarios lost there, and in all. */
  readonly lost: number;
  readonly of: number;
}

/** Axes that a reader can do something about, in the order in which they are told. */
const axes = ['specimen', 'dwellTimeNs', 'stratum'] as const;
/** Fewer are no pattern. */
const leastLost = 4;
/** Times its share of the scenarios. */
const concentration = 1.5;

/**
 * The positions on which at least half of the losses fell, and half as much again as would fall there
 * if all positions were alike.
 */
export function lostMostOn(algorithms: readonly PairedAlgorithm[]): LostMostOn[] {
  const pairs = algorithms.flatMap((one) => one.pairs);
  const lost = pairs.filter(
    ({ base, candidate }) =>
      base.failureClass === undefined && candidate.failureClass !== undefined,
  );
  if (lost.length < leastLost) return [];
  return axes.flatMap((axis) => {
    const all = countsOn(axis, pairs);
    const [[position, count] = ['', 0]] = [...countsOn(axis, lost)].sort(([, p], [, q]) => q - p);
    const expected = (lost.length * (all.get(position) ?? 0)) / pairs.length;
    const isMost = count >= lost.length / 2 && count >= concentration * expected;
    return all.size > 1 && isMost ? { axis, position, lost: count, of: lost.length } : [];
  });
}

function countsOn(
  axis: StratumAxis,
  pairs: PairedAlgorithm['pairs'],
): Map<string | number, number> {
  const counts = new Map<string | number, number>();
  for (const { base } of pairs) {
    const position = positionOn(axis, base.scenario);
    if (position !== undefined) counts.set(position, (counts.get(position) ?? 0) + 1);
  }
  return counts;
}
