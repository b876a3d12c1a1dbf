export { checkParity, type Parity, type ParityVerdict } from './checkParity.ts';
export { type GoldenSet, goldenFile, goldenSetSchema } from './GoldenSet.ts';
export { goldenInputs, goldenPatches } from './goldenInputs.ts';
export { makeGoldenSet, type Runtime } from './makeGoldenSet.ts';
