export { findTruthLeak } from './findTruthLeak.ts';
export { instrumentRunner, picturesOfTrajectory } from './instrumentRunner.ts';
export { leastReferenceIterations, mostReferenceIterations } from './measureReference.ts';
export { type RunEvent, type RunOne, runSuite } from './runSuite.ts';
export { runTrajectory, type TrajectoryServices } from './runTrajectory.ts';
