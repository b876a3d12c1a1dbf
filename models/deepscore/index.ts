export { type DeepScoreParameters, deepScoreParametersSchema } from './deepScoreParameters.ts';
export { type FrameScore, FrameScorer } from './FrameScorer.ts';
export { searchByScore } from './searchByScore.ts';
