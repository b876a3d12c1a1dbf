import { holmAdjust, leastPairsThatDiffer } from '../statistics/index.ts';
import {
  compareStratum,
  nothingThere,
  type Resampling,
  type StratumComparison,
  underLoad,
} from './compareStratum.ts';
import { essenceOf } from './Essence.ts';
import { checkEvidence, type EvidenceProblem, type ProblemKind } from './evidence/checkEvidence.ts';
import { type Sameness, samenessOf } from './evidence/sameness.ts';
import { type Flip, flipsOf } from './Flip.ts';
import type { GateRule, GateRules } from './gateRules.ts';
import { judgeLimit, type LimitJudgement } from './judgeLimit.ts';
import { judgeMargin, type MarginJudgement, type RuleVerdict } from './judgeRule.ts';
import { type LostMostOn, lostMostOn } from './lostMostOn.ts';
import { type PairBy, type PairedAlgorithm, pairRuns, sameScenario } from './pairRuns.ts';
import type { RunEvidence } from './RunEvidence.ts';
import { type RunSummary, summariseRun } from './RunSummary.ts';
import { splitAlong } from './stratum.ts';

/**
 * What a rule does to the gate. `missing`: the evidence does not suffice to say; fails closed, apart
 * from a failure. `skipped`: never gates (times measured under
 * load, errors where there is nothing to focus on).
 */
export type RuleEffect = 'pass' | 'warn' | 'fail' | 'missing' | 'skipped';

/** One rule over one stratum, of one algorithm. */
export interface RuleResult {
  /** Position of the rule in its file, from 0. */
  readonly index: number;
  readonly rule: GateRule;
  readonly comparison: StratumComparison;
  readonly verdict: RuleVerdict;
  readonly effect: RuleEffect;
  /** Why it was not evaluated, or why an inconclusive one counts as missing evidence. */
  readonly reason?: string;
  /** After Holm, over the family; `null` where nothing was tested. */
  readonly adjustedP: number | null;
  /** True where too few pairs differ for p to come below the family's rate, whatever they say. */
  readonly isOutOfReach: boolean;
  readonly margin: MarginJudgement | null;
  readonly limit: LimitJudgement | null;
}

/** The gate's decision. */
export type GateVerdict = 'pass' | 'fail' | 'evidence-missing';

/** Everything a report on a gate is drawn from. */
export interface GateReport {
  readonly verdict: GateVerdict;
  /** False where missing evidence was tolerated by request. */
  readonly isValid: boolean;
  readonly rules: Pick<GateRules, 'name' | 'description' | 'familyErrorRate' | 'falseAlarms'>;
  readonly base: RunSummary;
  readonly candidate: RunSummary;
  /** What fails the gate closed. */
  readonly problems: readonly EvidenceProblem[];
  /** What would, had it not been allowed. */
  readonly tolerated: readonly EvidenceProblem[];
  readonly sameness: readonly Sameness[];
  readonly results: readonly RuleResult[];
  /** Different tests that Holm's adjustment counts. */
  readonly familySize: number;
  readonly flips: readonly Flip[];
  /** Where most of the scenarios lie that were lost, if they have something in common. */
  readonly lostMostOn: readonly LostMostOn[];
}

/** Options of {@link evaluateGate}. */
export interface GateOptions {
  /** Kinds of missing evidence that are let through; the report is then not valid. */
  readonly tolerate?: readonly ProblemKind[];
  readonly resampling?: Resampling;
  readonly pairBy?: PairBy;
}

/** Ten thousand resamples, as the release is decided by them. */
const gateResampling: Resampling = { seed: 1, resamples: 10_000 };

/**
 * Holds a candidate against its baseline by rules.
 *
 * **How often an unchanged candidate fails.** At most at the rate of the family, by construction. A
 * rule fails where the difference is proven, with p adjusted after Holm over all rows that can fail:
 * at most half of the rate, since half of all chance findings are improvements. The other half is
 * shared by the rows that fail what stays inconclusive. Such a row fails only where its interval is
 * so narrow that an unchanged candidate would have passed but for its share; where it is wider, what
 * is missing is pairs, and the row says how many.
 *
 * **How often a candidate that is worse by a margin passes** its rule: in 2.5 % of cases at most, the
 * upper end of a two-sided interval of 95 %. That needs no adjustment, as all rules must pass.
 *
 * @throws RecordError if a side has two records for one scenario.
 */
export function evaluateGate(
  base: RunEvidence,
  candidate: RunEvidence,
  rules: GateRules,
  { tolerate = [], resampling = gateResampling, pairBy = sameScenario }: GateOptions = {},
): GateReport {
  const paired = pairRuns(base.records.map(essenceOf), candidate.records.map(essenceOf), pairBy);
  const found = checkEvidence(base, candidate, paired);
  const problems = found.filter(({ kind }) => !tolerate.includes(kind));
  const tolerated = found.filter(({ kind }) => tolerate.includes(kind));
  const rows = paired.algorithms
    .filter(hasPairs)
    .flatMap((algorithm) => rowsOf(algorithm, rules, resampling));
  const family = familyOf(rows);
  const results = judge(rows, family, rules.familyErrorRate, resampling);
  const isDecided = problems.length === 0;
  const has = (effect: RuleEffect) => results.some((result) => result.effect === effect);
  const verdict =
    !isDecided || results.length === 0
      ? 'evidence-missing'
      : has('fail')
        ? 'fail'
        : has('missing')
          ? 'evidence-missing'
          : 'pass';
  return {
    verdict,
    isValid: tolerated.length === 0,
    rules: {
      name: rules.name,
      description: rules.description,
      familyErrorRate: rules.familyErrorRate,
      ...(rules.falseAlarms && { falseAlarms: rules.falseAlarms }),
    },
    base: summariseRun(base),
    candidate: summariseRun(candidate),
    problems,
    tolerated,
    sameness: paired.algorithms.map(samenessOf),
    results,
    familySize: family.size,
    flips: paired.algorithms.flatMap(flipsOf),
    lostMostOn: lostMostOn(paired.algorithms),
  };
}

/** Where nothing pairs there are no rows to speak of: one problem says why. */
export function hasPairs({ pairs }: Pick<PairedAlgorithm, 'pairs'>): boolean {
  return pairs.length > 0;
}

interface Row {
  readonly index: number;
  readonly rule: GateRule;
  readonly comparison: StratumComparison;
}

/** Each rule over its stratum, then over the parts that it asks for. */
function rowsOf(
  algorithm: PairedAlgorithm,
  { rules }: GateRules,
  resampling: Resampling,
): readonly Row[] {
  const scenarios = algorithm.pairs.map(({ base }) => base.scenario);
  const compared = new Map<string, StratumComparison>();
  return rules.flatMap((rule, index) => {
    const whole = rule.stratum ?? {};
    const parts = (rule.each ?? []).flatMap((axis) => splitAlong(axis, whole, scenarios));
    const strata = rule.each === undefined ? [whole] : parts;
    return strata.map((stratum) => {
      const key = JSON.stringify([rule.metric, stratum]);
      const comparison =
        compared.get(key) ?? compareStratum(algorithm, rule.metric, stratum, resampling);
      compared.set(key, comparison);
      return { index, rule, comparison };
    });
  });
}

/** Adjusted p of every test that can fail the gate; two rules about one thing test it once. */
function familyOf(rows: readonly Row[]): ReadonlyMap<StratumComparison, number> {
  const tested = new Set(
    rows
      .filter(
        ({ rule, comparison: { difference, pairs } }) =>
          rule.severity === 'fail' && difference !== null && pairs >= rule.minN,
      )
      .map(({ comparison }) => comparison),
  );
  const adjusted = holmAdjust([...tested].map(({ difference }) => difference?.pValue ?? 1));
  return new Map([...tested].map((comparison, i) => [comparison, adjusted[i] ?? 1]));
}

function judge(
  rows: readonly Row[],
  family: ReadonlyMap<StratumComparison, number>,
  rate: number,
  resampling: Resampling,
): RuleResult[] {
  const strict = rows.filter(
    ({ rule }) => rule.severity === 'fail' && rule.inconclusive === 'fail',
  );
  const share = rate / 2 / Math.max(1, strict.length);
  const leastDiffering = leastPairsThatDiffer(rate / Math.max(1, family.size));
  return rows.map(({ index, rule, comparison }) => {
    const { difference, pairs } = comparison;
    const reason = whyNotEvaluated(rule, comparison);
    if (difference === null || reason !== undefined) {
      return {
        index,
        rule,
        comparison,
        verdict: 'not-evaluated',
        effect:
          reason === underLoad || reason === nothingThere
            ? 'skipped'
            : rule.severity === 'warn'
              ? 'warn'
              : 'missing',
        ...(reason !== undefined && { reason }),
        adjustedP: null,
        isOutOfReach: false,
        margin: null,
        limit: null,
      };
    }
    // A rule that only warns is no part of the family, and its p stands for itself.
    const adjustedP = family.get(comparison) ?? difference.pValue;
    const margin = judgeMargin(comparison, rule, adjustedP, rate);
    const limit =
      rule.absoluteLimit === undefined
        ? null
        : judgeLimit(rule.metric, comparison.candidateValues, rule.absoluteLimit, resampling);
    const verdict = worst(margin.verdict, limit?.verdict ?? 'pass');
    // What lies beyond an absolute limit does not become undecided by a wide interval of the change.
    const isOpen = margin.verdict === 'inconclusive' && limit?.verdict !== 'inconclusive';
    const isUnderpowered = verdict === 'inconclusive' && isOpen && margin.refusalRisk > share;
    return {
      index,
      rule,
      comparison,
      verdict,
      effect: effectOf(rule, verdict, isUnderpowered),
      ...(isUnderpowered && rule.inconclusive === 'fail' && { reason: tooFew(pairs, margin) }),
      adjustedP,
      isOutOfReach: difference.ties < pairs && difference.informative < leastDiffering,
      margin,
      limit,
    };
  });
}

function whyNotEvaluated(rule: GateRule, { difference, pairs, reason }: StratumComparison) {
  if (difference === null) return reason;
  return pairs < rule.minN ? `${pairs} pairs, and ${rule.minN} are the least` : undefined;
}

function tooFew(pairs: number, { refusalRisk, pairsToDecide }: MarginJudgement): string {
  const needed =
    pairsToDecide !== null
      ? `about ${pairsToDecide} would decide`
      : 'no number of them decides a difference at the margin';
  return `too few pairs: with ${pairs} an unchanged candidate would be refused in ${(100 * refusalRisk).toFixed(0)} % of cases; ${needed}`;
}

function worst(
  first: 'pass' | 'fail' | 'inconclusive',
  second: 'pass' | 'fail' | 'inconclusive',
): 'pass' | 'fail' | 'inconclusive' {
  const order = ['pass', 'inconclusive', 'fail'] as const;
  return order[Math.max(order.indexOf(first), order.indexOf(second))] ?? 'fail';
}

function effectOf(
  { severity, inconclusive }: GateRule,
  verdict: 'pass' | 'fail' | 'inconclusive',
  isUnderpowered: boolean,
): RuleEffect {
  if (verdict === 'pass') return 'pass';
  if (severity === 'warn') return 'warn';
  if (verdict === 'fail') return 'fail';
  if (inconclusive === 'warn') return 'warn';
  return isUnderpowered ? 'missing' : 'fail';
}
