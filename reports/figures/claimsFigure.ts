import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { normalQuantile, wilsonInterval } from '../../harness/statistics/index.ts';
import type { Mark, Panel } from '../chart/index.ts';
import { conditionText, residualParameters } from '../words/index.ts';
import type { MaybeFigure } from './Figure.ts';
import { type FigureInput, legendOf } from './FigureInput.ts';
import { percentAxis } from './parts/axes.ts';
import { countsText } from './parts/extent.ts';
import { lookOf, marksFor } from './parts/marks.ts';

type Parameter = (typeof residualParameters)[number]['parameter'];
const claimed = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
const told = [0.5, 0.9];

/** How often the truth lies where an algorithm says it does. */
export function claimsFigure(input: FigureInput): MaybeFigure {
  const id = 'claims';
  const rows = input.series.flatMap((look) => {
    const groups = input.main.flatMap((group) => {
      const scores = group.look.label === look.label ? scoresOf(group.records) : [];
      return scores.length === 0 ? [] : [{ group, scores }];
    });
    const scores = groups.flatMap((one) => [...one.scores]);
    return scores.length === 0 ? [] : [{ look, scores, groups }];
  });
  if (rows.length === 0) {
    return {
      id,
      title: 'Claimed against actual uncertainty',
      undrawable: 'No algorithm says how sure it is (correctionSd).',
    };
  }
  const coverage = (scores: readonly Score[], parameter: Parameter, share: number) => {
    const limit = normalQuantile(0.5 + share / 2);
    return scores.filter((score) => score[parameter] <= limit).length;
  };
  const panels = residualParameters.map(
    ({ parameter, name }): Panel => ({
      heading: name,
      x: percentAxis('claimed (%)', [0, 100]),
      y: percentAxis('found (%)'),
      marks: [
        { kind: 'line', x: [0, 100], y: [0, 100], colour: 'margin', dash: 'dot', width: 0.8 },
        ...rows.flatMap(({ look, scores }): Mark[] => {
          const x = claimed.map((share) => 100 * share);
          const y = claimed.map(
            (share) => (100 * coverage(scores, parameter, share)) / scores.length,
          );
          const { colour, dash, symbol } = lookOf(look);
          return marksFor(look, [
            { kind: 'line', x: [0, ...x], y: [0, ...y], colour, dash },
            { kind: 'points', x, y, colour, symbol },
          ]);
        }),
      ],
    }),
  );
  const shares = rows.map(({ look, scores }) => ({
    label: look.label,
    n: scores.length,
    found: coverage(scores, 'workingDistanceUm', 0.9),
  }));
  const title = titleOf(shares);
  const conditions = Math.max(...rows.map(({ groups }) => groups.length));
  return {
    id,
    title,
    caption: `Of the last correction of each trajectory (n = ${countsText(shares.map(({ n }) => n))}): share of the remaining errors within the interval that the algorithm's own standard deviation gives. On the dotted line the standard deviations are right; below it they are too small.${conditions > 1 ? ` All conditions of an algorithm are pooled, up to ${conditions}: a claim may hold in one and not in another, and the numbers below have each by itself.` : ''}`,
    views: [
      {
        label: 'all',
        chart: {
          name: 'claims',
          title,
          legend: legendOf(
            input.series,
            rows.map(({ look }) => ({ groups: input.main.filter((group) => group.look === look) })),
          ),
          columns: 3,
          sharesY: true,
          panels,
        },
      },
    ],
    table: {
      head: [
        'algorithm',
        'condition',
        'n',
        ...residualParameters.flatMap(({ name }) =>
          told.map((share) => `${name}, in its ${100 * share} %`),
        ),
      ],
      rows: rows.flatMap(({ look, scores, groups }) =>
        [
          ...(groups.length > 1
            ? [{ condition: 'all', scores, belonging: { series: [look.index] } }]
            : []),
          ...groups.map((one) => ({
            condition: conditionText(one.group.summary.condition),
            scores: one.scores,
            belonging: one.group.belonging,
          })),
        ].map((one) => ({
          ...one.belonging,
          cells: [
            look.label,
            one.condition,
            one.scores.length,
            ...residualParameters.flatMap(({ parameter }) =>
              told.map((share) =>
                shareText(coverage(one.scores, parameter, share), one.scores.length),
              ),
            ),
          ],
        })),
      ),
    },
  };
}

/** Errors in units of the claimed standard deviation. */
type Score = Readonly<Record<Parameter, number>>;

function scoresOf(records: readonly TrajectoryRecord[]): readonly Score[] {
  return records.flatMap(({ iterations }) => {
    const row = iterations.findLast(
      ({ correctionSd, declined, stopped }) =>
        correctionSd !== undefined && declined === undefined && stopped === undefined,
    );
    const sd = row?.correctionSd;
    if (row === undefined || sd === undefined) return [];
    const score = (parameter: Parameter) => Math.abs(row.residual[parameter]) / sd[parameter];
    const scores = {
      workingDistanceUm: score('workingDistanceUm'),
      stigmatorX: score('stigmatorX'),
      stigmatorY: score('stigmatorY'),
    };
    return Object.values(scores).some(Number.isNaN) ? [] : [scores];
  });
}

function shareText(count: number, n: number): string {
  const { low, high } = wilsonInterval(count, n);
  const percent = (share: number) => Math.round(100 * share);
  return `${percent(count / n)} % [${percent(low)}, ${percent(high)}]`;
}

/** With fewer nearly every share fits a claim of 90 %: the interval of all of 30 begins at 89 %. */
const leastToJudge = 30;

/** The farthest from its claim. */
function titleOf(
  shares: readonly { readonly label: string; readonly n: number; readonly found: number }[],
): string {
  const off = ({ n, found }: (typeof shares)[number]) => Math.abs(found / n - 0.9);
  const worst = shares.reduce((a, b) => (off(b) > off(a) ? b : a));
  const text = ({ label, n, found }: (typeof shares)[number]) =>
    `${label}: ${found} of ${n} working distances within its own 90 % interval`;
  const fewest = Math.min(...shares.map(({ n }) => n));
  if (fewest < leastToJudge) {
    return `Too few trajectories to judge claims of uncertainty. ${text(worst)}`;
  }
  const { low, high } = wilsonInterval(worst.found, worst.n);
  if (low <= 0.9 && high >= 0.9) return `Claims of uncertainty hold. ${text(worst)}`;
  const how = worst.found / worst.n < 0.9 ? 'Too confident' : 'Too cautious';
  return `${how}: ${text(worst)}`;
}
