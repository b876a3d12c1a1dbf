import { groupedBy, median } from '../../harness/statistics/index.ts';
import type { Chart, Mark } from '../chart/index.ts';
import { excessOf } from '../summary/index.ts';
import { formatNumber } from '../words/index.ts';
import type { MaybeFigure } from './Figure.ts';
import { type FigureGroup, type FigureInput, legendOf, sampleSizeText } from './FigureInput.ts';
import { categoryAxis, percentAxis } from './parts/axes.ts';
import { logExtent } from './parts/extent.ts';
import { lookOf, marksFor, shareIntervals } from './parts/marks.ts';

/** What each imperfection does to each algorithm, beside the instrument as it is. */
export function tornadoFigure(input: FigureInput): MaybeFigure {
  const id = 'tornado';
  const varied = input.groups.filter(({ variation }) => variation !== null);
  if (varied.length === 0) {
    return {
      id,
      title: 'Success with each variation',
      undrawable: 'The records hold no variations (semfocus run robustness adds them).',
    };
  }
  const base = input.groups.filter(({ variation }) => variation === null);
  const rows = rowsOf(varied);
  const title = titleOf(base, rows);
  const names = [...(base.length > 0 ? ['as it is'] : []), ...rows.map(({ text }) => text)];
  const all = [...(base.length > 0 ? [base] : []), ...rows.map(({ groups }) => groups)];
  const looks = input.series.filter(({ label }) => varied.some(({ look }) => look.label === label));
  // Algorithms stand below each other inside a row, so that none hides another.
  const offsetOf = (index: number) => ((index + 0.5) / looks.length - 0.5) * 0.7;
  const points = looks.map((look, index) => ({
    look,
    marks: all.flatMap((groups, row) => {
      const own = groups.filter((group) => group.look === look);
      const records = own.flatMap((group) => [...group.records]);
      if (records.length === 0) return [];
      const good = records.filter(({ failureClass }) => failureClass === undefined).length;
      const ends = records.map(excessOf);
      return [{ y: row + offsetOf(index), good, n: records.length, median: median(ends) }];
    }),
  }));
  const yAxis = categoryAxis(
    // A level stays with its unit.
    names.map((name) => name.replace(/ (\S+)$/, '\u00a0$1')),
    { range: [names.length - 0.45, -0.55] },
  );
  const stripes = names.flatMap((_, row): Mark[] =>
    row % 2 === 1
      ? [{ kind: 'rect', x: [-1e6, 1e6], y: [row - 0.5, row + 0.5], colour: 'grid', opacity: 0.5 }]
      : [],
  );
  const baseLines = points.flatMap(({ look, marks }): readonly Mark[] => {
    const [first] = marks;
    return base.length === 0 || first === undefined
      ? []
      : marksFor(look, [
          {
            kind: 'rule',
            axis: 'x',
            at: (100 * first.good) / first.n,
            colour: `s${look.colour}`,
            dash: 'dot',
          },
        ]);
  });
  const chart: Chart = {
    name: 'tornado',
    title,
    legend: legendOf(input.series, [{ groups: varied }]),
    columns: 2,
    sharesY: true,
    // Two lines of a name have to fit beside a row.
    panelHeight: Math.max(27, 8 + 7 * looks.length) * names.length,
    panels: [
      {
        heading: 'Success',
        x: percentAxis('inside the margins (%)', [-2, 102]),
        y: yAxis,
        marks: [
          ...stripes,
          ...baseLines,
          ...points.flatMap(({ look, marks }): Mark[] => {
            const { colour, symbol } = lookOf(look);
            const at = marks.map(({ y }) => y);
            const x = marks.map(({ good, n }) => (100 * good) / n);
            return marksFor(look, [
              shareIntervals('x', at, marks, { colour, width: 0.5, opacity: 0.45 }),
              { kind: 'points', x, y: at, colour, symbol, size: 0.9 },
            ]);
          }),
        ],
      },
      {
        heading: 'Residual',
        x: {
          title: 'largest residual (margins)',
          scale: 'log',
          range: logExtent(
            [1, ...points.flatMap(({ marks }) => marks.map((one) => one.median))],
            1e-3,
          ),
        },
        y: yAxis,
        marks: [
          ...stripes.map((stripe) =>
            stripe.kind === 'rect' ? { ...stripe, x: [1e-9, 1e9] as const } : stripe,
          ),
          { kind: 'rule', axis: 'x', at: 1, label: 'margin' },
          ...points.flatMap(({ look, marks }) =>
            marksFor(look, [
              {
                kind: 'points',
                x: marks.map((one) => Math.max(1e-3, one.median)),
                y: marks.map(({ y }) => y),
                colour: `s${look.colour}`,
                symbol: look.symbol,
                size: 0.9,
              },
            ]),
          ),
        ],
      },
    ],
  };
  return {
    id,
    title,
    caption: `One row per variation, alone, at one level (${sampleSizeText(varied)}). The first row is the unchanged instrument; dotted lines mark its success. Left: share of successes with its 95 % interval. Right: the largest of the three residuals at the end, in units of its margin, median over trajectories; above 1 is out of focus.`,
    views: [{ label: 'all', chart }],
    table: {
      head: ['what', ...looks.flatMap(({ label }) => [label, 'largest residual, margins'])],
      columns: [{}, ...looks.flatMap(({ index: own }) => [{ series: [own] }, { series: [own] }])],
      rows: names.map((name, row) => ({
        cells: [
          name,
          ...points.flatMap(({ marks }) => {
            const mark = marks.find(({ y }) => Math.round(y) === row);
            return mark ? [`${mark.good} of ${mark.n}`, formatNumber(mark.median)] : ['–', '–'];
          }),
        ],
      })),
    },
  };
}

interface Row {
  readonly text: string;
  readonly groups: readonly FigureGroup[];
}

/** Subjects in the order in which they first occur, levels ascending. */
function rowsOf(varied: readonly FigureGroup[]): readonly Row[] {
  const found = groupedBy(
    varied.flatMap(({ variation, ...group }) => (variation ? [{ ...group, variation }] : [])),
    ({ variation }) => variation.text,
  );
  const rows = [...found.values()].map((groups) => ({ ...groups[0].variation, groups }));
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  return rows.sort(
    (p, q) => subjects.indexOf(p.subject) - subjects.indexOf(q.subject) || p.level - q.level || 0,
  );
}

/** What costs most successes, over all algorithms. */
function titleOf(base: readonly FigureGroup[], rows: readonly Row[]): string {
  const share = (groups: readonly FigureGroup[]) => {
    const n = groups.reduce((sum, { records }) => sum + records.length, 0);
    const good = groups.reduce((sum, { summary }) => sum + summary.success.count, 0);
    return n === 0 ? 1 : good / n;
  };
  const ranked = rows.toSorted((p, q) => share(p.groups) - share(q.groups));
  const percent = (groups: readonly FigureGroup[]) => `${Math.round(100 * share(groups))} %`;
  const harmful = ranked.filter(({ groups }) => base.length === 0 || share(groups) < share(base));
  if (harmful.length === 0) return `No variation costs successes (${percent(base)})`;
  const worst = harmful.slice(0, 3).map(({ text, groups }) => `${text} (${percent(groups)})`);
  const from = base.length === 0 ? '' : `; as it is ${percent(base)}`;
  return `Fewest successes with ${worst.join(', ')}${from}`;
}
