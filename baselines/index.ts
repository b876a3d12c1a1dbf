export { boundSd } from './bound/boundSd.ts';
export { nothingElseUnknown, pairFrames } from './bound/FocusScene.ts';
export { focusInformation } from './bound/focusInformation.ts';
export { scaleInformation } from './bound/InformationMatrix.ts';
export { pairInformation, type Told } from './bound/pairInformation.ts';
export { ringSpectrum } from './bound/ringSpectrum.ts';
export {
  type CalibrationOutcome,
  calibrateMicroscope,
  calibrationLimits,
} from './calibration/calibrateMicroscope.ts';
export { baselines } from './entries.ts';
export { autocorrelationEstimators } from './heuristic/autocorrelationEstimators.ts';
export { frameSharpness } from './sharpness/frameSharpness.ts';
export { sharpnessMetrics } from './sharpness/sharpnessMetrics.ts';
