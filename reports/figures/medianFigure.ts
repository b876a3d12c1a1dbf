import type { IterationRow } from '../../harness/record/index.ts';
import { median, quantile } from '../../harness/statistics/index.ts';
import type { Chart, Mark, Panel } from '../chart/index.ts';
import { rowAt } from '../summary/index.ts';
import {
  conditionText,
  formatNumber,
  lengthText,
  residualParameters,
  truthText,
} from '../words/index.ts';
import { type FigureView, foldedView, type MaybeFigure } from './Figure.ts';
import {
  type FigureGroup,
  type FigureInput,
  type FigurePanel,
  legendOf,
  marginEntry,
  recordsOf,
  sampleSizeText,
} from './FigureInput.ts';
import { withCommonY } from './parts/axes.ts';
import { logExtent } from './parts/extent.ts';
import { courseMarks, lookOf, marksFor } from './parts/marks.ts';

const abscissae = [
  { label: 'iteration', title: 'iteration', of: ({ iteration }: IterationRow) => iteration },
  { label: 'frames', title: 'frames', of: ({ framesTotal }: IterationRow) => framesTotal },
  {
    label: 'dose',
    title: 'dose on the specimen (e/nm²)',
    of: ({ doseElectronsPerNm2Total }: IterationRow) => doseElectronsPerNm2Total,
  },
  {
    label: 'microscope time',
    title: 'time of the microscope (s)',
    of: ({ microscopeTotalS }: IterationRow) => microscopeTotalS,
  },
] as const;
type Abscissa = (typeof abscissae)[number];
type Quantity = (typeof residualParameters)[number];
/** Below 1 nm nothing can be set, or seen. */
const leastShown = 1e-3;

/** Median residuals with the middle half and nine tenths of the trajectories. */
export function medianFigure(input: FigureInput): MaybeFigure {
  const id = 'median';
  if (input.main.every(({ summary }) => summary.iterations.length < 2)) {
    const undrawable =
      input.main.length === 0 ? 'There are no trajectories.' : 'No algorithm made an iteration.';
    return { id, title: 'Median residuals', undrawable };
  }
  const title = titleOf(input);
  const [distance, ...stigmators] = residualParameters;
  const chartOf = (
    panels: readonly FigurePanel[],
    abscissa: Abscissa,
    name: string,
    quantities: readonly Quantity[],
  ): Chart => ({
    name,
    title,
    legend: [...legendOf(input.series, panels), marginEntry],
    columns: panels.length === 1 ? Math.max(2, quantities.length) : Math.min(4, panels.length),
    sharesY: panels.length > 1,
    panels: quantities.flatMap((quantity) =>
      withCommonY(panels.map((panel) => panelOf(panel, abscissa, quantity))),
    ),
  });
  const viewOf = (abscissa: Abscissa): FigureView => {
    const name = `median-${abscissa.label.replace(' ', '-')}`;
    const isFirst = abscissa.label === 'iteration';
    // One condition has room for all three beside each other.
    const isOne = input.shown.length === 1;
    const chart = chartOf(input.shown, abscissa, name, isOne ? residualParameters : [distance]);
    if (isFirst && input.folded.length > 0) {
      return foldedView(
        { label: abscissa.label, chart, further: input.folded, what: 'conditions' },
        (folded) => chartOf(folded, abscissa, `${name}-further`, [distance]),
      );
    }
    if (!isOne && isFirst) {
      const more = chartOf(input.shown, abscissa, `${name}-stigmators`, stigmators);
      return { label: abscissa.label, chart, more: { label: 'Stigmators', chart: more } };
    }
    return { label: abscissa.label, chart };
  };
  const [iteration, frames, dose, time] = abscissae;
  return {
    id,
    title,
    caption: `Lines: median of the absolute residual over trajectories (${sampleSizeText(input.acting)}), on a logarithmic axis; bands: the middle 50 % (darker) and 90 % (lighter). Below the dotted line is inside the margin. Residuals are against ${truthText(input.summary.groups)}, never against a score. Trajectories that ended keep their last state.`,
    views: [viewOf(iteration), viewOf(frames), viewOf(dose), viewOf(time)],
    table: {
      head: ['algorithm', 'condition', 'iteration', '5 %', '25 %', 'median', '75 %', '95 %'],
      rows: input.main.flatMap((group) => {
        const course = courseOf(group, iteration, distance);
        return shownIterations(course.x.length - 1).map((i) => ({
          ...group.belonging,
          cells: [
            group.look.label,
            conditionText(group.summary.condition),
            i,
            ...course.quantiles.map((values) => formatNumber(values[i] ?? null)),
          ],
        }));
      }),
    },
  };
}

function shownIterations(last: number): readonly number[] {
  return [0, 1, 2, 3, 6, 10, 20, 40].filter((i) => i < last).concat(last);
}

interface Course {
  readonly x: readonly number[];
  /** At 5, 25, 50, 75 and 95 %. */
  readonly quantiles: readonly (readonly number[])[];
}

function courseOf({ records, summary }: FigureGroup, { of }: Abscissa, quantity: Quantity): Course {
  const rows = summary.iterations.map(({ iteration }) =>
    records.map((record) => rowAt(record, iteration)),
  );
  const residuals = rows.map((all) => all.map((row) => Math.abs(row.residual[quantity.parameter])));
  return {
    x: rows.map((all) => median(all.map(of))),
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map((q) => residuals.map((all) => quantile(all, q))),
  };
}

function panelOf(
  { label, groups, conditions }: FigurePanel,
  abscissa: Abscissa,
  quantity: Quantity,
): Panel {
  const { margin, name, unit } = quantity;
  const isLinear = abscissa.label === 'iteration';
  const least = quantity.margin === 'stigmator' ? leastShown / 4 : leastShown;
  const courses = groups.map((group) => {
    const course = courseOf(group, abscissa, quantity);
    // The start costs nothing, and 0 has no place on a logarithmic axis.
    const kept = course.x.flatMap((x, i) => (isLinear || x > 0 ? [i] : []));
    const pick = (values: readonly number[]) => kept.map((i) => values[i] ?? 0);
    return {
      x: pick(course.x),
      quantiles: course.quantiles.map((values) => pick(values).map((v) => Math.max(v, least))),
      look: group.look,
    };
  });
  const limit = groups[0].summary.margins[margin];
  const last = Math.max(1, ...courses.flatMap(({ x }) => x));
  const marks: Mark[] = [
    ...courses.flatMap(({ x, quantiles: [p05, p25, , p75, p95], look }): Mark[] => {
      const colour = `s${look.colour}` as const;
      const band = (low: readonly number[] = [], high: readonly number[] = [], opacity = 0.1) =>
        ({ kind: 'band', x, low, high, colour, opacity }) as const;
      return marksFor(look, [band(p05, p95, 0.08), band(p25, p75, 0.16)]);
    }),
    { kind: 'rule', axis: 'y', at: limit },
    ...courses.flatMap(({ x, quantiles: [, , y = []], look }) =>
      marksFor(look, courseMarks(lookOf(look), x, y, 14)),
    ),
  ];
  const all = courses.flatMap(({ quantiles }) => quantiles.flat());
  return {
    heading: label,
    conditions,
    x: isLinear
      ? {
          title: abscissa.title,
          scale: 'linear',
          range: [-0.02 * last, 1.02 * last],
          isWhole: true,
        }
      : { title: abscissa.title, scale: 'log', range: logExtent(courses.flatMap(({ x }) => x)) },
    y: { title: `|${name}| (${unit})`, scale: 'log', range: logExtent([...all, limit], least) },
    marks,
  };
}

/** Where the trajectories end, over all conditions shown. */
function titleOf({ acting, series }: FigureInput): string {
  const ends = series.flatMap(({ label }) => {
    const values = recordsOf(acting, label).map(({ iterations }) =>
      Math.abs(iterations.at(-1)?.residual.workingDistanceUm ?? Number.NaN),
    );
    if (values.length === 0) return [];
    return [{ label, half: median(values), most: quantile(values, 0.95) }];
  });
  const ranked = ends.toSorted((p, q) => p.half - q.half);
  const [best, ...others] = ranked;
  if (best === undefined) return 'Median residuals';
  const end = ({ label, half, most }: (typeof ends)[number]) =>
    `with ${label} half of the trajectories end within ${lengthText(half)}, 19 of 20 within ${lengthText(most)}`;
  const last = others.at(-1);
  const text = `${end(best)}${last ? `; ${end(last).replace(' of the trajectories end', '')}` : ''}`;
  return `Working distance at the end: ${text}`;
}
