import { depthOfFocusUm } from '../../harness/record/index.ts';
import { wilsonInterval } from '../../harness/statistics/index.ts';
import type { Axis, Chart, Mark, Panel } from '../chart/index.ts';
import { type LadderTarget, ladderDepths, type TargetCostName } from '../summary/index.ts';
import { conditionText, formatNumber } from '../words/index.ts';
import { contestantOf } from './contestantOf.ts';
import { type Figure, type FigureView, foldedView, type MaybeFigure } from './Figure.ts';
import { type FigureGroup, type FigureInput, type FigurePanel, legendOf } from './FigureInput.ts';
import { percentAxis, plainTicks } from './parts/axes.ts';
import { logExtent, rangeText } from './parts/extent.ts';
import { courseMarks, lookOf, marksFor, shareIntervals } from './parts/marks.ts';

/** What a view shows of each target. */
const measures = [
  { label: 'success', title: 'within it at the end (%)', cost: 'frames' },
  { label: 'frames', title: 'frames per success', cost: 'frames' },
  { label: 'dose', title: 'dose per success (e/nm²)', cost: 'doseElectronsPerNm2' },
] as const satisfies readonly { label: string; title: string; cost: TargetCostName }[];
type Measure = (typeof measures)[number];

/** Nested targets from loose to tight: how many reach each, and what that costs. */
export function targetsFigure(input: FigureInput): MaybeFigure {
  const id = 'targets-nested';
  const subject = 'Success against how near to focus is asked for';
  const rungs = input.main.flatMap((group) => rungsOf(group, input, 'frames'));
  const [first] = rungs;
  if (first === undefined) {
    return {
      id,
      title: subject,
      undrawable: 'No trajectory had anything to focus on.',
    };
  }
  const depthsUm = [
    ...new Set(input.main.map(({ records: [{ scenario }] }) => depthOfFocusUm(scenario))),
  ];
  const title = titleOf(input) ?? subject;
  const view = (measure: Measure): FigureView => {
    const chartOf = (panels: readonly FigurePanel[], name: string): Chart => ({
      name,
      title,
      legend: legendOf(input.series, panels),
      columns: Math.min(panels.length, 4),
      sharesY: true,
      panels: panelsOf(panels, input, measure),
    });
    return foldedView(
      {
        label: measure.label,
        chart: chartOf(input.shown, `targets-${measure.label}`),
        further: measure.label === 'success' ? input.folded : [],
        what: 'conditions',
      },
      (folded) => chartOf(folded, 'targets-further'),
    );
  };
  const [success, frames, dose] = measures;
  return {
    id,
    title,
    caption: `Focal error: defocus and both components of astigmatism as one length. The allowed error decreases from left to right. A trajectory counts if it stays within to its end (n = ${rangeText(rungs.map(({ trajectories }) => trajectories))} per marker; bars: 95 %, Wilson). Cost per success: the total cost over the number of successes; no marker without a success. One depth of focus is ${rangeText(depthsUm)} µm: about one pixel of blur.`,
    views: [view(success), view(frames), view(dose)],
    table: tableOf(input),
  };
}

interface Rung extends LadderTarget {
  readonly depths: number;
}

/** The targets of one group, loose to tight. */
function rungsOf(group: FigureGroup, input: FigureInput, cost: TargetCostName): readonly Rung[] {
  const ladder = contestantOf(group, input.summary)?.contestant.ladder ?? [];
  return ladder
    .filter((one) => one.cost === cost)
    .flatMap((one, i) => {
      const depths = ladderDepths[i];
      return depths === undefined ? [] : [{ ...one, depths }];
    });
}

function panelsOf(
  panels: readonly FigurePanel[],
  input: FigureInput,
  measure: Measure,
): readonly Panel[] {
  const heightOf = ({ reached, trajectories, expected }: Rung) =>
    measure.label === 'success' ? (100 * reached) / trajectories : expected;
  const all = panels.flatMap(({ groups }) =>
    groups.flatMap((group) =>
      rungsOf(group, input, measure.cost).flatMap((one) => heightOf(one) ?? []),
    ),
  );
  const y: Axis =
    measure.label === 'success'
      ? percentAxis(measure.title)
      : { title: measure.title, scale: 'log', range: logExtent(all) };
  return panels.map(
    ({ label, groups, conditions }): Panel => ({
      heading: label,
      conditions,
      x: {
        title: 'allowed error (depths of focus)',
        scale: 'log',
        range: [1.25 * (ladderDepths[0] ?? 1), (ladderDepths.at(-1) ?? 1) / 1.25],
        ticks: plainTicks(ladderDepths),
      },
      y,
      marks: groups.flatMap((group, i): Mark[] => {
        const drawn = rungsOf(group, input, measure.cost).flatMap((rung) => {
          const value = heightOf(rung);
          return value === null ? [] : [{ rung, value }];
        });
        // Beside each other: intervals of several algorithms would hide each other.
        const aside = 1 + 0.05 * (i - (groups.length - 1) / 2);
        const x = drawn.map(({ rung }) => rung.depths * aside);
        const look = lookOf(group.look);
        const counts = drawn.map(({ rung }) => ({ good: rung.reached, n: rung.trajectories }));
        const style = { colour: look.colour, width: 0.6, opacity: 0.6 };
        return marksFor(group.look, [
          ...(measure.label === 'success' ? [shareIntervals('y', x, counts, style)] : []),
          ...courseMarks(
            look,
            x,
            drawn.map(({ value }) => value),
          ),
        ]);
      }),
    }),
  );
}

/** At the tightest target that any algorithm reaches, pooled over the conditions. */
function titleOf(input: FigureInput): string | undefined {
  for (const depths of ladderDepths.toReversed()) {
    const shares = input.series.flatMap(({ label }) => {
      const own = input.main
        .filter(({ look }) => look.label === label)
        .flatMap((group) => rungsOf(group, input, 'frames').filter((one) => one.depths === depths));
      const n = own.reduce((sum, { trajectories }) => sum + trajectories, 0);
      const reached = own.reduce((sum, one) => sum + one.reached, 0);
      return n === 0 ? [] : [{ label, reached, n }];
    });
    const ranked = shares.toSorted((p, q) => q.reached / q.n - p.reached / p.n);
    const [best] = ranked;
    if (best === undefined || best.reached === 0) continue;
    const worst = ranked.at(-1);
    const what = depths === 1 ? 'one depth of focus' : `${depths} depths of focus`;
    const text = ({ label, reached, n }: typeof best) => `${label} in ${reached} of ${n}`;
    const isAlike = worst !== undefined && worst.reached / worst.n === best.reached / best.n;
    if (ranked.length > 1 && isAlike) {
      const share =
        best.reached === best.n ? 'all' : `${Math.round((100 * best.reached) / best.n)} %`;
      return `Within ${what} at the end: every algorithm in ${share} of its trajectories`;
    }
    return worst === undefined || worst === best
      ? `Within ${what} at the end: ${text(best)} trajectories`
      : `Within ${what} at the end: ${text(best)} trajectories, ${text(worst)}${ranked.length > 2 ? ' at worst' : ''}`;
  }
  const loosest = ladderDepths[0];
  return `No trajectory ended within ${loosest} depths of focus`;
}

function tableOf(input: FigureInput): NonNullable<Figure['table']> {
  const costText = (expected: number | null | undefined) =>
    expected === null || expected === undefined ? '∞' : formatNumber(expected);
  return {
    head: [
      'algorithm',
      'condition',
      'depths of focus',
      'µm',
      'within',
      '95 %, %',
      'frames per success',
      'dose per success, e/nm²',
      'ECDF area, frames',
    ],
    rows: input.main.flatMap((group) => {
      const depthUm = depthOfFocusUm(group.records[0].scenario);
      const doses = rungsOf(group, input, 'doseElectronsPerNm2');
      return rungsOf(group, input, 'frames').map(
        ({ depths, reached, trajectories, expected, ecdfArea }) => {
          const { low, high } = wilsonInterval(reached, trajectories);
          return {
            ...group.belonging,
            cells: [
              group.look.label,
              conditionText(group.summary.condition),
              depths,
              depthUm === undefined ? '–' : formatNumber(depths * depthUm),
              `${reached} of ${trajectories}`,
              `${Math.round(100 * low)} to ${Math.round(100 * high)}`,
              costText(expected),
              costText(doses.find((dose) => dose.depths === depths)?.expected),
              ecdfArea.toFixed(2),
            ],
          };
        },
      );
    }),
  };
}
