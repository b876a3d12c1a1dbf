export { deepScoreParametersSchema } from './deepScoreParameters.ts';

export { searchByScore } from './searchByScore.ts';
