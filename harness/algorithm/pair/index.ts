export { checkedEstimator } from './checkedEstimator.ts';
export { type BodyMask, clippedBodies } from './clippedBodies.ts';
export { fillBodies, fillRisePx } from './fillBodies.ts';
export { meanRoughness } from './noiseRatio.ts';
