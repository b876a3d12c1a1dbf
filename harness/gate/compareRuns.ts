import { benjaminiHochbergAdjust } from '../statistics/index.ts';
import { compareStratum, type Resampling, type StratumComparison } from './compareStratum.ts';
import type { Difference } from './Difference.ts';
import { essenceOf } from './Essence.ts';
import { evaluateGate, type GateReport, hasPairs, type RuleResult } from './evaluateGate.ts';
import type { GateRules } from './gateRules.ts';
import { type MetricName, metricNamed, metricNames } from './metrics.ts';
import { type PairedAlgorithm, pairRuns } from './pairRuns.ts';
import type { RunEvidence } from './RunEvidence.ts';
import { ruledRows } from './ruledRows.ts';
import { type Stratum, splitAlong, stratumAxes, stratumLabel } from './stratum.ts';

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
  /** What the gate makes of the same trajectories: the gravest of its rules about them, if there is one. */
  readonly ruled: RuleResult | null;
}

/** Two runs side by side. */
export interface Comparison
  extends Pick<GateReport, 'base' | 'candidate' | 'problems' | 'sameness' | 'flips'> {
  /** The gate on the same two runs: a comparison says nothing that it would deny. */
  readonly gate: GateReport;
  readonly rows: readonly ComparisonRow[];
  /** Metrics that nothing can be said about, each with its reason. */
  readonly notCompared: readonly StratumComparison[];
}

const alpha = 0.05;

/** A table is looked through, not decided upon: fewer resamples than a gate has. */
const comparisonResampling: Resampling = { seed: 1, resamples: 2000 };

/**
 * Compares two runs in every metric, over all pairs and over each part of them: for looking through,
 * with p values adjusted after Benjamini and Hochberg. What the gate has a rule about has the gate's
 * numbers and its verdict.
 *
 * @throws RecordError if a side has two records for one scenario.
 */
export function compareRuns(
  base: RunEvidence,
  candidate: RunEvidence,
  rules: GateRules,
  resampling?: Resampling,
): Comparison {
  const gate = evaluateGate(base, candidate, rules, { ...(resampling && { resampling }) });
  const ruled = new Map(ruledRows(gate).map((result) => [rowKey(result.comparison), result]));
  const paired = pairRuns(base.records.map(essenceOf), candidate.records.map(essenceOf));
  const compared = paired.algorithms
    .filter(hasPairs)
    .flatMap((algorithm) =>
      metricNames.flatMap((metric) =>
        rowsOf(algorithm, metric, resampling ?? comparisonResampling, ruled),
      ),
    );
  const tested = compared.flatMap((row) =>
    row.difference === null ? [] : [{ ...row, difference: row.difference }],
  );
  const adjusted = benjaminiHochbergAdjust(tested.map(({ difference }) => difference.pValue));
  return {
    gate,
    base: gate.base,
    candidate: gate.candidate,
    problems: gate.problems,
    sameness: gate.sameness,
    flips: gate.flips,
    rows: tested.map((row, i) => {
      const adjustedP = adjusted[i] ?? 1;
      const change = changeOf(row, adjustedP);
      return { ...row, adjustedP, change, ruled: ruled.get(rowKey(row)) ?? null };
    }),
    notCompared: compared.filter(({ difference }) => difference === null),
  };
}

/** Over all, then over the parts along each axis; of what the records do not tell, no parts. */
function rowsOf(
  algorithm: PairedAlgorithm,
  metric: MetricName,
  resampling: Resampling,
  ruled: ReadonlyMap<string, RuleResult>,
): StratumComparison[] {
  const compared = (stratum: Stratum): StratumComparison => {
    const { candidate } = algorithm;
    const key = rowKey({ algorithm: { candidate }, metric, label: stratumLabel(stratum) });
    // The gate's numbers where it has them: two intervals of one thing would differ in their last digits.
    return ruled.get(key)?.comparison ?? compareStratum(algorithm, metric, stratum, resampling);
  };
  const whole = compared({});
  if (whole.difference === null) return [whole];
  const scenarios = algorithm.pairs.map(({ base }) => base.scenario);
  const parts = stratumAxes.flatMap((axis) => splitAlong(axis, {}, scenarios));
  return [whole, ...parts.map(compared)];
}

function rowKey(row: {
  readonly algorithm: { readonly candidate: string };
  readonly metric: MetricName;
  readonly label: string;
}): string {
  return JSON.stringify([row.algorithm.candidate, row.metric, row.label]);
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
