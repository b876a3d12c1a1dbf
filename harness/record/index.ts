export { brokenAlgorithms } from './brokenAlgorithms.ts';
export { canonicalJson, sha256OfJson } from './canonicalJson.ts';
export { contradictionOf } from './contradictionOf.ts';
export { defaultMargins } from './defaultMargins.ts';
export { type FailureClass, failureClasses } from './FailureClass.ts';
export { failureClassOf } from './failureClassOf.ts';
export { depthOfFocusUm, focalErrorUm } from './focalErrorUm.ts';
export { isInsideMargins } from './isInsideMargins.ts';
export { isRetryable } from './isRetryable.ts';
export { isRightRefusal } from './isRightRefusal.ts';
export { marginsReachedAt } from './marginsReachedAt.ts';
export { middleOf } from './middleOf.ts';
export { outcomeOf } from './outcomeOf.ts';
export { pairKey } from './pairKey.ts';
export {
  type ProcessProvenance,
  type Provenance,
  processProvenanceSchema,
  provenanceSchema,
  runtimeClass,
  type WholeRecords,
} from './provenance.ts';
export { checkedJson, recordLine } from './recordLine.ts';
export { ScenarioPool } from './ScenarioPool.ts';
export { scenarioKey } from './scenarioKey.ts';
export type { PreviewImages, TrajectoryOutcome } from './TrajectoryOutcome.ts';
export {
  type IterationRow,
  type Outcome,
  outcomes,
  recordSchemaVersion,
  type Scenario,
  scenarioSchema,
  type TrajectoryRecord,
  trajectoryRecordSchema,
} from './TrajectoryRecord.ts';
