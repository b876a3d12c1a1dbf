export { bootstrapResamples, Resamples } from './Resamples.ts';
export * from './resampledInterquartileMean.ts';
export * from './resampledLine.ts';
export * from './resampledMedian.ts';
export * from './resampledRunningTime.ts';
