export { detectFrame } from './detectFrame.ts';
export * from './fixedLevels.ts';
export * from './GreyLevels.ts';
export * from './operatorLevels.ts';
