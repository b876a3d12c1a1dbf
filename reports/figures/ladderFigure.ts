import { groupedBy, mean, median, quantile } from '../../harness/statistics/index.ts';
import type { Chart, Mark, Panel } from '../chart/index.ts';
import { conditionNames, formatNumber, residualParameters } from '../words/index.ts';
import type { FigureView, MaybeFigure } from './Figure.ts';
import {
  conditionsOf,
  type FigureGroup,
  type FigureInput,
  legendOf,
  marginEntry,
  sampleSizeText,
} from './FigureInput.ts';
import { frameDose } from './frameDose.ts';
import { percentAxis, withCommonY } from './parts/axes.ts';
import { logExtent } from './parts/extent.ts';
import { courseMarks, lookOf, marksFor, shareIntervals } from './parts/marks.ts';

/** Fewer doses are no ladder. */
const leastRungs = 3;
/** Of the absolute value of a normal quantity, in its standard deviations. */
const medianOfAbsolute = 0.6745;
const settingsShown = 4;

interface Setting {
  readonly label: string;
  /** In the order of the dose. */
  readonly groups: readonly FigureGroup[];
}

/** Final residual against the dose of a frame, with the information bound drawn in. */
export function ladderFigure(input: FigureInput): MaybeFigure {
  const id = 'ladder';
  const settings = settingsOf(input).filter(
    ({ groups }) => new Set(groups.map(frameDose)).size >= leastRungs,
  );
  if (settings.length === 0) {
    return {
      id,
      title: 'Residual against dose, with the information bound',
      undrawable: `There are not ${leastRungs} doses in any setting (semfocus run low-snr has seven).`,
    };
  }
  const shown = settings.slice(0, settingsShown);
  const title = titleOf(input, settings);
  const legend = [
    ...legendOf(input.series, shown),
    marginEntry,
    { label: 'information bound', colour: 'ink' as const, dash: 'longdash' as const },
  ];
  const chart = (name: string, panels: readonly Panel[]): Chart => ({
    name,
    title,
    legend,
    columns: Math.min(4, panels.length),
    sharesY: true,
    panels: withCommonY(panels),
  });
  const success: FigureView = {
    label: 'success',
    chart: {
      ...chart('ladder-success', shown.map(successPanel)),
      legend: legendOf(input.series, shown),
    },
  };
  const residuals = residualParameters.map(
    (quantity): FigureView => ({
      label: quantity.name,
      chart: chart(
        `ladder-${quantity.name.replace(' ', '-')}`,
        shown.map((setting) => residualPanel(setting, quantity)),
      ),
    }),
  );
  const [first, ...others] = residuals;
  const left = settings.length - shown.length;
  return {
    id,
    title,
    caption:
      `Lines: median of the absolute residual at the end (${sampleSizeText(settings.flatMap(({ groups }) => groups))}) at each dose; bands: middle half of the trajectories. ` +
      `The dashed line is where the median of an estimator at the information bound of one pair would lie (${medianOfAbsolute} standard deviations); an algorithm that averages over iterations may come below it. Dotted: the margin.` +
      (left > 0 ? ` ${left} further settings are not drawn.` : ''),
    views: first ? [first, ...others, success] : [success],
    table: {
      head: [
        'setting',
        'algorithm',
        'dose per frame, e/nm²',
        'n',
        'inside margins, %',
        'median |wd|, µm',
        '25 %',
        '75 %',
        'bound (SD), µm',
      ],
      rows: settings.flatMap(({ label, groups }) =>
        groups.map((group) => {
          const ends = endsOf(group, 'workingDistanceUm');
          return {
            ...group.belonging,
            cells: [
              label,
              group.look.label,
              formatNumber(frameDose(group)),
              group.records.length,
              Math.round(100 * group.summary.success.fraction),
              formatNumber(median(ends)),
              formatNumber(quantile(ends, 0.25)),
              formatNumber(quantile(ends, 0.75)),
              formatNumber(boundOf(group, 'workingDistanceUm')),
            ],
          };
        }),
      ),
    },
  };
}

type Quantity = (typeof residualParameters)[number];
type Parameter = Quantity['parameter'];

function settingsOf({ main }: FigureInput): readonly Setting[] {
  const settingOf = ({ summary }: FigureGroup) => {
    const { dwellTimeNs: _, ...setting } = summary.condition;
    return setting;
  };
  const found = groupedBy(main, (group) => JSON.stringify(settingOf(group)));
  const names = conditionNames([...found.values()].map(([first]) => settingOf(first)));
  return [...found.values()].map((groups) => ({
    label: found.size === 1 ? '' : names.nameOf(settingOf(groups[0])),
    groups: groups.toSorted((p, q) => frameDose(p) - frameDose(q)),
  }));
}

function endsOf({ records }: FigureGroup, parameter: Parameter): readonly number[] {
  return records.map(({ iterations }) =>
    Math.abs(iterations.at(-1)?.residual[parameter] ?? Number.NaN),
  );
}

function boundOf({ summary }: FigureGroup, parameter: Parameter): number | null {
  return summary.pairBound?.sd[parameter] ?? null;
}

function rungsOf({ groups }: Setting) {
  return [...groupedBy(groups, ({ look }) => look)].map(([look, rungs]) => ({ look, rungs }));
}

function residualPanel(setting: Setting, quantity: Quantity): Panel {
  const { parameter, margin, name, unit } = quantity;
  const limit = setting.groups[0]?.summary.margins[margin] ?? 1;
  const lines = rungsOf(setting).map(({ look, rungs }) => {
    const ends = rungs.map((group) => endsOf(group, parameter));
    const at = (q: number) => ends.map((values) => quantile(values, q));
    return { look, x: rungs.map(frameDose), low: at(0.25), y: at(0.5), high: at(0.75) };
  });
  const bounds = [...new Set(setting.groups.map(frameDose))].flatMap((dose) => {
    const own = setting.groups
      .filter((group) => frameDose(group) === dose)
      .flatMap((group) => boundOf(group, parameter) ?? []);
    return own.length === 0 ? [] : [{ x: dose, y: medianOfAbsolute * mean(own) }];
  });
  const marks: Mark[] = [
    ...lines.flatMap(({ look, x, low, high }) =>
      marksFor(look, [{ kind: 'band', x, low, high, colour: `s${look.colour}`, opacity: 0.14 }]),
    ),
    { kind: 'rule', axis: 'y', at: limit },
    {
      kind: 'line',
      x: bounds.map(({ x }) => x),
      y: bounds.map(({ y }) => y),
      colour: 'ink',
      dash: 'longdash',
      width: 0.8,
    },
    ...lines.flatMap(({ look, x, y }) => marksFor(look, courseMarks(lookOf(look), x, y))),
  ];
  const all = [
    limit,
    ...lines.flatMap(({ low, high }) => [...low, ...high]),
    ...bounds.map(({ y }) => y),
  ];
  return {
    heading: setting.label,
    conditions: conditionsOf(setting.groups),
    x: doseAxis(setting),
    y: { title: `|${name}| at the end (${unit})`, scale: 'log', range: logExtent(all, 1e-4) },
    marks,
  };
}

function successPanel(setting: Setting): Panel {
  return {
    heading: setting.label,
    conditions: conditionsOf(setting.groups),
    x: doseAxis(setting),
    y: percentAxis('inside the margins (%)'),
    marks: rungsOf(setting).flatMap(({ look, rungs }): Mark[] => {
      const x = rungs.map(frameDose);
      const counts = rungs.map(({ summary: { success, trajectories } }) => ({
        good: success.count,
        n: trajectories,
      }));
      const { colour } = lookOf(look);
      const y = rungs.map(({ summary }) => 100 * summary.success.fraction);
      return marksFor(look, [
        shareIntervals('y', x, counts, { colour, width: 0.6, opacity: 0.6 }),
        ...courseMarks(lookOf(look), x, y),
      ]);
    }),
  };
}

function doseAxis({ groups }: Setting): Panel['x'] {
  return {
    title: 'dose of one frame (e/nm²)',
    scale: 'log',
    range: logExtent(groups.map(frameDose)),
  };
}

/** The least dose from which on nine of ten trajectories succeed, in the first setting. */
function titleOf({ series }: FigureInput, [setting]: readonly Setting[]): string {
  if (setting === undefined) return '';
  const parts = series.flatMap(({ label }) => {
    const rungs = setting.groups.filter(({ look }) => look.label === label);
    if (rungs.length === 0) return [];
    const failing = rungs.findLastIndex(({ summary }) => summary.success.fraction < 0.9);
    const least = rungs[failing + 1];
    return [
      least === undefined
        ? { dose: Number.POSITIVE_INFINITY, text: `${label} at no dose` }
        : { dose: frameDose(least), text: `${label} from ${formatNumber(frameDose(least))} e/nm²` },
    ];
  });
  const where = setting.label === '' ? '' : ` (${setting.label})`;
  if (parts.every(({ dose }) => dose === Number.POSITIVE_INFINITY)) {
    return `At no dose do nine of ten trajectories end inside the margins${where}`;
  }
  const told = parts.toSorted((p, q) => p.dose - q.dose).map(({ text }) => text);
  return `Nine of ten trajectories end inside the margins${where}: ${told.join(', ')}`;
}
