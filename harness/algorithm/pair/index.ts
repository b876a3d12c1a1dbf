export { checkedEstimator } from './checkedEstimator.ts';
export { type BodyMask, clippedBodies } from './clippedBodies.ts';
export { FilledFrame, fillRisePx } from './FilledFrame.ts';
export { meanRoughness } from './noiseRatio.ts';
