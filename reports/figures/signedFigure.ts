import { isRightRefusal } from '../../harness/record/index.ts';
import { mean, quantile } from '../../harness/statistics/index.ts';
import type { Mark, Panel } from '../chart/index.ts';
import { formatNumber, lengthText, residualParameters } from '../words/index.ts';
import type { MaybeFigure } from './Figure.ts';
import { type FigureInput, recordsOf } from './FigureInput.ts';
import { categoryAxis } from './parts/axes.ts';
import { countsText, largest } from './parts/extent.ts';
import { marksFor } from './parts/marks.ts';

const bins = 40;
/** Margins to either side of an axis. */
const widestMargins = 3;
const narrowestMargins = 0.1;
/** Smallest bias to name, as a fraction of the margin; less is not visible. */
const leastBias = 0.05;

/** Signed residuals at the end: is an algorithm off to one side? */
export function signedFigure(input: FigureInput): MaybeFigure {
  const id = 'signed';
  const rows = input.series.flatMap(({ label, colour, index }) => {
    const records = recordsOf(input.acting, label).filter(
      (record) => record.outcome !== 'failed' && !isRightRefusal(record),
    );
    const ends = records.flatMap(({ iterations }) => iterations.at(-1)?.residual ?? []);
    return ends.length === 0 ? [] : [{ label, index, colour: `s${colour}` as const, ends }];
  });
  if (rows.length === 0) {
    return { id, title: 'Signed residuals', undrawable: 'No trajectory ended without an error.' };
  }
  const margins = input.main[0]?.summary.margins ?? { workingDistanceUm: 1, stigmator: 0.25 };
  const counts = rows.map(({ ends }) => ends.length);
  const panels = residualParameters.map(({ parameter, margin, name, unit }): Panel => {
    const limit = margins[margin];
    // As wide as nearly all need, so that good ones do not come down to a single bar.
    const sizes = rows.flatMap(({ ends }) => ends.map((end) => Math.abs(end[parameter])));
    const reach = Math.min(
      widestMargins * limit,
      Math.max(narrowestMargins * limit, 1.4 * quantile(sizes, 0.95)),
    );
    const marks = rows.flatMap(({ colour, ends, index }, i) => {
      const values = ends.map((end) => end[parameter]);
      const shape = histogram(values, reach);
      const height = 0.82 / Math.max(1, largest(shape.counts));
      const base = i + 0.42;
      const middle = quantile(values, 0.5);
      const outside = values.filter((value) => Math.abs(value) > reach).length;
      const { x } = shape;
      const high = shape.counts.map((count) => base - height * count);
      const drawn: Mark[] = [
        { kind: 'band', x, low: x.map(() => base), high, colour, opacity: 0.3 },
        { kind: 'line', x, y: high, colour, width: 0.6 },
      ];
      if (Math.abs(middle) <= reach) {
        const bar = { at: [middle], low: [base], high: [base - 0.82], width: 0.9 };
        drawn.push({ kind: 'intervals', along: 'y', ...bar, colour: 'ink' });
      }
      if (outside > 0) {
        const text = `${outside} beyond`;
        drawn.push({ kind: 'text', x: reach, y: base - 0.2, text, anchor: 'end' });
      }
      return marksFor({ index }, drawn);
    });
    return {
      isDimmed: true,
      x: { title: `${name} at the end (${unit})`, scale: 'linear', range: [-reach, reach] },
      y: categoryAxis(
        rows.map(({ label, index }) => ({ label, series: [index] })),
        { range: [rows.length - 0.5, -0.55] },
      ),
      marks: [
        { kind: 'rule', axis: 'x', at: -limit },
        { kind: 'rule', axis: 'x', at: limit },
        { kind: 'rule', axis: 'x', at: 0, dash: 'solid', colour: 'line' },
        ...marks,
      ],
    };
  });
  const title = titleOf(
    rows.map(({ label, ends }) => ({ label, values: ends.map((end) => end.workingDistanceUm) })),
    margins.workingDistanceUm,
  );
  return {
    id,
    title,
    caption: `Histograms of the signed deviation at the end, all conditions together (n = ${countsText(counts)}; left out: trajectories that failed with an error, or rightly declined). Black: the median; dotted: the margins. A hump beside zero is a bias; the title names one if the median is off by more than half the spread and a twentieth of the margin.`,
    views: [
      {
        label: 'all',
        chart: {
          name: 'signed',
          title,
          legend: [],
          columns: 3,
          sharesY: true,
          panelHeight: Math.max(110, 46 * rows.length),
          panels,
        },
      },
    ],
    table: {
      head: [
        'algorithm',
        'n',
        ...residualParameters.flatMap(({ name, unit }) => [`mean ${name}, ${unit}`, '5 to 95 %']),
      ],
      rows: rows.map(({ label, ends, index }) => ({
        series: [index],
        cells: [
          label,
          ends.length,
          ...residualParameters.flatMap(({ parameter }) => {
            const values = ends.map((end) => end[parameter]);
            return [
              formatNumber(mean(values)),
              `${formatNumber(quantile(values, 0.05))} to ${formatNumber(quantile(values, 0.95))}`,
            ];
          }),
        ],
      })),
    },
  };
}

function histogram(values: readonly number[], reach: number) {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + reach) / (2 * reach)) * bins);
    if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const edge = (i: number) => -reach + (2 * reach * i) / bins;
  return {
    x: counts.flatMap((_, i) => [edge(i), edge(i + 1)]),
    counts: counts.flatMap((count) => [count, count]),
  };
}

/** Whose median lies farthest to one side, in terms of its own spread. */
function titleOf(
  rows: readonly { readonly label: string; readonly values: readonly number[] }[],
  limit: number,
): string {
  const found = rows.map(({ label, values }) => {
    const half = quantile(values, 0.5);
    const spread = (quantile(values, 0.75) - quantile(values, 0.25)) / 1.349;
    return {
      label,
      half,
      isBiased: Math.abs(half) > Math.max(spread / 2, leastBias * limit) && values.length >= 5,
    };
  });
  const biased = found.filter(({ isBiased }) => isBiased);
  if (biased.length === 0) return 'No algorithm ends to one side of focus';
  const most = biased.reduce((a, b) => (Math.abs(b.half) > Math.abs(a.half) ? b : a));
  return `${most.label} ends ${lengthText(Math.abs(most.half))} ${most.half > 0 ? 'above' : 'below'} focus in the median`;
}
