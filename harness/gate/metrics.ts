import type { FocusParameter } from '../microscope/index.ts';
import { depthOfFocusUm, focalErrorUm } from '../record/index.ts';
import { normal975 } from '../statistics/index.ts';
import type { Essence, Spent } from './Essence.ts';

/**
 * How the values of many trajectories become one number, and how the difference of two such is
 * judged.
 *
 * - `share`: of trajectories that are so; difference with a score interval, exact McNemar test
 * - `iqm`: interquartile mean; bootstrap, Wilcoxon signed-rank test
 * - `p95`: 95 % quantile, what a bad night looks like; bootstrap for both
 * - `mean`: of a cost that is limited by the budget; bootstrap, Wilcoxon
 * - `ratio`: of two such means, less 1; bootstrap, Wilcoxon
 * - `medianRatio`: of two medians, less 1; bootstrap for both
 */
export type MetricKind = 'share' | 'iqm' | 'p95' | 'mean' | 'ratio' | 'medianRatio';

/** Unit of a metric's differences, margins and floors. */
type MetricUnit = 'share' | 'um' | 'stigmator unit' | 'frames' | 'relative';

/** Something that a trajectory can be better or worse in. */
export interface Metric {
  /** For a sentence. */
  readonly title: string;
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  /** Unit of each side's own value where it is another than that of the difference. */
  readonly valueUnit?: 'e/nm2' | 'electrons' | 'ms';
  readonly better: 'lower' | 'higher';
  /** Smaller differences are within noise, whatever their p. */
  readonly floor: number;
  /**
   * Of one trajectory; of a share 0 or 1. `undefined` where the metric says nothing about it.
   *
   * @param budget - What any trajectory under the same condition spent at most.
   */
  readonly measure: (record: Essence, budget: Budget) => number | undefined;
}

/** What a trajectory that never reached the margins is charged. */
export type Budget = Spent;

function finalFocalErrorUm(record: Essence): number | undefined {
  return record.isRightRefusal ? undefined : focalErrorUm(record.scenario, record.end);
}

function finalDistance(parameter: FocusParameter): (record: Essence) => number | undefined {
  return (record) => (record.isRightRefusal ? undefined : Math.abs(record.end[parameter]));
}

function spentToMargins(record: Essence, what: keyof Budget, budget: Budget): number | undefined {
  if (record.isRightRefusal) return undefined;
  return Math.min(record.spentToMargins?.[what] ?? budget[what], budget[what]);
}

function isWorseThanStart({ scenario, start, end }: Essence): number {
  const [before, after] = [focalErrorUm(scenario, start), focalErrorUm(scenario, end)];
  return after > before + depthOfFocusUm(scenario) ? 1 : 0;
}

/** Two standard deviations, as claimed, should hold 95 % of the errors. */
function isBeyondClaim({ claim }: Essence): number | undefined {
  if (claim === undefined) return undefined;
  return Math.abs(claim.residualUm) > normal975 * claim.sdUm ? 1 : 0;
}

/** The load that a serial run makes by itself, and half as much of others. */
const highestLoad = 1.5;

/** True where times mean something: one trajectory at a time on a machine that did little else. */
export function isTimed({ timing: { mode, loadAverage } }: Pick<Essence, 'timing'>): boolean {
  return mode === 'serial' && loadAverage !== undefined && loadAverage <= highestLoad;
}

/**
 * Everything that runs are compared by. Floors after `0.1 * depth of focus` (1.15 um on the
 * article's instrument), two points of success, half a frame, 5 % of dose and of electrons, 10 % of time.
 */
const metrics = {
  success: {
    title: 'success rate',
    kind: 'share',
    unit: 'share',
    better: 'higher',
    floor: 0.02,
    measure: ({ failureClass }) => (failureClass === undefined ? 1 : 0),
  },
  focalErrorUm: {
    title: 'final focal error',
    kind: 'iqm',
    unit: 'um',
    better: 'lower',
    floor: 0.115,
    measure: finalFocalErrorUm,
  },
  focalErrorP95Um: {
    title: 'final focal error, p95',
    kind: 'p95',
    unit: 'um',
    better: 'lower',
    floor: 0.115,
    measure: finalFocalErrorUm,
  },
  workingDistanceErrorUm: {
    title: 'final error of working distance',
    kind: 'iqm',
    unit: 'um',
    better: 'lower',
    floor: 0.115,
    measure: finalDistance('workingDistanceUm'),
  },
  stigmatorXError: {
    title: 'final error of stigmator x',
    kind: 'iqm',
    unit: 'stigmator unit',
    better: 'lower',
    floor: 0.02,
    measure: finalDistance('stigmatorX'),
  },
  stigmatorYError: {
    title: 'final error of stigmator y',
    kind: 'iqm',
    unit: 'stigmator unit',
    better: 'lower',
    floor: 0.02,
    measure: finalDistance('stigmatorY'),
  },
  framesToMargins: {
    title: 'frames to the margins',
    kind: 'mean',
    unit: 'frames',
    better: 'lower',
    floor: 0.5,
    measure: (record, budget) => spentToMargins(record, 'frames', budget),
  },
  doseToMargins: {
    title: 'dose to the margins',
    kind: 'ratio',
    unit: 'relative',
    valueUnit: 'e/nm2',
    better: 'lower',
    floor: 0.05,
    measure: (record, budget) => spentToMargins(record, 'doseElectronsPerNm2', budget),
  },
  electronsToMargins: {
    title: 'electrons to the margins',
    kind: 'ratio',
    unit: 'relative',
    valueUnit: 'electrons',
    better: 'lower',
    floor: 0.05,
    measure: (record, budget) => spentToMargins(record, 'electrons', budget),
  },
  worseThanStart: {
    title: 'left visibly worse than at the start',
    kind: 'share',
    unit: 'share',
    better: 'lower',
    floor: 0.02,
    measure: isWorseThanStart,
  },
  falseClaim: {
    title: 'false claims of focus',
    kind: 'share',
    unit: 'share',
    better: 'lower',
    floor: 0.02,
    measure: ({ failureClass }) => (failureClass === 'false-claim' ? 1 : 0),
  },
  beyondClaim: {
    title: 'errors beyond two claimed standard deviations',
    kind: 'share',
    unit: 'share',
    better: 'lower',
    floor: 0.02,
    measure: isBeyondClaim,
  },
  unsafeRequests: {
    title: 'stopped for an unsafe request',
    kind: 'share',
    unit: 'share',
    better: 'lower',
    floor: 0.01,
    measure: ({ wasStopped, outcome }) => (wasStopped && outcome === 'diverged' ? 1 : 0),
  },
  computeMs: {
    title: 'computing time per iteration',
    kind: 'medianRatio',
    unit: 'relative',
    valueUnit: 'ms',
    better: 'lower',
    floor: 0.1,
    measure: (record) => (isTimed(record) ? record.computeMs : undefined),
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];

/** A metric by its name, of the general type. */
export function metricNamed(name: MetricName): Metric {
  return metrics[name];
}
