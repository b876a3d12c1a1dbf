export * from './Calibration.ts';
export * from './Clock.ts';
export * from './errors.ts';
export * from './FocusState.ts';
export * from './Frame.ts';
export * from './GroundTruth.ts';
export * from './Microscope.ts';
export * from './MicroscopeDescription.ts';
