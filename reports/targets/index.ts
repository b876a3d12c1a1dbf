export { ladderDepths, spent } from './spentToTarget.ts';
export * from './TargetView.ts';
export * from './viewTargets.ts';
