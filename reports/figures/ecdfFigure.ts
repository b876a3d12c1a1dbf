import { focusParameters } from '../../harness/microscope/index.ts';
import { median, normal975 } from '../../harness/statistics/index.ts';
import type { Chart, Mark, Panel, Tick } from '../chart/index.ts';
import { type FixedTarget, spent, type TargetCostName } from '../summary/index.ts';
import { conditionText, formatNumber } from '../words/index.ts';
import { contestantOf } from './contestantOf.ts';
import { type Figure, type FigureView, foldedView, type MaybeFigure } from './Figure.ts';
import { type FigureGroup, type FigureInput, type FigurePanel, legendOf } from './FigureInput.ts';
import { electronsPerPixel } from './frameDose.ts';
import { percentAxis } from './parts/axes.ts';
import { largest } from './parts/extent.ts';
import { lookOf, marksFor } from './parts/marks.ts';

const costs = [
  { cost: 'frames', label: 'frames', title: 'frames' },
  { cost: 'doseElectronsPerNm2', label: 'dose', title: 'dose on the specimen (e/nm²)' },
  { cost: 'electrons', label: 'electrons', title: 'electrons on the specimen' },
  { cost: 'microscopeS', label: 'microscope time', title: 'time of the microscope (s)' },
] as const satisfies readonly { cost: TargetCostName; label: string; title: string }[];

/** What the article's network takes from these starts: two iterations of two frames of 2048 x 1536 px, 1.5 nA, 50 ns. */
const articleElectrons = 5.9e9;

/** Share of the trajectories inside the margins for good, over the cost. */
export function ecdfFigure(input: FigureInput): MaybeFigure {
  const id = 'ecdf';
  const [first] = input.shown;
  if (first === undefined) {
    return { id, title: 'Cost to reach the margins', undrawable: 'There are no trajectories.' };
  }
  const view = ({ cost, label, title }: (typeof costs)[number]): FigureView => {
    const chartOf = (panels: readonly FigurePanel[], name: string): Chart => ({
      name,
      title: titleOf(input),
      legend: legendOf(input.series, panels),
      columns: Math.min(panels.length, 4),
      sharesY: true,
      panels: panels.map((panel) => panelOf(panel, input, cost, title)),
    });
    return foldedView(
      {
        label,
        chart: chartOf(input.shown, `ecdf-${label.replace(' ', '-')}`),
        further: cost === 'frames' ? input.folded : [],
        what: 'conditions',
      },
      (folded) => chartOf(folded, 'ecdf-further'),
    );
  };
  const [frames, dose, electrons, time] = costs;
  return {
    id,
    title: titleOf(input),
    caption:
      'Each curve shows the share of trajectories that are inside the margins for good, over the cost. Farther up and left is better. ' +
      'The cross (×) stands where half of the unsuccessful trajectories had ended; the line is drawn faint where no trajectory went on. ' +
      'Trajectories that never arrive stay in the count. Over electrons: what the article takes, and with what one pair around focus at the ' +
      'information bound would be inside, all else known.',
    views: [view(frames), view(dose), view(electrons), view(time)],
    table: tableOf(input),
  };
}

/** Pooled over the conditions, as the sentence says. */
function titleOf(input: FigureInput): string {
  const shares = input.series.flatMap(({ label }) => {
    const own = input.acting
      .filter(({ look }) => look.label === label)
      .flatMap((group) => fixedTarget(group, input, 'frames') ?? []);
    const n = own.reduce((sum, { trajectories }) => sum + trajectories, 0);
    const reached = own.reduce((sum, target) => sum + target.reached, 0);
    return n === 0 ? [] : [{ label, reached, n }];
  });
  const ranked = shares.toSorted((p, q) => q.reached / q.n - p.reached / p.n);
  const [best, ...others] = ranked;
  if (best === undefined) return 'Cost to reach the margins';
  const last = others.at(-1);
  const count = ({ label, reached, n }: (typeof shares)[number]) =>
    `${label} in ${reached} of ${n} trajectories`;
  const isSame = ({ reached, n }: (typeof shares)[number]) => reached / n === best.reached / best.n;
  if (best.reached === 0) return 'No algorithm brought a trajectory inside the margins';
  if (others.length > 0 && others.every(isSame)) {
    const who = ranked.map(({ label }) => label).join(', ');
    const share =
      best.reached === best.n ? 'all' : `${Math.round((100 * best.reached) / best.n)} %`;
    return `Inside the margins for good: ${who} alike, in ${share} of their trajectories`;
  }
  return last === undefined
    ? `Inside the margins for good: ${count(best)}`
    : `Inside the margins for good: ${count(best)}${others.length > 1 ? ' at best' : ''}, ${count(last)}${others.length > 1 ? ' at worst' : ''}`;
}

/**
 * Electrons of a pair around focus with which 95 % of the estimates at the information bound are inside each margin:
 * the bound of a pair of whole frames, whose variances fall as the dose rises. Absent where records have no bound.
 */
function boundElectrons(groups: readonly FigureGroup[]): number | undefined {
  const each = groups.flatMap(({ records, summary: { margins } }) =>
    records.flatMap((record) => {
      const perPixel = electronsPerPixel(record);
      const sd = record.pairBoundSd;
      if (perPixel === undefined || sd === undefined) return [];
      const { width, height } = record.scenario.frame;
      const shares = focusParameters.map((name) => {
        const margin = name === 'workingDistanceUm' ? margins.workingDistanceUm : margins.stigmator;
        return ((normal975 * sd[name]) / margin) ** 2;
      });
      return [2 * width * height * perPixel * Math.max(...shares)];
    }),
  );
  return each.length === 0 ? undefined : median(each);
}

/** By the trajectory that went on longest. */
function mostSpent({ records }: FigureGroup, cost: TargetCostName): number {
  return largest(
    records.map(({ iterations }) => {
      const last = iterations.at(-1);
      return last === undefined ? 0 : spent(last, cost);
    }),
  );
}

function fixedTarget(
  group: FigureGroup,
  input: FigureInput,
  cost: TargetCostName,
): FixedTarget | undefined {
  return contestantOf(group, input.summary)?.contestant.fixedTarget.find(
    (one) => one.cost === cost && one.target === 'margins',
  );
}

function panelOf(
  { label, groups, conditions }: FigurePanel,
  input: FigureInput,
  cost: TargetCostName,
  title: string,
): Panel {
  const axes = contestantOf(groups[0], input.summary)?.view.axes[cost] ?? { from: 1, to: 10 };
  const bound = cost === 'electrons' ? boundElectrons(groups) : undefined;
  const range = [Math.min(axes.from, bound ?? axes.from) / 1.15, axes.to * 1.15] as const;
  const marks = groups.flatMap((group): Mark[] => {
    const target = fixedTarget(group, input, cost);
    if (target === undefined) return [];
    const { ecdf, budgetCross } = target;
    const { colour, dash, symbol } = lookOf(group.look);
    const until = Math.min(axes.to, mostSpent(group, cost));
    const at = (cost: number) => 100 * (ecdf.findLast(([x]) => x <= cost)?.[1] ?? 0);
    const level = at(until);
    const [x, y] = [ecdf.map(([at]) => at), ecdf.map(([, share]) => 100 * share)];
    const marks: Mark[] = [
      {
        kind: 'line',
        x: [range[0], ...x, until],
        y: [at(range[0]), ...y, level],
        colour,
        dash,
        isStepped: true,
      },
    ];
    if (until < axes.to) {
      const on = { x: [until, axes.to], y: [level, level], opacity: 0.35 };
      marks.push({ kind: 'line', ...on, colour, dash });
    }
    marks.push({ kind: 'points', x, y, colour, symbol, size: 0.9 });
    if (budgetCross !== null) {
      const cross = { x: [budgetCross], y: [at(budgetCross)], symbol: 'x', size: 1.5 } as const;
      marks.push({ kind: 'points', ...cross, colour });
    }
    return marksFor(group.look, marks);
  });
  if (cost === 'electrons' && articleElectrons < range[1]) {
    marks.push({ kind: 'rule', axis: 'x', at: articleElectrons, label: 'article' });
  }
  if (bound !== undefined) marks.push({ kind: 'rule', axis: 'x', at: bound, label: 'bound' });
  return {
    heading: label,
    conditions,
    x: {
      title,
      scale: 'log',
      range,
      ...(cost === 'electrons' && { ticks: powersOfTen(range) }),
    },
    y: percentAxis('inside the margins (%)'),
    marks,
  };
}

function areaText({ ecdfArea, ecdfAreaInterval95: { low, high } }: FixedTarget): string {
  return `${ecdfArea.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

/** For numbers that have too many digits to stand under an axis. */
function powersOfTen([from, to]: readonly [number, number]): readonly Tick[] {
  const first = Math.floor(Math.log10(from));
  const count = Math.ceil(Math.log10(to)) - first + 1;
  return Array.from({ length: count }, (_, i) => first + i)
    .flatMap((power) => [1, 3].map((digit) => `${digit}e${power}`))
    .map((label) => ({ at: Number(label), label }))
    .filter(({ at }) => at >= from && at <= to);
}

function tableOf(input: FigureInput): NonNullable<Figure['table']> {
  const rows = input.main.flatMap((group) => {
    const target = fixedTarget(group, input, 'frames');
    const dose = fixedTarget(group, input, 'doseElectronsPerNm2');
    const electrons = fixedTarget(group, input, 'electrons');
    if (target === undefined) return [];
    const { expected, expectedInterval95: interval } = target;
    return [
      {
        ...group.belonging,
        cells: [
          group.look.label,
          conditionText(group.summary.condition),
          `${target.reached} of ${target.trajectories}`,
          expected === null ? '∞' : formatNumber(expected),
          interval === null
            ? '–'
            : `${formatNumber(interval.low)} to ${interval.high === null ? '∞' : formatNumber(interval.high)}`,
          dose?.expected === null || dose === undefined ? '∞' : formatNumber(dose.expected),
          target.ecdfArea.toFixed(2),
          electrons?.expected == null ? '∞' : electrons.expected.toExponential(1),
          electrons === undefined ? '–' : areaText(electrons),
        ],
      },
    ];
  });
  return {
    head: [
      'algorithm',
      'condition',
      'inside margins',
      'expected frames',
      '95 %',
      'expected dose, e/nm²',
      'area over frames',
      'expected electrons',
      'area over electrons [95 %]',
    ],
    rows,
  };
}
