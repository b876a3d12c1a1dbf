export { listSuites, loadSuite } from './loadSuite.ts';
export {
  describePlanDifference,
  type PlanHeader,
  planHeader,
  planHeaderSchema,
} from './PlanHeader.ts';
export {
  describeAlgorithm,
  dwellTimesOf,
  type ExpectedCost,
  type Plan,
  type PlanOverrides,
  planSuite,
  type SpecimenChoice,
} from './planSuite.ts';
export type { OpenedScenario, PresetCalibration, PresetEntry, Registry } from './Registry.ts';
export { type Suite, startClasses, suiteSchema } from './Suite.ts';
export { suiteJsonSchema } from './suiteJsonSchema.ts';
export { type SuiteSet, suiteSets } from './suiteSets.ts';
