import { incompleteBeta } from '../statistics/index.ts';
import {
  evaluateGate,
  type GateOptions,
  type GateReport,
  type GateVerdict,
} from './evaluateGate.ts';
import type { GateRules } from './gateRules.ts';
import type { PairBy } from './pairRuns.ts';
import type { RunEvidence } from './RunEvidence.ts';

/** How often a gate fails among comparisons of which none should. */
export interface AlarmCount {
  readonly comparisons: number;
  /** Gates that failed, and gates that lacked evidence. */
  readonly failed: number;
  readonly undecided: number;
  /** Share of failures that these counts still allow for: 95 % upper end of Clopper and Pearson. */
  readonly failureRateAtMost: number;
  /** Every comparison: sides, verdict, and the rows that failed or lacked evidence. */
  readonly outcomes: readonly {
    readonly base: string;
    readonly candidate: string;
    readonly verdict: GateVerdict;
    readonly rows: readonly string[];
  }[];
}

/**
 * Pairs trajectories of runs with different seeds: the same index under the same condition, whatever
 * the specimen, start and noise. Such a pair has nothing in common but how hard it is on average, so
 * that runs differ more than those of two models on one seed do.
 */
export const reseeded: PairBy = ({ scenario }) => {
  const { specimen, preset, psf, stratum, frame, trajectory } = scenario;
  return JSON.stringify([specimen.name, preset, psf, stratum, frame, trajectory]);
};

/**
 * A false-alarm study: the runs are of one and the same model (with seeds of their own, then
 * `pairBy` is {@link reseeded}), each is held against the next, the last against the first, and
 * every failure is a false alarm.
 *
 * @param runs - At least two.
 */
export function countAlarms(
  runs: readonly RunEvidence[],
  rules: GateRules,
  options: GateOptions = {},
): AlarmCount {
  if (runs.length < 2) throw new RangeError(`a study needs 2 runs. Received ${runs.length}`);
  // One model throughout: that is the point of it.
  const tolerate = [...(options.tolerate ?? []), 'same-model' as const];
  const reports = runs.flatMap((base, i) => {
    const candidate = runs[(i + 1) % runs.length];
    // Two runs make one comparison, not two.
    if (candidate === undefined || (runs.length === 2 && i === 1)) return [];
    return [evaluateGate(base, candidate, rules, { ...options, tolerate })];
  });
  const failed = reports.filter(({ verdict }) => verdict === 'fail').length;
  return {
    comparisons: reports.length,
    failed,
    undecided: reports.filter(({ verdict }) => verdict === 'evidence-missing').length,
    failureRateAtMost: alarmRateAtMost(failed, reports.length),
    outcomes: reports.map((report) => ({
      base: report.base.name,
      candidate: report.candidate.name,
      verdict: report.verdict,
      rows: tellingRows(report),
    })),
  };
}

function tellingRows({ results, problems }: GateReport): string[] {
  return [
    ...problems.map(({ message }) => message),
    ...results
      .filter(({ effect }) => effect === 'fail' || effect === 'missing')
      .map(({ comparison, verdict }) => `${comparison.metric}, ${comparison.label}: ${verdict}`),
  ];
}

/** The rate at which so few failures would be seen in one study of 40 (one side of 95 %). */
export function alarmRateAtMost(failed: number, comparisons: number): number {
  if (failed === comparisons) return 1;
  let low = 0;
  let high = 1;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    // Probability of more failures than were seen.
    if (incompleteBeta(middle, failed + 1, comparisons - failed) < 0.975) low = middle;
    else high = middle;
  }
  return high;
}
