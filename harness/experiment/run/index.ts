export { findTruthLeak } from './findTruthLeak.ts';
export { type RunEvent, type RunOne, runSuite } from './runSuite.ts';
export { runTrajectory, type TrajectoryServices } from './runTrajectory.ts';
