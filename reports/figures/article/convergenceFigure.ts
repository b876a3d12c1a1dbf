import { mean, sampleSd } from '../../../harness/statistics/index.ts';
import type {
  Axis,
  Chart,
  ChartDash,
  ChartSymbol,
  Colour,
  Mark,
  Panel,
  Tick,
} from '../../chart/index.ts';
import { rowAt } from '../../summary/index.ts';
import {
  formatMeanSd,
  formatNumber,
  residualParameters,
  stigmatorUnit,
} from '../../words/index.ts';
import type { MaybeFigure } from '../Figure.ts';
import type { FigureGroup, FigureInput } from '../FigureInput.ts';
import { courseMarks } from '../parts/marks.ts';

/** More do not fit on a page. */
const panelsShown = 12;
/** Iteration of which the title speaks. */
const toldIteration = 2;
/** More single trajectories than these are a smear. */
const mostThinLines = 30;

/** Colours stand for parameters here, as in the article; every panel has one algorithm. */
const looks: Readonly<
  Record<Parameter, { colour: Colour; symbol: ChartSymbol; dash: ChartDash; label: string }>
> = {
  workingDistanceUm: {
    colour: 's0',
    symbol: 'circle',
    dash: 'solid',
    label: 'working distance (µm)',
  },
  stigmatorX: {
    colour: 's1',
    symbol: 'square',
    dash: 'dash',
    label: `stigmator x (${stigmatorUnit})`,
  },
  stigmatorY: {
    colour: 's2',
    symbol: 'diamond',
    dash: 'dashdot',
    label: `stigmator y (${stigmatorUnit})`,
  },
};
type Parameter = (typeof residualParameters)[number]['parameter'];

/**
 * The article's figures 2 and 5: residuals of all three parameters over the iterations, mean ± SD
 * with the single trajectories, a panel for each algorithm and condition.
 *
 * @param against - `dose`: the mean dose by the end of an iteration, on a logarithmic axis common to
 *   all panels; the start, which cost none, stands at its left end.
 */
export function convergenceFigure(input: FigureInput, against: 'iteration' | 'dose'): MaybeFigure {
  const id = `convergence-${against}`;
  const groups = input.shown.flatMap((panel) =>
    panel.groups.map((group) => ({ group, condition: panel.label })),
  );
  const moved = groups.filter(({ group }) => isMoved(group));
  if (moved.length === 0) {
    return { id, title: 'Convergence', undrawable: 'No algorithm made a correction.' };
  }
  const shown = moved.slice(0, panelsShown);
  const left = moved.length - shown.length + input.folded.length;
  const axis = against === 'dose' ? doseAxis(shown.map(({ group }) => group)) : undefined;
  const top = Math.max(...shown.map(({ group }) => topOf(group)));
  const [first] = shown;
  const title = first === undefined ? '' : titleOf(shown.map(({ group }) => group));
  const margins = shown[0]?.group.summary.margins;
  const chart: Chart = {
    name: id,
    title,
    legend: residualParameters.map(({ parameter }) => looks[parameter]),
    columns: Math.min(shown.length, 4),
    sharesY: true,
    panels: shown.map(({ group, condition }): Panel => {
      const x = axis ?? iterationAxis(group);
      return {
        heading: group.look.label,
        x,
        y: { title: `residual (µm, ${stigmatorUnit})`, scale: 'linear', range: [0, top] },
        marks: [
          ...marksOf(group, axis),
          ...(condition === '' ? [] : [conditionMark(condition, x, top)]),
        ],
      };
    }),
  };
  const counts = [...new Set(shown.map(({ group }) => group.records.length))];
  return {
    id,
    title,
    caption:
      `Absolute difference from the true best focus after each iteration${against === 'dose' ? ', over the mean dose on the specimen by then (logarithmic; the start, which cost none, at its left end)' : ''}. ` +
      `Lines: mean over trajectories (n = ${counts.join(' or ')}); bands: ± SD, cut at zero; thin lines: single trajectories. ` +
      (margins === undefined
        ? ''
        : `Horizontal lines: margins of the working distance (dotted, ${margins.workingDistanceUm} µm) and of the stigmators (dashed, ${margins.stigmator} ${stigmatorUnit}). `) +
      'Trajectories that ended keep their last state. Colours are those of the parameters.' +
      (left > 0 ? ` ${left} further panels are not drawn.` : ''),
    views: [{ label: against, chart }],
  };
}

/** False where nothing was corrected, as where all declined: level lines say nothing. */
function isMoved({ records }: FigureGroup): boolean {
  return records.some(({ iterations }) =>
    iterations.some(({ residual }) =>
      residualParameters.some(
        ({ parameter }) => residual[parameter] !== iterations[0]?.residual[parameter],
      ),
    ),
  );
}

/** In the upper right, where what converges leaves room. */
function conditionMark(text: string, { scale, range: [from, to] }: Axis, top: number): Mark {
  const x = scale === 'log' ? to * (from / to) ** 0.03 : to - 0.03 * (to - from);
  return { kind: 'text', x, y: 0.92 * top, text, anchor: 'end', colour: 'muted' };
}

/** @param axis - Of the dose; iterations where left out. */
function marksOf(group: FigureGroup, axis: Axis | undefined): Mark[] {
  const { records, summary } = group;
  const x = summary.iterations.map(({ iteration, doseElectronsPerNm2 }) =>
    axis === undefined ? iteration : Math.max(axis.range[0], doseElectronsPerNm2.mean),
  );
  const { margins } = group.summary;
  const courses = residualParameters.map(({ parameter }) => {
    const own = records.map((record) =>
      summary.iterations.map(({ iteration }) =>
        Math.abs(rowAt(record, iteration).residual[parameter]),
      ),
    );
    const at = x.map((_, i) => own.map((course) => course[i] ?? 0));
    const y = at.map((values) => mean(values));
    const sd = at.map((values) => (values.length < 2 ? 0 : sampleSd(values)));
    return { own, y, sd, ...looks[parameter] };
  });
  return [
    { kind: 'rule', axis: 'y', at: margins.workingDistanceUm },
    { kind: 'rule', axis: 'y', at: margins.stigmator, dash: 'dash' },
    ...courses.map(
      ({ y, sd, colour }): Mark => ({
        kind: 'band',
        x,
        low: y.map((value, i) => Math.max(0, value - (sd[i] ?? 0))),
        high: y.map((value, i) => value + (sd[i] ?? 0)),
        colour,
        opacity: 0.15,
      }),
    ),
    ...courses.flatMap(({ own, colour }): Mark[] =>
      own.length > mostThinLines
        ? []
        : own.map((course) => ({
            kind: 'line',
            x,
            y: course,
            colour,
            width: 0.3,
            opacity: 0.4,
          })),
    ),
    ...courses.flatMap(({ y, ...look }) => courseMarks(look, x, y, 12)),
  ];
}

/** With its left end for a dose of 0. */
function doseAxis(groups: readonly FigureGroup[]): Axis {
  const doses = groups
    .flatMap(({ summary }) => summary.iterations.map((point) => point.doseElectronsPerNm2.mean))
    .filter((dose) => dose > 0);
  const [least, most] = [Math.min(...doses), Math.max(...doses)];
  const zero = least / 4;
  const decades = Math.log10(most / least);
  const steps = decades > 1.5 ? [1] : decades > 0.7 ? [1, 3] : [1, 2, 5];
  const ticks: Tick[] = [{ at: zero, label: '0' }];
  for (let exponent = Math.floor(Math.log10(least)); exponent <= Math.log10(most); exponent++) {
    for (const step of steps) {
      const at = step * 10 ** exponent;
      if (at >= 0.8 * least && at <= 1.25 * most) ticks.push({ at, label: formatNumber(at) });
    }
  }
  return { title: 'dose (e/nm²)', scale: 'log', range: [zero, 1.25 * most], ticks };
}

function iterationAxis({ summary }: FigureGroup): Axis {
  const last = Math.max(1, summary.iterations.length - 1);
  const ticks = Array.from({ length: last + 1 }, (_, at) => ({ at, label: String(at) }));
  return {
    title: 'iteration',
    scale: 'linear',
    range: [-0.03 * last, 1.03 * last],
    // Of few iterations there are no halves.
    ...(last < 5 && { ticks }),
  };
}

/** A runaway must not press all others flat: the axis ends at one and a half times the starts. */
function topOf({ summary }: FigureGroup): number {
  const { iterations, margins } = summary;
  const highest = Math.max(
    ...iterations.flatMap((point) =>
      residualParameters.map(
        ({ statistics }) => point[statistics].mean + (point[statistics].sd ?? 0),
      ),
    ),
  );
  const [start] = iterations;
  const starts = residualParameters.map(({ statistics }) => start?.[statistics].mean ?? 0);
  return Math.max(
    2 * margins.workingDistanceUm,
    Math.min(1.08 * highest, 1.5 * Math.max(...starts)),
  );
}

function titleOf(groups: readonly FigureGroup[]): string {
  const parts = groups.slice(0, 3).map(({ look, summary: { iterations, condition } }) => {
    const point = iterations[Math.min(toldIteration, iterations.length - 1)];
    const { mean: value = 0, sd = null } = point?.absWorkingDistanceUm ?? {};
    return `${look.label} at ${condition.dwellTimeNs} ns ${formatMeanSd(value, sd).replace('±', ' ± ')} µm`;
  });
  return `Working distance left after ${toldIteration} iterations: ${parts.join(', ')}`;
}
