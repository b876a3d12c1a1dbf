export * from './TargetView.ts';
export * from './viewTargets.ts';
