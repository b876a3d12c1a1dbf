export * from './calibration/calibrationOf.ts';
export * from './calibration/measuredCalibration.ts';
export * from './createSimulatedMicroscope.ts';
export type { SpecimenTruth } from './Instrument.ts';
export * from './presets/imperfections.ts';
export * from './presets/Preset.ts';
export * from './presets/presetCalibration.ts';
export * from './presets/presets.ts';
export * from './specimen/index.ts';
