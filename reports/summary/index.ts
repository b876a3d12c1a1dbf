export type { Condition } from './Condition.ts';
export { simToRealLimits } from './compareSimToReal.ts';
export { excessOf } from './excessOf.ts';
export type { FittedLine } from './firstCorrectionLine.ts';
export { conditionOf, groupRecords, type RecordGroup } from './groupRecords.ts';
export { imperfectionUnits } from './imperfectionUnits.ts';
export { rowAt } from './rowAt.ts';
export type { ComparedFigure, SimToReal } from './SimToReal.ts';
export type {
  CensoredStatistics,
  FirstCorrectionLine,
  IterationStatistics,
  ResidualStatistics,
  Summary,
  SummaryGroup,
} from './Summary.ts';
export { ladderDepths, spent } from './spentToTarget.ts';
export { summarise } from './summarise.ts';
export type {
  Contestant,
  FixedTarget,
  LadderTarget,
  TargetCostName,
  TargetView,
} from './TargetView.ts';
export { type Variation, variationsOf } from './variationOf.ts';
