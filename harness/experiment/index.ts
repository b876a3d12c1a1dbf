export { findTruthLeak } from './findTruthLeak.ts';
export { listSuites, loadSuite } from './loadSuite.ts';
export { missingText } from './merge/combineSources.ts';
export { type Merged, mergeResults } from './merge/mergeResults.ts';
export { describePlanDifference, type PlanHeader, planHeaderSchema } from './PlanHeader.ts';
export {
  type ExpectedCost,
  type Plan,
  type PlanOverrides,
  planSuite,
  type SpecimenChoice,
} from './planSuite.ts';
export { readProvenance } from './provenanceFile.ts';
export { RecordStore } from './RecordStore.ts';
export type { OpenedScenario, PresetCalibration, PresetEntry, Registry } from './Registry.ts';
export { readRecords, recordFiles } from './readRecords.ts';
export { type RunEvent, type RunOne, runSuite } from './runSuite.ts';
export { runTrajectory } from './runTrajectory.ts';
export { type Suite, startClasses } from './Suite.ts';
export { type Shard, type ShardNumber, shardText } from './shard/Shard.ts';
export { shardFileNames } from './shard/shardFileNames.ts';
export { shardOf } from './shard/shardOf.ts';
export { suiteJsonSchema } from './suiteJsonSchema.ts';
