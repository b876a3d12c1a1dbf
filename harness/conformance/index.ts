export { type CheckResult, questions } from './CheckResult.ts';
export { checkAlgorithm } from './checkAlgorithm.ts';
export { checkMicroscope, usualCheckLimits } from './microscope/checkMicroscope.ts';
export { type MicroscopeCheck, microscopeQuestions } from './microscope/MicroscopeCheck.ts';
