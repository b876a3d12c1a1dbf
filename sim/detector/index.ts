export { detectFrame } from './detectFrame.ts';
export { fixedLevels } from './fixedLevels.ts';
export type { GreyLevels } from './GreyLevels.ts';
export { operatorLevels } from './operatorLevels.ts';
