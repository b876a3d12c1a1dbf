export { bootstrapResamples, Resamples } from './Resamples.ts';
export { resampledInterquartileMean } from './resampledInterquartileMean.ts';
export { resampledLine } from './resampledLine.ts';
export { resampledMedian } from './resampledMedian.ts';
export { resampledRunningTime } from './resampledRunningTime.ts';
