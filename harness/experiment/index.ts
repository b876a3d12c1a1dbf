export * from './canonicalJson.ts';
export { type FailureClass, failureClasses } from './FailureClass.ts';
export * from './failureClassOf.ts';
export * from './findTruthLeak.ts';
export * from './loadSuite.ts';
export * from './makeFolder.ts';
export * from './marginsReachedAt.ts';
export * from './merge/index.ts';
export { describePlanDifference, type PlanHeader, planHeaderSchema } from './PlanHeader.ts';
export * from './pairKey.ts';
export * from './planSuite.ts';
export { type ProcessProvenance, processProvenanceSchema, runtimeClass } from './provenance.ts';
export { readProvenance } from './provenanceFile.ts';
export { RecordStore } from './RecordStore.ts';
export type {
  AlgorithmEntry,
  OpenedScenario,
  PresetCalibration,
  PresetEntry,
  Registry,
} from './Registry.ts';
export { readRecords, recordFiles } from './readRecords.ts';
export { type RunEvent, type RunOne, runSuite } from './runSuite.ts';
export { runTrajectory } from './runTrajectory.ts';
export { type Suite, startClasses } from './Suite.ts';
export * from './scenarioKey.ts';
export { type Shard, type ShardNumber, shardFileNames, shardOf, shardText } from './shard/index.ts';
export * from './suiteJsonSchema.ts';
export type { TrajectoryOutcome } from './TrajectoryOutcome.ts';
export {
  type IterationRow,
  type Outcome,
  outcomes,
  recordSchemaVersion,
  type Scenario,
  type TrajectoryRecord,
  trajectoryRecordSchema,
} from './TrajectoryRecord.ts';
