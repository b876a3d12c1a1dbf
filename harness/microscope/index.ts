export { assertInRange, assertRequestInRange } from './assertInRange.ts';
export { type Aberration, aberrationOfDeviation, deviationOfAberration } from './astigmatism.ts';
export {
  type Calibration,
  calibrationSchema,
  calibrationValues,
  type MeasuredCalibration,
} from './Calibration.ts';
export type { Clock } from './Clock.ts';
export { descriptionSchema } from './descriptionSchema.ts';
export {
  beamCurrentNanoAmpForDose,
  dwellTimeNsForDose,
  type ExposingBeam,
  frameDoseElectronsPerNm2,
  primariesPerPixel,
} from './dose.ts';
export {
  AlgorithmError,
  type AnySemfocusError,
  assertFiniteFocus,
  Busy,
  CalibrationError,
  ConfigError,
  DeviceError,
  Disconnected,
  DoseBudgetExceeded,
  type ErrorDetails,
  ImageFileError,
  isSemfocusError,
  ModelError,
  OutOfRange,
  RecordError,
  reasonOf,
  Timeout,
  Unsupported,
} from './errors.ts';
export { type FocusLimits, limitOf } from './FocusLimits.ts';
export {
  addFocus,
  type FocusChange,
  type FocusParameter,
  type FocusState,
  focusParameters,
  opposite,
  subtractFocus,
} from './FocusState.ts';
export type { Frame, FrameRequest, GreyPixels, Rectangle, StagePosition } from './Frame.ts';
export { forwardCalls } from './forwardCalls.ts';
export {
  deadLines,
  deadLinesText,
  emptinessOf,
  type FrameLines,
  frameFault,
  type GreyExtremes,
  greyExtremes,
} from './frameFaults.ts';
export type { GroundTruth } from './GroundTruth.ts';
export {
  type Guard,
  type GuardOptions,
  guardMicroscope,
} from './guardMicroscope.ts';
export { defaultCallMarginMs, limitCallTimes } from './limitCallTimes.ts';
export type { CallOptions, Microscope } from './Microscope.ts';
export type {
  MicroscopeDescription,
  ParameterDescription,
  ParameterName,
} from './MicroscopeDescription.ts';
export { type ProbeShape, probeShapes } from './ProbeShape.ts';
export {
  type AcquisitionLog,
  type RecordedCall,
  recordMicroscope,
  type Spent,
  spentOn,
} from './recordMicroscope.ts';
export { errorOfRefusal, type Refusal, refusalOf, refusalSchema } from './refusal.ts';
export { thenRestore } from './thenRestore.ts';
export { isReached, verifyFocus } from './verifyFocus.ts';
export { watchFrames } from './watchFrames.ts';
