export * from './CalibrationOptions.ts';
export * from './calibrateMicroscope.ts';
export * from './matrixShape.ts';
