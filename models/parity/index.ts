export * from './checkParity.ts';
export * from './GoldenSet.ts';
export * from './goldenInputs.ts';
export * from './makeGoldenSet.ts';
