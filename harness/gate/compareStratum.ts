import { RandomStream } from '../numeric/index.ts';
import type { Difference } from './Difference.ts';
import { type Budget, isTimed, type MetricName, metricNamed, metricNames } from './metrics.ts';
import type { PairedAlgorithm, RecordPair } from './pairRuns.ts';
import { sampleClusters } from './sampleClusters.ts';
import { shareDifference, type ValuePair } from './shareDifference.ts';
import { isIn, type Stratum, stratumLabel } from './stratum.ts';
import { valueDifference } from './valueDifference.ts';

/** One metric over the pairs of one stratum. */
export interface StratumComparison {
  readonly algorithm: Pick<PairedAlgorithm, 'base' | 'candidate' | 'isOneOfSeveral'>;
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
  { base, candidate, isOneOfSeveral, pairs }: PairedAlgorithm,
  metric: MetricName,
  stratum: Stratum,
  { seed, resamples }: Resampling,
): StratumComparison {
  const { kind, better } = metricNamed(metric);
  const label = stratumLabel(stratum);
  const { inside, at } = partOf(pairs, stratum, label);
  const all = measures.get(pairs) ?? measureAll(pairs);
  measures.set(pairs, all);
  const measured = all.get(metric) ?? [];
  const isKnown = (i: number): boolean => measured[i] !== undefined;
  const known = at.every(isKnown) ? inside : inside.filter((_, i) => isKnown(at[i]!));
  const values = at.flatMap((i) => measured[i] ?? []);
  const common = {
    algorithm: { base, candidate, isOneOfSeveral },
    metric,
    stratum,
    label,
    pairs: known.length,
    notApplicable: inside.length - known.length,
    candidateValues: values.map((value) => value.candidate),
  };
  const reason = whyNot(metric, inside, known);
  if (reason !== undefined) return { ...common, difference: null, reason };
  const strata = sampleClusters(known, values);
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

/** Pairs of a stratum, and where they stand among all. */
interface Part {
  readonly inside: readonly RecordPair[];
  readonly at: readonly number[];
}

/** What a metric says of each pair; `undefined` where it says nothing about one of the two. */
type Measured = ReadonlyMap<MetricName, readonly (ValuePair | undefined)[]>;

// Every metric asks for the same strata, every stratum for the same metrics.
const parts = new WeakMap<readonly RecordPair[], Map<string, Part>>();
const measures = new WeakMap<readonly RecordPair[], Measured>();

function partOf(pairs: readonly RecordPair[], stratum: Stratum, label: string): Part {
  const known = parts.get(pairs) ?? new Map<string, Part>();
  parts.set(pairs, known);
  const part = known.get(label) ?? findPart(pairs, stratum);
  known.set(label, part);
  return part;
}

function findPart(pairs: readonly RecordPair[], stratum: Stratum): Part {
  const at = [...pairs.keys()].filter((i) => isIn(stratum, pairs[i]!.base.scenario));
  return { at, inside: at.map((i) => pairs[i]!) };
}

/** All metrics at once: to come by the records takes longer than to measure them. */
function measureAll(pairs: readonly RecordPair[]): Measured {
  const budgets = budgetsOf(pairs);
  const all = metricNames.map((name) => ({
    name,
    measure: metricNamed(name).measure,
    values: [] as (ValuePair | undefined)[],
  }));
  for (const [i, pair] of pairs.entries()) {
    for (const { measure, values } of all) {
      const base = measure(pair.base, budgets[i]!);
      const candidate = measure(pair.candidate, budgets[i]!);
      const isKnown = base !== undefined && candidate !== undefined;
      values.push(isKnown ? { base, candidate } : undefined);
    }
  }
  return new Map(all.map(({ name, values }) => [name, values]));
}

/** The most that any trajectory of either side spent under the condition of each pair. */
function budgetsOf(pairs: readonly RecordPair[]): readonly Budget[] {
  const most = new Map<string, Budget>();
  const conditions = pairs.map(({ base: { scenario } }) =>
    JSON.stringify([
      scenario.preset,
      scenario.psf,
      scenario.specimen.name,
      scenario.frame.dwellTimeNs,
    ]),
  );
  for (const [i, { base, candidate }] of pairs.entries()) {
    const before = most.get(conditions[i]!) ?? nothing;
    const all = [before, base.spent, candidate.spent];
    most.set(conditions[i]!, {
      frames: Math.max(...all.map(({ frames }) => frames)),
      doseElectronsPerNm2: Math.max(...all.map((spent) => spent.doseElectronsPerNm2)),
      electrons: Math.max(...all.map(({ electrons }) => electrons)),
    });
  }
  return conditions.map((condition) => most.get(condition) ?? nothing);
}

const nothing: Budget = { frames: 0, doseElectronsPerNm2: 0, electrons: 0 };
