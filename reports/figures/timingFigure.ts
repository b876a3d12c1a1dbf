import { z } from 'zod';
import { groupedBy, quantile } from '../../harness/statistics/index.ts';
import type { Mark } from '../chart/index.ts';
import { formatNumber } from '../words/index.ts';
import type { MaybeFigure } from './Figure.ts';
import { type FigureGroup, type FigureInput, legendOf } from './FigureInput.ts';
import { plainTicks } from './parts/axes.ts';
import { logExtent, rangeText } from './parts/extent.ts';
import { marksFor } from './parts/marks.ts';

/** Computing time over the side of a patch, beside the time that the frames take. */
export function timingFigure(input: FigureInput): MaybeFigure {
  const id = 'timing';
  const title = 'Computing time against patch side';
  const points = pooled(input.groups).flatMap((pool) => pointOf(pool) ?? []);
  if (points.length === 0) {
    const hasSerial = input.groups.some(({ records }) =>
      records.some(({ timing }) => timing.mode === 'serial'),
    );
    return {
      id,
      title,
      undrawable: hasSerial
        ? 'The records do not say the side of a patch.'
        : notTimed(input.groups),
    };
  }
  const frameMs = quantile(
    points.map(({ microscopeMs }) => microscopeMs),
    0.5,
  );
  const looks = [...new Set(points.map(({ group }) => group.look))];
  const marks: Mark[] = [
    {
      kind: 'rule',
      axis: 'y',
      at: frameMs,
      label: `frames of one iteration: ${formatNumber(frameMs)} ms`,
    },
    ...points.flatMap(({ group: { look }, side, p05, p50, p95 }): Mark[] => {
      const colour = `s${look.colour}` as const;
      // Beside each other, where algorithms share a side.
      const at = side * (1 + 0.02 * (looks.indexOf(look) - (looks.length - 1) / 2));
      return marksFor(look, [
        { kind: 'intervals', along: 'y', at: [at], low: [p05], high: [p95], colour },
        { kind: 'points', x: [at], y: [p50], colour, symbol: look.symbol, size: 1.3 },
      ]);
    }),
  ];
  const nameOf = ({ group: { look }, side }: (typeof points)[number]) =>
    look.label.includes(String(side)) ? look.label : `${look.label} of ${side} px`;
  const [fastest] = points.toSorted((p, q) => p.p50 - q.p50);
  const slowest = points.toSorted((p, q) => q.p50 - p.p50)[0];
  const finding =
    fastest === undefined || slowest === undefined
      ? title
      : `${nameOf(fastest)} takes ${formatNumber(fastest.p50)} ms per iteration${slowest === fastest ? '' : `, ${nameOf(slowest)} ${formatNumber(slowest.p50)} ms`}; the frames take ${formatNumber(frameMs)} ms`;
  const loads = points.flatMap(({ load }) => load);
  return {
    id,
    title: finding,
    caption: `Markers: median computing time of an iteration, one trajectory at a time on a warm machine (n = ${rangeText(points.map(({ n }) => n))} iterations); bars: 5 to 95 %. Dotted: the median time of the microscope for its frames. A marker below it costs no time, because the computation runs during the next exposure.${loads.length > 0 ? ` Load of the machine: ${rangeText(loads)}.` : ''}`,
    views: [
      {
        label: 'all',
        chart: {
          name: 'timing',
          title: finding,
          legend: legendOf(input.series, [{ groups: points.map(({ group }) => group) }]),
          columns: 1,
          panels: [
            {
              x: {
                title: 'side of a patch (px)',
                scale: 'log',
                range: logExtent(points.map(({ side }) => side)),
                ticks: plainTicks(
                  [...new Set(points.map(({ side }) => side))].sort((p, q) => p - q),
                ),
              },
              y: {
                title: 'computing per iteration (ms)',
                scale: 'log',
                range: logExtent([1.5 * frameMs, ...points.flatMap(({ p05, p95 }) => [p05, p95])]),
              },
              marks,
            },
          ],
        },
      },
    ],
    table: {
      head: [
        ...['algorithm', 'patch, px', 'iterations'],
        ...['p5, ms', 'median, ms', 'p95, ms', 'frames, ms'],
      ],
      rows: points.map(({ group: { look }, side, n, p05, p50, p95, microscopeMs }) => ({
        series: [look.index],
        cells: [look.label, side, n, ...[p05, p50, p95, microscopeMs].map(formatNumber)],
      })),
    },
  };
}

/** Why times that were taken in passing are not drawn, by what the records say of them. */
function notTimed(groups: readonly FigureGroup[]): string {
  const workers = groups.flatMap(({ summary }) => summary.workers);
  const how =
    workers.length === 0
      ? 'The records do not say how many trajectories ran at once while times were taken'
      : Math.max(...workers) > 1
        ? `Times were taken while up to ${Math.max(...workers)} trajectories ran at once, which slows each down`
        : 'Trajectories ran one at a time, but neither warm nor with the algorithms in turns';
  return `${how}: no record was timed for the sake of its times (semfocus run --timing, or the suite timing).`;
}

const withSide = z.object({ patchSidePx: z.number().positive() });

/** Of the parameters, or as networks are named: `deepfocus-384`. */
function patchSideOf({ records: [{ scenario }] }: FigureGroup): number | undefined {
  const { name, parameters } = scenario.algorithm;
  const told = withSide.safeParse(parameters).data?.patchSidePx;
  const named = /-(\d{2,4})$/.exec(name)?.[1];
  return told ?? (named === undefined ? undefined : Number(named));
}

interface Pool {
  /** The first of those that share a look and a side. */
  readonly group: FigureGroup;
  readonly side: number;
  readonly records: readonly FigureGroup['records'][number][];
}

/** Computing does not depend on the condition: all of an algorithm at a side together. */
function pooled(groups: readonly FigureGroup[]): readonly Pool[] {
  const sided = groups.flatMap((group) => {
    const side = patchSideOf(group);
    return side === undefined ? [] : [{ group, side }];
  });
  const pools = groupedBy(sided, ({ group, side }) => JSON.stringify([group.look.label, side]));
  return [...pools.values()].map((members) => ({
    ...members[0],
    records: members.flatMap(({ group: { records } }) =>
      records.filter(({ timing }) => timing.mode === 'serial'),
    ),
  }));
}

function pointOf({ group, side, records }: Pool) {
  const rows = records.flatMap(({ iterations }) =>
    iterations.slice(1).flatMap((row, i) => {
      const microscopeS = row.microscopeTotalS - (iterations[i]?.microscopeTotalS ?? 0);
      return row.stopped === undefined
        ? [{ computeMs: row.computeMs, microscopeMs: 1000 * microscopeS }]
        : [];
    }),
  );
  if (rows.length === 0) return undefined;
  const compute = rows.map(({ computeMs }) => computeMs);
  return {
    group,
    side,
    n: rows.length,
    p05: quantile(compute, 0.05),
    p50: quantile(compute, 0.5),
    p95: quantile(compute, 0.95),
    microscopeMs: quantile(
      rows.map(({ microscopeMs }) => microscopeMs),
      0.5,
    ),
    load: records.flatMap(({ timing }) => timing.loadAverage ?? []),
  };
}
