export type { AlgorithmPlugin, PluginAlgorithm } from './AlgorithmPlugin.ts';
export { pluginEntries } from './pluginEntries.ts';
