import type { FailureClass, TrajectoryRecord } from '../../harness/record/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import type { Belonging, Chart } from '../chart/index.ts';
import type { MaybeFigure } from './Figure.ts';
import { type FigureGroup, type FigureInput, type FigurePanel, recordsOf } from './FigureInput.ts';
import { percentAxis } from './parts/axes.ts';
import { barsChart, type PartLook, rowsShown } from './parts/barsChart.ts';

type Ending = 'converged' | 'declined rightly' | FailureClass | 'not said';

/** Successes are pale; what came to no end is hatched; no two look alike without colour. */
const looks: Readonly<Record<Ending, PartLook>> = {
  converged: { colour: 'heat', opacity: 0.25 },
  'declined rightly': { colour: 'heat', opacity: 0.5 },
  'budget-spent': { colour: 'o2' },
  'false-optimum': { colour: 'o1', hatch: 'rising' },
  'false-claim': { colour: 'o0', hatch: 'falling' },
  'declined-wrongly': { colour: 'o0', hatch: 'crossed' },
  'wrong-sign': { colour: 'bad', hatch: 'rising' },
  diverged: { colour: 'bad', opacity: 0.45 },
  timeout: { colour: 'bad', hatch: 'crossed' },
  exception: { colour: 'bad' },
  'not said': { colour: 'o1' },
};
const endings = Object.keys(looks) as Ending[];

/** How trajectories ended, and why those that failed did. */
export function failureFigure(input: FigureInput): MaybeFigure {
  const id = 'failures';
  if (input.main.length === 0) {
    return { id, title: 'How the trajectories ended', undrawable: 'There are no trajectories.' };
  }
  const title = titleOf(input.main);
  const panels = [...input.shown, ...input.folded];
  const rows = panels.flatMap((panel) => panel.groups.map((group) => rowOf(group, panel)));
  const isWhole = rows.length <= rowsShown;
  const shown = isWhole ? rows : pooled(input);
  return {
    id,
    title,
    caption: `Bars: shares of the trajectories; the numbers are counts. The first reason that applies counts: an error, a timeout, declined although there is structure, a first correction away from focus, farther from focus than at the start, ended by itself outside the margins, a false claim of focus, still on its way.${isWhole ? '' : ' Conditions of an algorithm are pooled here; the folded part below shows each of them.'}`,
    views: [
      {
        label: 'all',
        chart: chartOf(shown, 'failures', title),
        ...(!isWhole && {
          more: {
            label: `Each of ${panels.length} conditions`,
            chart: chartOf(rows, 'failures-conditions', title),
          },
        }),
      },
    ],
    table: {
      head: ['algorithm', 'condition', 'n', ...endings],
      rows: rows.map(({ label, place, counts, total, belonging }) => ({
        ...belonging,
        cells: [label, place, total, ...endings.map((ending) => counts.get(ending) ?? 0)],
      })),
    },
  };
}

interface Row {
  readonly belonging: Belonging;
  readonly label: string;
  readonly place: string;
  readonly counts: ReadonlyMap<Ending, number>;
  readonly total: number;
}

function rowOf(group: FigureGroup, { label: place }: FigurePanel): Row {
  const { look, belonging } = group;
  return { label: look.label, place, belonging, ...countsOf(group.records) };
}

function pooled({ main, series }: FigureInput): readonly Row[] {
  return series.flatMap(({ label, index }) => {
    const records = recordsOf(main, label);
    return records.length === 0
      ? []
      : [{ label, place: '', belonging: { series: [index] }, ...countsOf(records) }];
  });
}

function countsOf(records: readonly TrajectoryRecord[]): Pick<Row, 'counts' | 'total'> {
  const counts = [...groupedBy(records, endingOf)].map(
    ([ending, own]) => [ending, own.length] as const,
  );
  return { counts: new Map(counts), total: records.length };
}

function endingOf({ outcome, failureClass }: TrajectoryRecord): Ending {
  if (failureClass !== undefined) return failureClass;
  if (outcome === 'converged') return 'converged';
  return outcome === 'declined' ? 'declined rightly' : 'not said';
}

function chartOf(rows: readonly Row[], name: string, title: string): Chart {
  const used = endings.filter((ending) => rows.some(({ counts }) => counts.has(ending)));
  const bars = rows.map(({ label, place, counts, total, belonging }) => ({
    ...belonging,
    label: place === '' ? label : `${label}, ${place}`,
    parts: used.flatMap((part) => {
      const count = counts.get(part);
      return count ? [{ part, length: (100 * count) / total, text: String(count) }] : [];
    }),
  }));
  const x = percentAxis('trajectories (%)', [0, 100]);
  return barsChart(bars, { name, title, x, halfHeight: 0.36 }, looks, used);
}

function titleOf(groups: readonly FigureGroup[]): string {
  const { counts, total } = countsOf(groups.flatMap(({ records }) => [...records]));
  const good = (counts.get('converged') ?? 0) + (counts.get('declined rightly') ?? 0);
  const failed = [...counts]
    .filter(([ending]) => ending !== 'converged' && ending !== 'declined rightly')
    .sort(([p, a], [q, b]) => b - a || endings.indexOf(p) - endings.indexOf(q));
  if (failed.length === 0) return `All ${total} trajectories were successes`;
  const told = failed.slice(0, 3).map(([ending, count]) => `${count} ${ending}`);
  return `${good} of ${total} trajectories were successes; of the others ${told.join(', ')}`;
}
