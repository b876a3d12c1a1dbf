export type { AlgorithmPlugin } from './AlgorithmPlugin.ts';
export { pluginEntries } from './pluginEntries.ts';
