import type { Mark, Panel } from '../chart/index.ts';
import { formatMeanSd, plural, residualParameters } from '../words/index.ts';
import { foldedView, type MaybeFigure } from './Figure.ts';
import {
  type FigureGroup,
  type FigureInput,
  type FigurePanel,
  legendOf,
  marginEntry,
  sampleSizeText,
} from './FigureInput.ts';
import { courseMarks, lookOf, marksFor } from './parts/marks.ts';

/** Iteration of which the title speaks, where there are so many. */
const toldIteration = 2;

/** Mean ± SD of the absolute residuals after each iteration, as the article draws them. */
export function meanFigure(input: FigureInput): MaybeFigure {
  const id = 'mean';
  if (input.main.every(({ summary }) => summary.iterations.length < 2)) {
    const undrawable =
      input.main.length === 0 ? 'There are no trajectories.' : 'No algorithm made an iteration.';
    return { id, title: 'Residual after each iteration', undrawable };
  }
  const title = titleOf(input);
  const chartOf = (panels: readonly FigurePanel[], name: string, isWhole: boolean) => {
    const quantities = isWhole ? residualParameters : residualParameters.slice(0, 1);
    const isOne = panels.length === 1;
    return {
      name,
      title,
      legend: [...legendOf(input.series, panels), marginEntry],
      columns: isOne ? quantities.length : Math.min(4, panels.length),
      panelHeight: 200,
      sharesY: !isOne,
      panels: quantities.flatMap((quantity) =>
        panels.map((panel) => panelOf(panel, quantity, rangeOf(panels, quantity))),
      ),
    };
  };
  return {
    id,
    title,
    caption: `Lines: mean over trajectories (${sampleSizeText(input.acting)}); bands: ± SD, cut at zero. Below the dotted line is inside the margin. A few failures shift a mean, but not the medians below.`,
    views: [
      foldedView(
        {
          label: 'all',
          chart: chartOf(input.shown, 'mean', true),
          further: input.folded,
          what: 'conditions',
        },
        (folded) => chartOf(folded, 'mean-further', false),
      ),
    ],
  };
}

type Quantity = (typeof residualParameters)[number];

/** A runaway must not press all others flat: the axis ends at twice the starts. */
function rangeOf(panels: readonly FigurePanel[], { statistics, margin }: Quantity): number {
  const groups = panels.flatMap((panel) => panel.groups);
  const of = (read: (group: FigureGroup) => number[]) => Math.max(...groups.flatMap(read));
  const top = of(({ summary }) =>
    summary.iterations.map((point) => point[statistics].mean + (point[statistics].sd ?? 0)),
  );
  const start = of(({ summary }) => summary.iterations.slice(0, 1).map((p) => p[statistics].mean));
  const least = of(({ summary }) => [2 * summary.margins[margin]]);
  return Math.max(least, Math.min(1.08 * top, 1.6 * start));
}

function panelOf(
  { label, groups, conditions }: FigurePanel,
  quantity: Quantity,
  top: number,
): Panel {
  const { statistics, margin, name, unit } = quantity;
  const last = Math.max(1, ...groups.map(({ summary }) => summary.iterations.length - 1));
  const limit = groups[0].summary.margins[margin];
  const lines = groups.map(({ summary, look }) => ({
    x: summary.iterations.map(({ iteration }) => iteration),
    statistics: summary.iterations.map((point) => point[statistics]),
    colour: `s${look.colour}` as const,
    look,
  }));
  const marks: Mark[] = [
    ...lines.flatMap(({ x, statistics: all, colour, look }) => {
      const low = all.map(({ mean, sd }) => Math.max(0, mean - (sd ?? 0)));
      const high = all.map(({ mean, sd }) => mean + (sd ?? 0));
      return marksFor(look, [{ kind: 'band', x, low, high, colour, opacity: 0.12 }]);
    }),
    { kind: 'rule', axis: 'y', at: limit },
    ...lines.flatMap(({ x, statistics: all, look }) =>
      marksFor(
        look,
        courseMarks(
          lookOf(look),
          x,
          all.map(({ mean }) => mean),
          14,
        ),
      ),
    ),
  ];
  return {
    heading: label,
    conditions,
    x: { title: 'iteration', scale: 'linear', range: [-0.02 * last, 1.02 * last], isWhole: true },
    y: { title: `|${name}| (${unit})`, scale: 'linear', range: [0, top] },
    marks,
  };
}

/** Of the first condition shown, which it names where there are several. */
function titleOf({ shown, series }: FigureInput): string {
  const [panel] = shown;
  if (panel === undefined) return 'Residual after each iteration';
  const last = Math.max(...panel.groups.map(({ summary }) => summary.iterations.length - 1));
  const told = Math.min(toldIteration, last);
  const parts = series.flatMap(({ label }) => {
    const group = panel.groups.find(({ look }) => look.label === label);
    const points = group?.summary.iterations ?? [];
    const point = points[Math.min(told, points.length - 1)];
    if (point === undefined) return [];
    const { mean, sd } = point.absWorkingDistanceUm;
    // Tenths of a micrometre leave nothing of a few nanometres.
    const text =
      mean < 0.1
        ? `${[mean, ...(sd === null ? [] : [sd])].map((um) => Math.round(1000 * um)).join('±')} nm`
        : `${formatMeanSd(mean, sd)} µm`;
    return [{ mean, text: `${label} ${text.replace('±', ' ± ')}` }];
  });
  const ranked = parts.toSorted((p, q) => p.mean - q.mean).map(({ text }) => text);
  const shortened = ranked.length > 3 ? [...ranked.slice(0, 2), `… ${ranked.at(-1)}`] : ranked;
  const where = panel.label === '' ? '' : ` (${panel.label})`;
  return `Working distance left after ${plural(told, 'iteration')}${where}: ${shortened.join(', ')}`;
}
