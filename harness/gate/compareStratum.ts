import { RandomStream } from '../numeric/index.ts';
import type { Scenario } from '../record/index.ts';
import type { Difference } from './Difference.ts';
import { type Budget, isTimed, type MetricName, metricNamed } from './metrics.ts';
import type { PairedAlgorithm, RecordPair } from './pairRuns.ts';
import { sampleClusters } from './sampleClusters.ts';
import { shareDifference, type ValuePair } from './shareDifference.ts';
import { isIn, type Stratum, stratumLabel } from './stratum.ts';
import { valueDifference } from './valueDifference.ts';

/** One metric over the pairs of one stratum. */
export interface StratumComparison {
  readonly algorithm: { readonly base: string; readonly candidate: string };
  readonly metric: MetricName;
  readonly stratum: Stratum;
  /** `stratumLabel` */
  readonly label: string;
  /** Pairs that the metric says something about. */
  readonly pairs: number;
  /** Pairs of the stratum that it says nothing about. */
  readonly notApplicable: number;
  /** Its value of each of these pairs on the candidate's side, in the order of the pairs. */
  readonly candidateValues: readonly number[];
  /** `null` where there is nothing to compare; then `reason` says why. */
  readonly difference: Difference | null;
  readonly reason?: string;
}

/** What {@link compareStratum} is told about resampling. */
export interface Resampling {
  /** Root of the streams named `bootstrap`. */
  readonly seed: number;
  readonly resamples: number;
}

/**
 * Compares both sides in one metric. The same records and seed yield the same bytes, whatever else
 * is compared before or after.
 */
export function compareStratum(
  { base, candidate, pairs }: PairedAlgorithm,
  metric: MetricName,
  stratum: Stratum,
  { seed, resamples }: Resampling,
): StratumComparison {
  const { kind, better, measure } = metricNamed(metric);
  const inside = pairsIn(pairs, stratum);
  const budgetOf = budgetsOf(pairs);
  const known: RecordPair[] = [];
  const values: ValuePair[] = [];
  for (const pair of inside) {
    const budget = budgetOf(pair.base.scenario);
    const [before, after] = [measure(pair.base, budget), measure(pair.candidate, budget)];
    if (before === undefined || after === undefined) continue;
    known.push(pair);
    values.push({ base: before, candidate: after });
  }
  const label = stratumLabel(stratum);
  const common = {
    algorithm: { base, candidate },
    metric,
    stratum,
    label,
    pairs: known.length,
    notApplicable: inside.length - known.length,
    candidateValues: values.map((value) => value.candidate),
  };
  const reason = whyNot(metric, inside, known);
  if (reason !== undefined) return { ...common, difference: null, reason };
  const strata = sampleClusters(known.length === inside.length ? inside : known, values);
  const random = new RandomStream(seed, 'bootstrap', metric, label, candidate);
  const difference: Difference =
    kind === 'share'
      ? shareDifference(strata.flat(), better)
      : valueDifference(strata, { kind, better }, random, resamples);
  return { ...common, difference };
}

function whyNot(
  metric: MetricName,
  inside: readonly RecordPair[],
  known: readonly RecordPair[],
): string | undefined {
  if (inside.length === 0) return 'no pair lies in this stratum';
  const isMeasured = ({ base, candidate }: RecordPair) => isTimed(base) && isTimed(candidate);
  if (metric === 'computeMs' && !inside.every(isMeasured)) return underLoad;
  if (known.length > 0) return undefined;
  const isRefused = ({ base, candidate }: RecordPair) =>
    base.isRightRefusal || candidate.isRightRefusal;
  return inside.every(isRefused) ? nothingThere : 'the records do not tell it';
}

/** A field without structure has no error and no cost of focusing: the rate of success judges it. */
export const nothingThere = 'there is nothing to focus on, and it was said so';

/** Times of trajectories that competed for the machine say nothing, and never gate. */
export const underLoad = 'measured under load, not by semfocus run --timing on an idle machine';

const parts = new WeakMap<readonly RecordPair[], Map<string, readonly RecordPair[]>>();

/** The pairs of a stratum: the same list for every metric. */
function pairsIn(pairs: readonly RecordPair[], stratum: Stratum): readonly RecordPair[] {
  const known = parts.get(pairs) ?? new Map<string, readonly RecordPair[]>();
  const label = stratumLabel(stratum);
  const inside = known.get(label) ?? pairs.filter((pair) => isIn(stratum, pair.base.scenario));
  parts.set(pairs, known.set(label, inside));
  return inside;
}

const budgets = new WeakMap<readonly RecordPair[], (scenario: Scenario) => Budget>();

/** Once for all strata and metrics of an algorithm. */
function budgetsOf(pairs: readonly RecordPair[]): (scenario: Scenario) => Budget {
  const budgetOf = budgets.get(pairs) ?? findBudgets(pairs);
  budgets.set(pairs, budgetOf);
  return budgetOf;
}

/** The most that any trajectory of either side spent under the same condition. */
function findBudgets(pairs: readonly RecordPair[]): (scenario: Scenario) => Budget {
  const budgets = new Map<string, Budget>();
  const keyOf = ({ preset, psf, specimen, frame }: Scenario) =>
    JSON.stringify([preset, psf, specimen.name, frame.dwellTimeNs]);
  for (const { base, candidate } of pairs) {
    const key = keyOf(base.scenario);
    for (const { spent } of [base, candidate]) {
      const before = budgets.get(key) ?? nothing;
      budgets.set(key, {
        frames: Math.max(before.frames, spent.frames),
        doseElectronsPerNm2: Math.max(before.doseElectronsPerNm2, spent.doseElectronsPerNm2),
      });
    }
  }
  return (scenario) => budgets.get(keyOf(scenario)) ?? nothing;
}

const nothing: Budget = { frames: 0, doseElectronsPerNm2: 0 };
