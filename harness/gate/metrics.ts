import {
  depthOfFocusUm,
  focalErrorUm,
  type IterationRow,
  isRightRefusal,
  marginsReachedAt,
  type TrajectoryRecord,
} from '../record/index.ts';

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
  readonly valueUnit?: 'e/nm2' | 'ms';
  readonly better: 'lower' | 'higher';
  /** Smaller differences are within noise, whatever their p. */
  readonly floor: number;
  /**
   * Of one trajectory; of a share 0 or 1. `undefined` where the metric says nothing about it.
   *
   * @param budget - What any trajectory under the same condition spent at most.
   */
  readonly measure: (record: TrajectoryRecord, budget: Budget) => number | undefined;
}

/** What a trajectory that never reached the margins is charged. */
export interface Budget {
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
}

/** The last row of a record: the state in which the microscope was left. */
export function lastRow({ iterations }: TrajectoryRecord): IterationRow {
  const last = iterations.at(-1);
  if (last === undefined) throw new RangeError('a record must hold at least 1 row. Received 0');
  return last;
}

function finalFocalErrorUm(record: TrajectoryRecord): number | undefined {
  if (isRightRefusal(record)) return undefined;
  return focalErrorUm(record.scenario, lastRow(record).residual);
}

function finalDistance(
  parameter: keyof IterationRow['residual'],
): (record: TrajectoryRecord) => number | undefined {
  return (record) =>
    isRightRefusal(record) ? undefined : Math.abs(lastRow(record).residual[parameter]);
}

function spentToMargins(
  record: TrajectoryRecord,
  field: 'framesTotal' | 'doseElectronsPerNm2Total',
  budget: number,
): number | undefined {
  if (isRightRefusal(record)) return undefined;
  return Math.min(marginsReachedAt(record)?.[field] ?? budget, budget);
}

function isWorseThanStart(record: TrajectoryRecord): number {
  const [start] = record.iterations;
  if (start === undefined) throw new RangeError(`record ${record.key} must have at least one row`);
  const before = focalErrorUm(record.scenario, start.residual);
  const after = focalErrorUm(record.scenario, lastRow(record).residual);
  return after > before + depthOfFocusUm(record.scenario) ? 1 : 0;
}

/** Two standard deviations, as claimed, should hold 95 % of the errors. */
function isBeyondClaim(record: TrajectoryRecord): number | undefined {
  const row = record.iterations.findLast(({ correctionSd }) => correctionSd !== undefined);
  if (row?.correctionSd === undefined || row.stopped !== undefined) return undefined;
  const { residual, correctionSd } = row;
  const isBeyond = Math.abs(residual.workingDistanceUm) > 1.96 * correctionSd.workingDistanceUm;
  return isBeyond ? 1 : 0;
}

/** The load that a serial run makes by itself, and half as much of others. */
const highestLoad = 1.5;

/** True where times mean something: one trajectory at a time on a machine that did little else. */
export function isTimed({ timing: { mode, loadAverage } }: TrajectoryRecord): boolean {
  return mode === 'serial' && loadAverage !== undefined && loadAverage <= highestLoad;
}

function computeMs(record: TrajectoryRecord): number | undefined {
  if (!isTimed(record)) return undefined;
  const times = record.iterations
    .slice(1)
    .filter(({ stopped }) => stopped === undefined)
    .map((row) => row.computeMs);
  return times.length === 0 ? undefined : times.reduce((sum, time) => sum + time, 0) / times.length;
}

/**
 * Everything that runs are compared by. Floors after `0.1 * depth of focus` (1.15 um on the
 * article's instrument), two points of success, half a frame, 5 % of dose, 10 % of time.
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
    measure: (record, { frames }) => spentToMargins(record, 'framesTotal', frames),
  },
  doseToMargins: {
    title: 'dose to the margins',
    kind: 'ratio',
    unit: 'relative',
    valueUnit: 'e/nm2',
    better: 'lower',
    floor: 0.05,
    measure: (record, { doseElectronsPerNm2 }) =>
      spentToMargins(record, 'doseElectronsPerNm2Total', doseElectronsPerNm2),
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
    measure: (record) =>
      lastRow(record).stopped !== undefined && record.outcome === 'diverged' ? 1 : 0,
  },
  computeMs: {
    title: 'computing time per iteration',
    kind: 'medianRatio',
    unit: 'relative',
    valueUnit: 'ms',
    better: 'lower',
    floor: 0.1,
    measure: computeMs,
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];

/** A metric by its name, of the general type. */
export function metricNamed(name: MetricName): Metric {
  return metrics[name];
}
