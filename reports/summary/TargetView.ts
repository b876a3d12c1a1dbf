import type { Interval } from '../../harness/statistics/index.ts';
import type { Condition } from './Condition.ts';

/** What a trajectory spends on its way to a target. */
export const targetCosts = ['frames', 'doseElectronsPerNm2', 'electrons', 'microscopeS'] as const;
export type TargetCostName = (typeof targetCosts)[number];

/**
 * Reaching one target, in one cost, over all trajectories. Those that never reached it are
 * right-censored where they ended; a field without structure that was declined is left out.
 */
export interface LadderTarget {
  /** `margins` of the suite, or `focalError<=k*depthOfFocus`; held to the end. */
  readonly target: string;
  readonly cost: TargetCostName;
  readonly trajectories: number;
  readonly reached: number;
  /** All that was spent over the successes; `null` without one. */
  readonly expected: number | null;
  /** Area under the distribution of costs over a logarithmic axis, 0 to 1. */
  readonly ecdfArea: number;
}

/** The same of the suite's margins, with all that a figure needs. */
export interface FixedTarget extends LadderTarget {
  /** Bootstrap over trajectories; `null` where resampling leaves no success. */
  readonly expectedInterval95: { readonly low: number; readonly high: number | null } | null;
  /** Bootstrap over trajectories. */
  readonly ecdfAreaInterval95: Interval;
  /** A trajectory that did not reach it counts as the whole axis. */
  readonly restrictedMean: number;
  /** Steps of the distribution: cost, share of the trajectories. */
  readonly ecdf: readonly (readonly [cost: number, share: number])[];
  /** The least that was spent without reaching it; beyond, the distribution is a lower bound. */
  readonly knownUpTo: number | null;
  /** Median cost of the trajectories that did not reach it. */
  readonly budgetCross: number | null;
}

/** The state after spending a number of frames, over all trajectories. */
export interface FixedBudget {
  readonly frames: number;
  readonly insideMargins: number;
  readonly focalErrorUm: {
    readonly iqm: number;
    readonly iqmInterval95: Interval;
    readonly median: number;
    readonly p95: number;
  };
}

/** An algorithm at a dwell time, among the others that met the same places. */
export interface Contestant {
  readonly algorithm: string;
  readonly variant: string | null;
  readonly dwellTimeNs: number;
  /** Of the margins, one per cost. */
  readonly fixedTarget: readonly FixedTarget[];
  /** Of focal errors from two depths of focus to a quarter of one, by target and cost. */
  readonly ladder: readonly LadderTarget[];
  readonly fixedBudget: readonly FixedBudget[];
  /** Share of places within each factor of the cheapest contestant's cost to the margins. */
  readonly profiles: Readonly<Record<TargetCostName, readonly number[]>>;
}

/** Everything that can be compared with each other: the same places, from the same starts. */
export interface TargetView {
  readonly condition: Omit<Condition, 'dwellTimeNs'>;
  /** Ends of the logarithmic axes: the least cost of an iteration, the most that anyone spent. */
  readonly axes: Readonly<Record<TargetCostName, { readonly from: number; readonly to: number }>>;
  /** Of the profiles. */
  readonly factors: readonly number[];
  /** Places that every contestant met, by which the profiles compare them. */
  readonly places: number;
  readonly contestants: readonly Contestant[];
}
