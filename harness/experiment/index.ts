export * from './canonicalJson.ts';
export * from './Registry.ts';
export * from './Suite.ts';
export * from './TrajectoryRecord.ts';
