import { RandomStream } from '../../harness/numeric/index.ts';
import {
  type IterationRow,
  isRightRefusal,
  marginsReachedAt,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';
import {
  groupedBy,
  interquartileMeanOfAscending,
  mean,
  median,
  quantile,
  quantileOfAscending,
  Resamples,
  resampledInterquartileMean,
  resampledQuantile,
  sampleSd,
  wilsonInterval,
} from '../../harness/statistics/index.ts';
import { compareSimToReal } from './compareSimToReal.ts';
import { finiteOrNull } from './finiteOrNull.ts';
import { firstCorrectionLine } from './firstCorrectionLine.ts';
import { groupRecords, type RecordGroup } from './groupRecords.ts';
import { pairBoundStatistics } from './pairBoundStatistics.ts';
import { referenceStatistics } from './referenceStatistics.ts';
import { rowAt } from './rowAt.ts';
import {
  type CensoredStatistics,
  type CostStatistics,
  type IterationStatistics,
  type ResidualStatistics,
  type Summary,
  type SummaryGroup,
  summarySchemaVersion,
} from './Summary.ts';
import { variationsOf } from './variationOf.ts';
import { viewTargets } from './viewTargets.ts';

/**
 * Reduces trajectories to what the reports show: per algorithm and condition, and per iteration.
 *
 * The unit of evidence is the trajectory: means, deviations and intervals run over trajectories of
 * equal weight. Bootstrap intervals draw from a stream per group, named `bootstrap` and derived from
 * the records' own seed, so that equal records give equal numbers, in any order.
 *
 * @param records - Of any number of suites; each trajectory once. None yields no groups.
 */
export function summarise(records: readonly TrajectoryRecord[]): Summary {
  const groups = groupRecords(records);
  const variations = variationsOf(groups);
  return {
    schema: summarySchemaVersion,
    groups: groups.map((group, i) => summariseGroup(group, variations[i]?.text ?? null)),
    targets: viewTargets(records),
    simToReal: compareSimToReal(groups),
  };
}

function summariseGroup(
  { algorithm, variant, condition, records }: RecordGroup,
  variation: string | null,
): SummaryGroup {
  const [{ scenario }] = records;
  const resamples = new Resamples(
    records.length,
    new RandomStream(
      records.reduce((least, record) => Math.min(least, record.scenario.seed), scenario.seed),
      'bootstrap',
      JSON.stringify([algorithm, variant, condition]),
    ),
  );
  const lastIteration = records.reduce(
    (last, record) => Math.max(last, record.iterations.at(-1)?.iteration ?? 0),
    0,
  );
  const successes = records.filter(({ failureClass }) => failureClass === undefined).length;
  const reached = records.map(marginsReachedAt);
  return {
    algorithm,
    variant,
    condition,
    variation,
    reference: referenceStatistics(records),
    margins: scenario.margins,
    trajectories: records.length,
    outcomes: countOutcomes(records),
    success: {
      count: successes,
      fraction: successes / records.length,
      interval95: wilsonInterval(successes, records.length),
    },
    declinedRightly: records.filter(isRightRefusal).length,
    iterations: Array.from({ length: lastIteration + 1 }, (_, iteration) =>
      summariseIteration(records, iteration, resamples),
    ),
    iterationsToMargins: censored(reached, (row) => row.iteration, resamples),
    framesToMargins: censored(reached, (row) => row.framesTotal, resamples),
    doseToMarginsElectronsPerNm2: censored(
      reached,
      (row) => row.doseElectronsPerNm2Total,
      resamples,
    ),
    pairBound: pairBoundStatistics(records),
    ...firstCorrections(records, resamples),
    computeMsPerIteration: costs(records, ({ computeMs }) => computeMs),
    workers: [...new Set(records.flatMap(({ timing }) => timing.workers ?? []))].sort(
      (a, b) => a - b,
    ),
    microscopeSPerIteration: costs(
      records,
      (row, before) => row.microscopeTotalS - before.microscopeTotalS,
    ),
  };
}

/** Slopes and offsets of all three parameters. */
function firstCorrections(
  records: readonly TrajectoryRecord[],
  resamples: Resamples,
): Pick<
  SummaryGroup,
  'firstCorrection' | 'firstCorrectionStigmatorX' | 'firstCorrectionStigmatorY'
> {
  const distance = firstCorrectionLine(records, 'workingDistanceUm', resamples);
  const stigmator = (parameter: 'stigmatorX' | 'stigmatorY') => {
    const line = firstCorrectionLine(records, parameter, resamples);
    return (
      line && {
        slope: line.slope,
        slopeInterval95: line.slopeInterval95,
        offsetStigUnit: line.offset,
        offsetStigUnitInterval95: line.offsetInterval95,
      }
    );
  };
  return {
    firstCorrection: distance && {
      slope: distance.slope,
      slopeInterval95: distance.slopeInterval95,
      offsetUm: distance.offset,
      offsetUmInterval95: distance.offsetInterval95,
    },
    firstCorrectionStigmatorX: stigmator('stigmatorX'),
    firstCorrectionStigmatorY: stigmator('stigmatorY'),
  };
}

function countOutcomes(records: readonly TrajectoryRecord[]): Record<string, number> {
  const outcomes = groupedBy(records.map(({ outcome }) => outcome).sort(), (outcome) => outcome);
  return Object.fromEntries([...outcomes].map(([outcome, { length }]) => [outcome, length]));
}

function summariseIteration(
  records: readonly TrajectoryRecord[],
  iteration: number,
  resamples: Resamples,
): IterationStatistics {
  const rows = records.map((record) => rowAt(record, iteration));
  const residuals = (parameter: keyof IterationRow['residual']) =>
    summariseResiduals(
      rows.map((row) => Math.abs(row.residual[parameter])),
      resamples,
    );
  return {
    iteration,
    trajectoriesRunning: rows.filter((row) => row.iteration === iteration && !row.stopped).length,
    absWorkingDistanceUm: residuals('workingDistanceUm'),
    absStigmatorX: residuals('stigmatorX'),
    absStigmatorY: residuals('stigmatorY'),
    frames: { mean: mean(rows.map((row) => row.framesTotal)) },
    doseElectronsPerNm2: { mean: mean(rows.map((row) => row.doseElectronsPerNm2Total)) },
    insideMargins:
      records.filter((record, i) => record.outcome !== 'failed' && rows[i]?.insideMargins).length /
      records.length,
  };
}

function summariseResiduals(values: readonly number[], resamples: Resamples): ResidualStatistics {
  const ascending = Float64Array.from(values).sort();
  return {
    mean: mean(values),
    sd: values.length < 2 ? null : sampleSd(values),
    iqm: interquartileMeanOfAscending(ascending),
    iqmInterval95: resamples.interval(resampledInterquartileMean(values)),
    median: quantileOfAscending(ascending, 0.5),
    p95: quantileOfAscending(ascending, 0.95),
  };
}

function censored(
  reached: readonly (IterationRow | undefined)[],
  quantity: (row: IterationRow) => number,
  resamples: Resamples,
): CensoredStatistics {
  const values = reached.map((row) => (row ? quantity(row) : Number.POSITIVE_INFINITY));
  const interval = resamples.interval(resampledQuantile(values, 0.5));
  return {
    median: finiteOrNull(median(values)),
    interval95: { low: finiteOrNull(interval.low), high: finiteOrNull(interval.high) },
  };
}

function costs(
  records: readonly TrajectoryRecord[],
  cost: (row: IterationRow, before: IterationRow) => number,
): CostStatistics {
  const values = records.flatMap(({ iterations }) =>
    iterations.slice(1).flatMap((row, i) =>
      // An iteration that was stopped is none whose cost could be compared.
      row.stopped === undefined ? [cost(row, iterations[i] ?? row)] : [],
    ),
  );
  if (values.length === 0) return { p50: null, p95: null };
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95) };
}
