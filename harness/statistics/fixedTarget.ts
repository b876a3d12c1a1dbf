/** What one run spent (frames, dose, time) on the way to a target. */
export interface TargetCost {
  /** Until the target was first held to the end; of a run that did not reach it, until it ended. */
  readonly spent: number;
  readonly reached: boolean;
}

/** Share of the runs that had reached the target at a cost: a step of the curve. */
interface EcdfStep {
  readonly cost: number;
  readonly fraction: number;
}

/** Distribution of the cost to a target over all runs. */
export interface CostEcdf {
  /** From the cheapest on, each to the next; 0 before the first, never falling. */
  readonly steps: readonly EcdfStep[];
  /**
   * The least that a run spent without reaching the target. Up to here the curve is what a longer
   * budget would show as well; beyond, it is a lower bound. Absent where all reached it.
   */
  readonly knownUpTo?: number;
  /** Median of what the runs without success spent, where the cross of the curve stands. */
  readonly budgetCross?: number;
}

/**
 * Empirical distribution of the cost to reach a target. Runs that never did are right-censored:
 * they stay in the denominator, and nothing is made up for them.
 *
 * @param runs - At least one; costs are numbers >= 0.
 * @throws RangeError if there is none, or a cost is not such a number.
 */
export function costEcdf(runs: readonly TargetCost[]): CostEcdf {
  assertCosts(runs);
  const reached = runs.filter((run) => run.reached).map(({ spent }) => spent);
  const steps: EcdfStep[] = [];
  for (const [i, cost] of reached.toSorted((p, q) => p - q).entries()) {
    if (steps.at(-1)?.cost === cost) steps.pop();
    steps.push({ cost, fraction: (i + 1) / runs.length });
  }
  const censored = runs
    .filter((run) => !run.reached)
    .map(({ spent }) => spent)
    .sort((p, q) => p - q);
  const [least] = censored;
  if (least === undefined) return { steps };
  const half = (censored.length - 1) / 2;
  const budgetCross = (censored[Math.floor(half)]! + censored[Math.ceil(half)]!) / 2;
  return { steps, knownUpTo: least, budgetCross };
}

/**
 * Area under the distribution of costs over a logarithmic axis, as a share of the whole: 1 where
 * all runs reached the target at `from` or below, 0 where none did up to `to`. Halving every cost
 * between the two adds the same, wherever it lies.
 *
 * @param runs - At least one.
 * @param from - Left end of the axis, above 0: the least cost worth telling apart.
 * @param to - Right end, above `from`: the budget.
 * @throws RangeError if an argument is not as said above.
 */
export function ecdfArea(runs: readonly TargetCost[], from: number, to: number): number {
  assertCosts(runs);
  if (!(from > 0 && to > from && Number.isFinite(to))) {
    throw new RangeError(`from and to must be finite, 0 < from < to. Received ${from} and ${to}`);
  }
  let sum = 0;
  for (const { spent, reached } of runs) {
    if (reached && spent < to) sum += Math.log(to / Math.max(from, spent)) / Math.log(to / from);
  }
  return sum / runs.length;
}

/**
 * Expected running time: all that was spent, with and without success, over the number of
 * successes. What reaching the target costs on average when one starts again after every failure;
 * `Infinity` where no run reached it.
 *
 * @throws RangeError if there is no run, or a cost is not a number >= 0.
 * @see Auger and Hansen 2005, IEEE Congress on Evolutionary Computation, 2:1777
 */
export function expectedRunningTime(runs: readonly TargetCost[]): number {
  assertCosts(runs);
  let successes = 0;
  let total = 0;
  for (const { spent, reached } of runs) {
    total += spent;
    if (reached) successes++;
  }
  return successes === 0 ? Number.POSITIVE_INFINITY : total / successes;
}

/**
 * Restricted mean: the mean cost to the target where a run that did not reach it within the budget
 * counts as the whole budget, whatever it spent: giving up early is not cheap. A lower bound of the
 * mean without a budget, and finite.
 *
 * @param budget - Above 0.
 * @throws RangeError if an argument is not as said above.
 */
export function restrictedMean(runs: readonly TargetCost[], budget: number): number {
  assertCosts(runs);
  if (!(budget > 0 && Number.isFinite(budget))) {
    throw new RangeError(`budget must be a finite number above 0. Received ${budget}`);
  }
  const costs = runs.map(({ spent, reached }) => (reached ? Math.min(spent, budget) : budget));
  return costs.reduce((sum, cost) => sum + cost, 0) / runs.length;
}

function assertCosts(runs: readonly TargetCost[]): void {
  if (runs.length === 0)
    throw new RangeError('a cost to a target needs at least 1 run. Received 0');
  for (let i = 0; i < runs.length; i++) {
    const { spent } = runs[i]!;
    if (!(spent >= 0 && Number.isFinite(spent))) {
      throw new RangeError(`cost of run ${i} must be a finite number >= 0. Received ${spent}`);
    }
  }
}
