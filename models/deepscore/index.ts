export * from './deepScoreParameters.ts';
export * from './FrameScorer.ts';
export * from './searchByScore.ts';
