export { findTruthLeak } from './findTruthLeak.ts';
export { instrumentRunner, picturesOfTrajectory } from './instrumentRunner.ts';
export { leastReferenceIterations, mostReferenceIterations } from './measureReference.ts';
export { type RunEvent, type RunOne, runSuite } from './runSuite.ts';
export { runTrajectory } from './runTrajectory.ts';
export type { TrajectoryServices } from './TrajectoryServices.ts';
