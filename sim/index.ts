export { calibrationOf } from './calibration/calibrationOf.ts';
export { measuredCalibration, measuredCalibrations } from './calibration/measuredCalibration.ts';
export { presetCalibration } from './calibration/presetCalibration.ts';
export {
  createSimulatedMicroscope,
  physicsVersion,
  type SimulatedTruth,
  type Simulation,
  type SimulationOptions,
} from './createSimulatedMicroscope.ts';
export type { SpecimenTruth } from './Instrument.ts';
export { FrameBlurrer } from './optics/FrameBlurrer.ts';
export { exposingBeam } from './presets/exposingBeam.ts';
export { imperfectionKinds, imperfectionNames } from './presets/imperfections.ts';
export type { Preset } from './presets/Preset.ts';
export { presetNamed, presets } from './presets/presets.ts';
export { createSpecimen } from './specimen/createSpecimen.ts';
export type { Specimen, SpecimenRegion } from './specimen/drawing/Specimen.ts';
export { fileSpecimen, type Micrograph } from './specimen/fileSpecimen.ts';
export { noisePowerUm2 } from './specimen/noiseSpecimen.ts';
export { pointSpot } from './specimen/pointsSpecimen.ts';
export { specimens } from './specimen/specimens.ts';
