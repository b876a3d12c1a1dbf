import { z } from 'zod';
import { type Interval, mean, sampleSd, wilsonInterval } from '../../harness/statistics/index.ts';
import { type RecordGroup, rowAt, type SummaryGroup } from '../summary/index.ts';
import { formatMeanSd, formatNumber, residualParameters, stigmatorUnit } from '../words/index.ts';
import type { Measure } from './ArticleItem.ts';

/** Records of one algorithm under one condition, with their summary. */
export interface MeasuredGroup {
  readonly records: RecordGroup['records'];
  readonly summary: SummaryGroup;
}

/** Heads of the columns that a measure fills, after those of algorithm, setting and n. */
export function measuredHead(measure: Measure): readonly string[] {
  switch (measure.kind) {
    case 'loop':
      return measure.after.flatMap((k) => [
        `inside after ${k}`,
        `working distance after ${k}, µm`,
        `stigmators after ${k}`,
      ]);
    case 'error':
      return [
        'working distance, µm',
        `stigmator x, ${stigmatorUnit}`,
        `stigmator y, ${stigmatorUnit}`,
      ];
    case 'line':
      return ['slope', 'offset'];
    case 'time':
      return ['pair of patches, ms', 'frames of a pair, ms'];
    case 'search':
      return ['inside at the end', 'working distance at the end, µm', 'frames to the margins'];
  }
}

/** The cells of these columns. */
export function measuredCells(measure: Measure, group: MeasuredGroup): readonly string[] {
  const { summary } = group;
  switch (measure.kind) {
    case 'loop':
      return measure.after.flatMap((k) => {
        const [workingDistance, ...stigmators] = errorsAfter(group, k);
        return [insideAfter(group, k), workingDistance ?? '', stigmators.join(', ')];
      });
    case 'error':
      return errorsAfter(group, 1);
    case 'line': {
      const line = summary.firstCorrection;
      if (line === null) return ['–', '–'];
      return [
        `${formatNumber(line.slope)} ${rangeText(line.slopeInterval95)}`,
        `${formatNumber(line.offsetUm)} ${rangeText(line.offsetUmInterval95)} µm`,
      ];
    }
    case 'time':
      return timeCells(group);
    case 'search': {
      const last = summary.iterations.length - 1;
      const { median, interval95 } = summary.framesToMargins;
      const interval = `[${formatNumber(interval95.low)}, ${interval95.high === null ? '∞' : formatNumber(interval95.high)}]`;
      return [
        insideAfter(group, last),
        errorsAfter(group, last)[0] ?? '',
        median === null ? 'not reached by half' : `${formatNumber(median)} ${interval}`,
      ];
    }
  }
}

/** `8 of 9 [57, 98] %`: those inside all margins, with Wilson's interval. */
function insideAfter({ records }: MeasuredGroup, iteration: number): string {
  const inside = records.filter((record) => rowAt(record, iteration).insideMargins).length;
  const { low, high } = wilsonInterval(inside, records.length);
  return `${inside} of ${records.length} [${Math.round(100 * low)}, ${Math.round(100 * high)}] %`;
}

/** Absolute residuals, mean ± SD over trajectories, of each parameter. */
function errorsAfter({ records }: MeasuredGroup, iteration: number): readonly string[] {
  return residualParameters.map(({ parameter }) => {
    const errors = records.map((record) => Math.abs(rowAt(record, iteration).residual[parameter]));
    return meanSdText(errors);
  });
}

const withPatches = z.object({ patches: z.number().positive() });

/** Of iterations that were timed for the sake of their times; see the suite `timing`. */
function timeCells({ records }: MeasuredGroup): readonly string[] {
  const [{ scenario }] = records;
  const patches = withPatches.safeParse(scenario.algorithm.parameters).data?.patches;
  const rows = records
    .filter(({ timing }) => timing.mode === 'serial')
    .flatMap(({ iterations }) =>
      iterations.slice(1).map(({ computeMs, microscopeTotalS }, i) => ({
        computeMs,
        microscopeMs: 1000 * (microscopeTotalS - (iterations[i]?.microscopeTotalS ?? 0)),
      })),
    );
  if (patches === undefined || rows.length < 2) return ['–', '–'];
  return [
    meanSdText(rows.map(({ computeMs }) => computeMs / patches)),
    meanSdText(rows.map(({ microscopeMs }) => microscopeMs)),
  ];
}

function meanSdText(values: readonly number[]): string {
  const sd = values.length > 1 ? sampleSd(values) : null;
  return formatMeanSd(mean(values), sd).replace('±', ' ± ');
}

function rangeText({ low, high }: Interval): string {
  return `[${formatNumber(low)}, ${formatNumber(high)}]`;
}
