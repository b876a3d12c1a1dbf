export * from './calibrateMicroscope.ts';
