export type { AlgorithmPlugin } from './AlgorithmPlugin.ts';
export { inspectPlugin } from './inspectPlugin.ts';
export { pluginSource } from './pluginSource.ts';
