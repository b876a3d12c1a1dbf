export { ladderDepths, spent } from './spentToTarget.ts';
export type {
  Contestant,
  FixedTarget,
  LadderTarget,
  TargetCostName,
  TargetView,
} from './TargetView.ts';
export { viewTargets } from './viewTargets.ts';
