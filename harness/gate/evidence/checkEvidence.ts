import { describePlanDifference } from '../../experiment/suite/index.ts';
import type { PairedAlgorithm, PairedRuns } from '../pairRuns.ts';
import type { RunEvidence } from '../RunEvidence.ts';
import { type RunSummary, summariseRun } from '../RunSummary.ts';
import { samenessOf } from './sameness.ts';
import { whyUnpaired } from './whyUnpaired.ts';

/** Why a comparison is not of the same scenarios under the same conditions. */
export const problemKinds = [
  'unfinished',
  'mixed-versions',
  'no-common-algorithm',
  'same-model',
  'missing-in-candidate',
  'missing-in-baseline',
  'mixed-runtime',
] as const;
export type ProblemKind = (typeof problemKinds)[number];

/** Evidence that is missing, or cannot be compared. */
export interface EvidenceProblem {
  readonly kind: ProblemKind;
  readonly message: string;
}

/** Everything that is wrong with the evidence; empty where every scenario was met by both sides. */
export function checkEvidence(
  base: RunEvidence,
  candidate: RunEvidence,
  paired: PairedRuns,
): EvidenceProblem[] {
  const problems: EvidenceProblem[] = [];
  const report = (kind: ProblemKind, message: string) => problems.push({ kind, message });
  for (const { name, header, records, missing } of [base, candidate]) {
    if (missing.length === 0) continue;
    report(
      'unfinished',
      `${name} is not finished: ${records.length} of ${header.keys.length} trajectories have a record`,
    );
  }
  const [before, after] = [summariseRun(base), summariseRun(candidate)];
  const versions = new Set([...before.physicsVersions, ...after.physicsVersions]);
  if (versions.size > 1) {
    report(
      'mixed-versions',
      `physics versions must not be mixed: ${before.name} has ${before.physicsVersions.join(' and ')}, ${after.name} has ${after.physicsVersions.join(' and ')}`,
    );
  }
  const runtimes = new Set([...before.runtimeClasses, ...after.runtimeClasses]);
  if (runtimes.size > 1) {
    report('mixed-runtime', `computed by different runtimes: ${[...runtimes].join(' | ')}`);
  }
  if (paired.algorithms.length === 0) {
    report(
      'no-common-algorithm',
      `no algorithm is in both: ${before.name} has ${paired.onlyBase.join(', ')}, ${after.name} has ${paired.onlyCandidate.join(', ')}`,
    );
    return problems;
  }
  for (const name of paired.onlyBase) {
    report('missing-in-candidate', `${candidate.name} has no records of ${name}`);
  }
  for (const name of paired.onlyCandidate) {
    report('missing-in-baseline', `${base.name} has no records of ${name}`);
  }
  const isWhole = paired.onlyBase.length + paired.onlyCandidate.length === 0;
  if (isWhole && paired.algorithms.every(isTheSame)) {
    report(
      'same-model',
      `the same model: ${paired.algorithms.map(sameText).join(', ')} on both sides, so there is nothing to decide`,
    );
  }
  const why = paired.algorithms.some(isUnequal) ? planDifference(base, candidate) : '';
  for (const { candidate: name, pairs, onlyBase, onlyCandidate } of paired.algorithms) {
    if (pairs.length === 0) {
      const reason = why || `: ${whyUnpaired(onlyBase, onlyCandidate)}`;
      report('missing-in-candidate', `no scenario of ${name} is in both runs${reason}`);
      continue;
    }
    const lacks = (side: string, count: number) =>
      `${side} lacks ${count} of ${pairs.length + count} scenarios of ${name}${why}`;
    if (onlyBase.length > 0) {
      report('missing-in-candidate', lacks(candidate.name, onlyBase.length));
    }
    if (onlyCandidate.length > 0) {
      report('missing-in-baseline', lacks(base.name, onlyCandidate.length));
    }
  }
  return problems;
}

function isTheSame(algorithm: PairedAlgorithm): boolean {
  return algorithm.pairs.length > 0 && samenessOf(algorithm).isSameAlgorithm;
}

function sameText({ candidate: name, pairs: [pair] }: PairedAlgorithm): string {
  const { modelSha256, version } = pair?.candidate.scenario.algorithm ?? {};
  return modelSha256 === undefined
    ? `${name} version ${version}`
    : `${name} is sha256:${modelSha256.slice(0, 12)}`;
}

function isUnequal({ onlyBase, onlyCandidate }: PairedAlgorithm): boolean {
  return onlyBase.length + onlyCandidate.length > 0;
}

/** Differences of the plans; the algorithms may differ, and seeds are not shown. */
function planDifference(base: RunEvidence, candidate: RunEvidence): string {
  const [before, after]: RunSummary[] = [summariseRun(base), summariseRun(candidate)];
  if (before?.seeds !== after?.seeds) return `: seeds were ${before?.seeds}, are ${after?.seeds}`;
  if (base.header.planHash === candidate.header.planHash) return '';
  const { algorithms, suite } = base.header;
  const { seed, algorithms: planned } = suite;
  const told = describePlanDifference(base.header, {
    ...candidate.header,
    algorithms,
    suite: { ...candidate.header.suite, seed, algorithms: planned },
  });
  return told.startsWith('the same settings') ? '' : `: ${told}`;
}
