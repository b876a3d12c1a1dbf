export { type CalibrationOutcome, calibrateMicroscope } from './calibrateMicroscope.ts';
