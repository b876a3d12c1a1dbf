import { canonicalJson } from '../record/index.ts';
import { benjaminiHochbergAdjust } from '../statistics/index.ts';
import { checkEvidence, type EvidenceProblem } from './checkEvidence.ts';
import { compareStratum, type Resampling, type StratumComparison } from './compareStratum.ts';
import type { Difference } from './Difference.ts';
import { essenceOf } from './Essence.ts';
import { type Flip, flipsOf } from './Flip.ts';
import { type MetricName, metricNamed, metricNames } from './metrics.ts';
import { type PairedAlgorithm, pairRuns, type RecordPair } from './pairRuns.ts';
import type { RunEvidence } from './RunEvidence.ts';
import { type RunSummary, summariseRun } from './RunSummary.ts';
import { splitAlong, stratumAxes } from './stratum.ts';

/**
 * What a row comes to. `same`: every pair ties. `noise`: smaller than the floor, or no more than
 * chance makes of it (adjusted p of 0.05 or more).
 */
type Change = 'same' | 'noise' | 'better' | 'worse';

/** A row with its p adjusted over all rows. */
export interface ComparisonRow extends StratumComparison {
  readonly difference: Difference;
  /** After Benjamini and Hochberg. */
  readonly adjustedP: number;
  readonly change: Change;
}

/** Whether the same algorithm did the same. */
export interface Sameness {
  readonly algorithm: string;
  readonly pairs: number;
  /** Pairs whose results differ in anything but times. */
  readonly differing: number;
  /** Same name, version, parameters and model on both sides. */
  readonly isSameAlgorithm: boolean;
}

/** Two runs side by side. */
export interface Comparison {
  readonly base: RunSummary;
  readonly candidate: RunSummary;
  readonly problems: readonly EvidenceProblem[];
  readonly sameness: readonly Sameness[];
  readonly flips: readonly Flip[];
  readonly rows: readonly ComparisonRow[];
  /** Metrics that nothing can be said about, each with its reason. */
  readonly notCompared: readonly StratumComparison[];
}

const alpha = 0.05;

/** A table is looked through, not decided upon: fewer resamples than a gate has. */
const comparisonResampling: Resampling = { seed: 1, resamples: 2000 };

/**
 * Compares two runs in every metric, over all pairs and over each part of them: for looking through,
 * with p values adjusted after Benjamini and Hochberg.
 *
 * @throws RecordError if a side has two records for one scenario.
 */
export function compareRuns(
  base: RunEvidence,
  candidate: RunEvidence,
  resampling = comparisonResampling,
): Comparison {
  const paired = pairRuns(base.records.map(essenceOf), candidate.records.map(essenceOf));
  const compared = paired.algorithms.flatMap((algorithm) =>
    metricNames.flatMap((metric) => rowsOf(algorithm, metric, resampling)),
  );
  const tested = compared.flatMap((row) =>
    row.difference === null ? [] : [{ ...row, difference: row.difference }],
  );
  const adjusted = benjaminiHochbergAdjust(tested.map(({ difference }) => difference.pValue));
  return {
    base: summariseRun(base),
    candidate: summariseRun(candidate),
    problems: checkEvidence(base, candidate, paired),
    sameness: paired.algorithms.map(samenessOf),
    flips: paired.algorithms.flatMap(flipsOf),
    rows: tested.map((row, i) => {
      const adjustedP = adjusted[i] ?? 1;
      return { ...row, adjustedP, change: changeOf(row, adjustedP) };
    }),
    notCompared: compared.filter(({ difference }) => difference === null),
  };
}

/** Over all, then over the parts along each axis; of what the records do not tell, no parts. */
function rowsOf(
  algorithm: PairedAlgorithm,
  metric: MetricName,
  resampling: Resampling,
): StratumComparison[] {
  const whole = compareStratum(algorithm, metric, {}, resampling);
  if (whole.difference === null) return [whole];
  const scenarios = algorithm.pairs.map(({ base }) => base.scenario);
  const parts = stratumAxes.flatMap((axis) => splitAlong(axis, {}, scenarios));
  return [whole, ...parts.map((stratum) => compareStratum(algorithm, metric, stratum, resampling))];
}

function changeOf(
  { difference, metric, pairs }: Pick<ComparisonRow, 'difference' | 'metric' | 'pairs'>,
  adjustedP: number,
): Change {
  if (difference.ties === pairs) return 'same';
  const { worseBy } = difference;
  if (Math.abs(worseBy) < metricNamed(metric).floor || adjustedP >= alpha) return 'noise';
  return worseBy > 0 ? 'worse' : 'better';
}

/** Counts the pairs in which anything but a time differs. */
export function samenessOf({ candidate: algorithm, pairs }: PairedAlgorithm): Sameness {
  return {
    algorithm,
    pairs: pairs.length,
    differing: pairs.filter((pair) => pair.base.digest !== pair.candidate.digest).length,
    isSameAlgorithm: pairs.every(
      ({ base, candidate }) =>
        algorithmOf(base.scenario.algorithm) === algorithmOf(candidate.scenario.algorithm),
    ),
  };
}

function algorithmOf({
  name,
  version,
  parameters,
  ...hashes
}: RecordPair['base']['scenario']['algorithm']): string {
  return canonicalJson({ name, version, parameters, hashes: JSON.stringify(hashes) });
}
