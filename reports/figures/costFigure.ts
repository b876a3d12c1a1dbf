import { mean } from '../../harness/statistics/index.ts';
import type { Axis, Chart } from '../chart/index.ts';
import { formatNumber, timingText } from '../words/index.ts';
import { foldedView, type MaybeFigure } from './Figure.ts';
import type { FigureGroup, FigureInput, FigurePanel } from './FigureInput.ts';
import { barsChart, type PartLook, rowsShown } from './parts/barsChart.ts';
import { largest } from './parts/extent.ts';

type Part = 'beam' | 'settling' | 'overhead' | 'computing';
const looks: Readonly<Record<Part, PartLook>> = {
  beam: { colour: 'heat', opacity: 0.85 },
  settling: { colour: 'o1', hatch: 'rising' },
  overhead: { colour: 'o2' },
  computing: { colour: 'o0' },
};
const parts = Object.keys(looks) as Part[];

/** What an iteration is made of: beam, settling, overhead of the microscope, computing. */
export function costFigure(input: FigureInput): MaybeFigure {
  const id = 'cost';
  const all = [...input.shown, ...input.folded].flatMap((panel) =>
    panel.groups.flatMap((group) => rowOf(group, panel) ?? []),
  );
  if (all.length === 0) {
    return { id, title: 'Where the time goes', undrawable: 'No algorithm made an iteration.' };
  }
  const title = titleOf(all);
  const load = timingText(input.main.map(({ summary }) => summary));
  return {
    id,
    title,
    caption:
      `Bars: mean time per iteration over trajectories. Beam: exposure of the specimen. Settling: the microscope waits after a change. Overhead: the rest of the time for frames. ${load}`.trim(),
    views: [
      foldedView(
        {
          label: 'all',
          chart: chartOf(all.slice(0, rowsShown), 'cost', title),
          further: all.slice(rowsShown),
          what: 'rows',
        },
        (further) => chartOf(further, 'cost-further', title),
      ),
    ],
    table: {
      head: ['algorithm', 'condition', 'iterations', ...parts.map((part) => `${part}, s`)],
      rows: all.map(({ label, place, iterations, seconds, belonging }) => ({
        ...belonging,
        cells: [label, place, iterations, ...parts.map((part) => formatNumber(seconds[part]))],
      })),
    },
  };
}

interface Row extends Pick<FigureGroup, 'belonging'> {
  readonly label: string;
  readonly place: string;
  readonly iterations: number;
  readonly seconds: Readonly<Record<Part, number>>;
}

function rowOf(
  { records, look, belonging }: FigureGroup,
  { label: place }: FigurePanel,
): Row | undefined {
  const perRun = records.flatMap(({ iterations }) => {
    const made = iterations.filter((row) => row.iteration > 0 && row.stopped === undefined);
    const last = made.at(-1);
    if (last === undefined) return [];
    const each = (value: number) => value / made.length;
    return [
      {
        iterations: made.length,
        beam: each(last.beamOnTotalS),
        settling: each(last.settleTotalS),
        overhead: each(Math.max(0, last.microscopeTotalS - last.beamOnTotalS - last.settleTotalS)),
        computing: each(made.reduce((sum, { computeMs }) => sum + computeMs / 1000, 0)),
      },
    ];
  });
  if (perRun.length === 0) return undefined;
  const over = (part: Part) => mean(perRun.map((run) => run[part]));
  return {
    label: look.label,
    belonging,
    place,
    iterations: perRun.reduce((sum, run) => sum + run.iterations, 0),
    seconds: {
      ...{ beam: over('beam'), settling: over('settling') },
      ...{ overhead: over('overhead'), computing: over('computing') },
    },
  };
}

function totalS({ seconds }: Row): number {
  return parts.reduce((sum, part) => sum + seconds[part], 0);
}

function chartOf(rows: readonly Row[], name: string, title: string): Chart {
  const range = [0, 1.04 * largest(rows.map(totalS)) || 1] as const;
  const bars = rows.map(({ label, place, seconds, belonging }) => ({
    ...belonging,
    // No line begins with a unit.
    label: place === '' ? label : `${label}, ${place}`.replace(/ ns$/, '\u00a0ns'),
    parts: parts.map((part) => ({ part, length: seconds[part] })),
  }));
  const x: Axis = { title: 'time per iteration (s)', scale: 'linear', range };
  return barsChart(bars, { name, title, x, halfHeight: 0.34 }, looks, parts);
}

/** How large a part computing takes, by algorithm; of one algorithm by condition. */
function titleOf(rows: readonly Row[]): string {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const pooled = labels.map((label) => {
    const own = rows.filter((row) => row.label === label);
    const sum = (of: (row: Row) => number) => own.reduce((total, row) => total + of(row), 0);
    const computing = sum((row) => row.iterations * row.seconds.computing);
    return { label, share: computing / sum((row) => row.iterations * totalS(row)) };
  });
  const shares =
    labels.length > 1
      ? pooled
      : rows.map((row) => ({ label: row.label, share: row.seconds.computing / totalS(row) }));
  const ranked = shares.toSorted((p, q) => p.share - q.share);
  const [least] = ranked;
  const most = ranked.at(-1);
  if (least === undefined || most === undefined) return 'Where the time goes';
  const [low, high] = [least, most].map(({ share }) => `${Math.round(100 * share)} %`);
  if (low === high) return `Computing takes ${low} of an iteration`;
  return labels.length > 1
    ? `Computing takes ${low} of an iteration with ${least.label}, ${high} with ${most.label}`
    : `Computing takes ${low} to ${high} of an iteration with ${least.label}`;
}
