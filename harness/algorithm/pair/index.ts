export { checkedEstimator } from './checkedEstimator.ts';
export { meanRoughness } from './noiseRatio.ts';
