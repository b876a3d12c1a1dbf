export * from './AlgorithmPlugin.ts';
export * from './pluginEntries.ts';
