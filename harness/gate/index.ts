export { type Comparison, type ComparisonRow, compareRuns } from './compareRuns.ts';
export type { StratumComparison } from './compareStratum.ts';
export { type AlarmCount, alarmRateAtMost, countAlarms, reseeded } from './countAlarms.ts';
export { type Essence, essenceOf } from './Essence.ts';
export {
  evaluateGate,
  type GateReport,
  type GateVerdict,
  type RuleEffect,
  type RuleResult,
} from './evaluateGate.ts';
export type { EvidenceProblem, ProblemKind } from './evidence/checkEvidence.ts';
export type { Flip } from './Flip.ts';
export { type GateRules, gateRulesJsonSchema, gateRulesSchema } from './gateRules.ts';
export { loadGateRules } from './loadGateRules.ts';
export { type MetricName, metricNamed } from './metrics.ts';
export { pairRuns, sameScenario } from './pairRuns.ts';
export type { RunEvidence, RunOrigin } from './RunEvidence.ts';
export { type RunSummary, summariseRun } from './RunSummary.ts';
export { effectOrder, ruledRows } from './ruledRows.ts';
