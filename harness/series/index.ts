export { describeFrame } from './describeFrame.ts';
export { type Missing, missingOf } from './missingOf.ts';
export { isSamePlace, PlaceNames } from './PlaceNames.ts';
export { nearestPair, pairsOf, type SeriesPair } from './pairsOf.ts';
export { readSeries, type UsableFrame, type UsableSeries } from './readSeries.ts';
export { recordSeries, type SeriesRecording } from './recordSeries.ts';
export { type Series, seriesSchema } from './seriesSchema.ts';
export { type PairReading, type SeriesStates, seriesStates } from './seriesStates.ts';
