import { RandomStream } from '../../harness/numeric/index.ts';
import { focalErrorUm, isRightRefusal, type TrajectoryRecord } from '../../harness/record/index.ts';
import {
  costEcdf,
  ecdfArea,
  expectedRunningTime,
  groupedBy,
  interquartileMean,
  median,
  performanceProfiles,
  quantile,
  Resamples,
  resampledEcdfArea,
  resampledInterquartileMean,
  resampledRunningTime,
  restrictedMean,
  type TargetCost,
  valueAtBudget,
} from '../../harness/statistics/index.ts';
import { finiteOrNull } from './finiteOrNull.ts';
import { groupRecords, type RecordGroup } from './groupRecords.ts';
import {
  endOfWay,
  ladder,
  margins,
  spent,
  spentToTarget,
  type Target,
  type TargetEnd,
} from './spentToTarget.ts';
import {
  type Contestant,
  type FixedBudget,
  type FixedTarget,
  type LadderTarget,
  type TargetCostName,
  type TargetView,
  targetCosts,
} from './TargetView.ts';

/** Of the profiles: from the best itself to far behind, evenly on a logarithmic axis. */
const factors = [1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64];
/** Frames after which the state is looked at: where the article's figures look, and beyond. */
const budgets = [2, 4, 6, 10, 20, 40, 80];

/**
 * How cheaply each algorithm reaches a target, and how far it comes with a budget, among all that met
 * the same places under the same condition. Dwell times compete with each other: that is what a
 * comparison by dose is for.
 *
 * Intervals draw from a stream per contestant, named `bootstrap` and derived from the records' own seed.
 */
export function viewTargets(records: readonly TrajectoryRecord[]): readonly TargetView[] {
  const seen = groupRecords(records.filter((record) => !isRightRefusal(record)));
  const rivals = groupedBy(seen, ({ condition: { dwellTimeNs: _, ...setting } }) =>
    JSON.stringify(setting),
  );
  return [...rivals.values()].map(viewOf);
}

function viewOf(groups: readonly [RecordGroup, ...RecordGroup[]]): TargetView {
  const [{ condition: first }] = groups;
  const { dwellTimeNs: _, ...condition } = first;
  const records = groups.flatMap((group) => group.records);
  const axes = ofEachCost((cost) => axisOf(records, cost));
  const places = sharedPlaces(groups);
  const profiles = ofEachCost((cost) => profilesOf(groups, places, cost, axes[cost].from));
  return {
    condition,
    axes,
    factors,
    places: places.length,
    contestants: groups.map((group, i): Contestant => {
      const { algorithm, variant, condition: own } = group;
      const ends = group.records.map((record) => endOfWay(record, margins));
      const resamples = new Resamples(
        group.records.length,
        new RandomStream(
          leastSeed(records),
          'bootstrap',
          'targets',
          JSON.stringify([algorithm, variant, own]),
        ),
      );
      return {
        algorithm,
        variant,
        dwellTimeNs: own.dwellTimeNs,
        fixedTarget: targetCosts.map((cost) => fixedTarget(ends, cost, axes[cost], resamples)),
        ladder: ladder.flatMap((target) => {
          const reached = group.records.map((record) => endOfWay(record, target));
          return targetCosts.map((cost) =>
            ladderTarget(runsOf(reached, cost), target, cost, axes[cost]),
          );
        }),
        fixedBudget: budgets
          .filter((frames) => frames <= axes.frames.to)
          .map((frames) => fixedBudget(group, frames, resamples)),
        profiles: ofEachCost((cost) => profiles[cost][i] ?? []),
      };
    }),
  };
}

function ofEachCost<T>(of: (cost: TargetCostName) => T): Record<TargetCostName, T> {
  return {
    frames: of('frames'),
    doseElectronsPerNm2: of('doseElectronsPerNm2'),
    electrons: of('electrons'),
    microscopeS: of('microscopeS'),
  };
}

function leastSeed(records: readonly TrajectoryRecord[]): number {
  return records.reduce((least, { scenario }) => Math.min(least, scenario.seed), Infinity);
}

function axisOf(records: readonly TrajectoryRecord[], cost: TargetCostName) {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { iterations } of records) {
    for (const row of iterations) {
      const value = spent(row, cost);
      if (value > 0) from = Math.min(from, value);
      to = Math.max(to, value);
    }
  }
  // If all costs are zero or equal, the axis spans a factor of two.
  return to === 0 ? { from: 1, to: 2 } : { from, to: Math.max(to, 2 * from) };
}

function runsOf(ends: readonly TargetEnd[], cost: TargetCostName): readonly TargetCost[] {
  return ends.map((end) => spentToTarget(end, cost));
}

interface Axis {
  readonly from: number;
  readonly to: number;
}

/** @param runs - At least one. */
function ladderTarget(
  runs: readonly TargetCost[],
  { name: target }: Target,
  cost: TargetCostName,
  { from, to }: Axis,
): LadderTarget {
  return {
    target,
    cost,
    trajectories: runs.length,
    reached: runs.filter(({ reached }) => reached).length,
    expected: finiteOrNull(expectedRunningTime(runs)),
    ecdfArea: ecdfArea(runs, from, to),
  };
}

function fixedTarget(
  ends: readonly TargetEnd[],
  cost: TargetCostName,
  axis: Axis,
  resamples: Resamples,
): FixedTarget {
  const runs = runsOf(ends, cost);
  const { steps, knownUpTo = null, budgetCross = null } = costEcdf(runs);
  return {
    ...ladderTarget(runs, margins, cost, axis),
    expectedInterval95: expectedInterval(runs, resamples),
    ecdfAreaInterval95: resamples.interval(resampledEcdfArea(runs, axis.from, axis.to)),
    restrictedMean: restrictedMean(runs, axis.to),
    ecdf: steps.map((step) => [step.cost, step.fraction] as const),
    knownUpTo,
    budgetCross,
  };
}

function expectedInterval(
  runs: readonly TargetCost[],
  resamples: Resamples,
): FixedTarget['expectedInterval95'] {
  const interval = resamples.interval(resampledRunningTime(runs));
  return Number.isFinite(interval.low)
    ? { low: interval.low, high: finiteOrNull(interval.high) }
    : null;
}

function fixedBudget({ records }: RecordGroup, frames: number, resamples: Resamples): FixedBudget {
  const rows = records.map(({ iterations }) => {
    const costs = iterations.map((row, value) => ({ cost: row.framesTotal, value }));
    return iterations[valueAtBudget(costs, frames)]!;
  });
  const inside = records.filter(({ outcome }, i) => outcome !== 'failed' && rows[i]!.insideMargins);
  const errors = records.map(({ scenario }, i) => focalErrorUm(scenario, rows[i]!.residual));
  return {
    frames,
    insideMargins: inside.length / records.length,
    focalErrorUm: {
      iqm: interquartileMean(errors),
      iqmInterval95: resamples.interval(resampledInterquartileMean(errors)),
      median: median(errors),
      p95: quantile(errors, 0.95),
    },
  };
}

/** Trajectories that are in every group once. */
function sharedPlaces(groups: readonly RecordGroup[]): string[] {
  const sets = groups.map(({ records }) => new Set(records.map(placeOf)));
  return [...(sets[0] ?? [])].filter((place) => sets.every((set) => set.has(place)));
}

function placeOf({ scenario: { seed, trajectory } }: TrajectoryRecord): string {
  return JSON.stringify([seed, trajectory]);
}

/** One curve per group; a target that was held from the start costs as little as one iteration. */
function profilesOf(
  groups: readonly RecordGroup[],
  places: readonly string[],
  cost: TargetCostName,
  least: number,
): readonly (readonly number[])[] {
  if (places.length === 0) return [];
  const costs = groups.map(({ records }) => {
    const byPlace = new Map(records.map((record) => [placeOf(record), record]));
    return places.map((place) => {
      const record = byPlace.get(place);
      const run = record && spentToTarget(endOfWay(record, margins), cost);
      return run?.reached === true ? Math.max(run.spent, least) : Number.POSITIVE_INFINITY;
    });
  });
  return performanceProfiles(costs, factors);
}
