import { algorithmLabel } from '../algorithmLabel.ts';
import { conditionLabel, settingLabel } from '../conditionLabel.ts';
import { formatMeanSd, formatNumber } from '../formatNumber.ts';
import type { IterationStatistics, Summary, SummaryGroup } from '../Summary.ts';
import { conditionNames } from './conditionNames.ts';
import type { FigureLine, FigureRow, MaybeFigure, PanelFigure } from './figureData.ts';
import { residualParameters } from './residualParameters.ts';
import { type Series, seriesOf } from './series.ts';
import { significant } from './significant.ts';

/**
 * Mean ± SD of the absolute residuals after each iteration, or against the dose spent by then.
 *
 * Against iterations there is one column per condition. Against dose the dwell times of a setting
 * share a column, because dose is what makes them comparable. The start, which cost none, cannot
 * stand on a logarithmic axis and is left out, and so are the bands: they would cover each other.
 */
export function convergenceFigure(summary: Summary, against: 'iteration' | 'dose'): MaybeFigure {
  const { groups } = summary;
  if (groups.length === 0) return { undrawable: 'There are no trajectories.' };
  if (groups.every(({ iterations }) => iterations.length < 2)) {
    return { undrawable: 'No algorithm made an iteration.' };
  }
  const series = seriesOf(summary);
  const columns = new Map<string, SummaryGroup[]>();
  for (const group of groups) {
    const label = (against === 'dose' ? settingLabel : conditionLabel)(group.condition);
    columns.set(label, [...(columns.get(label) ?? []), group]);
  }
  const named = (group: SummaryGroup) => {
    const { dwellTimeNs, ...setting } = group.condition;
    return against === 'dose' ? setting : { ...setting, dwellTimeNs };
  };
  const names = conditionNames(groups.map(named));
  const dwells = new Set(groups.map(({ condition }) => condition.dwellTimeNs));
  const hasSeveralDwells = against === 'dose' && dwells.size > 1;
  const rows = residualParameters.map((quantity) => rowOf(groups, quantity, against));
  return {
    kind: 'panels',
    name: `residual-against-${against}`,
    xTitle: against === 'dose' ? 'mean dose since the start (e/nm²)' : 'iteration',
    xIsLog: against === 'dose',
    rows,
    columns: [...columns.values()].map((members) => ({
      label: members[0] ? names.nameOf(named(members[0])) : '',
      lines: residualParameters.map((quantity, i) =>
        members.flatMap((group) =>
          lineOf(group, {
            quantity,
            against,
            series,
            floor: rows[i]?.logRange[0] ?? 0,
            startLabel: hasSeveralDwells ? `${group.condition.dwellTimeNs} ns` : '',
          }),
        ),
      ),
    })),
  } satisfies PanelFigure;
}

type Quantity = (typeof residualParameters)[number];

function rowOf(
  groups: readonly SummaryGroup[],
  quantity: Quantity,
  against: 'iteration' | 'dose',
): FigureRow {
  const margin = Math.max(...groups.map(({ margins }) => margins[quantity.margin]));
  const shown = groups.map((group) =>
    pointsOf(group, against).map((point) => point[quantity.statistics]),
  );
  const all = shown.flat();
  const firsts = shown.flatMap((points) => points.slice(0, 1));
  const top = (values: typeof all) =>
    values.reduce(
      (most, { mean, sd }) => Math.max(most, mean + (against === 'dose' ? 0 : (sd ?? 0))),
      0,
    );
  const least = all.reduce((a, { mean }) => (mean > 0 ? Math.min(a, mean) : a), margin);
  // A runaway must not press all others flat: the linear axis ends at twice the first points.
  const cap = Math.max(2 * margin, Math.min(1.12 * top(all), 2 * top(firsts)));
  return {
    yTitle: `|${quantity.name}| (${quantity.unit})`,
    margin,
    marginLabel: ['margin', `${formatNumber(margin)} ${quantity.unit}`],
    cap: significant(cap),
    logRange: [significant(least / 3), significant(Math.max(1.5 * cap, 1.1 * top(all)))],
  };
}

/** The iterations that the axis can show. */
function pointsOf(
  { iterations }: SummaryGroup,
  against: 'iteration' | 'dose',
): readonly IterationStatistics[] {
  return iterations.filter(
    (point) => against === 'iteration' || point.doseElectronsPerNm2.mean > 0,
  );
}

function lineOf(
  group: SummaryGroup,
  about: {
    readonly quantity: Quantity;
    readonly against: 'iteration' | 'dose';
    readonly series: readonly Series[];
    readonly floor: number;
    readonly startLabel: string;
  },
): FigureLine[] {
  const { quantity, against, series, floor, startLabel } = about;
  const label = algorithmLabel(group);
  const points = pointsOf(group, against);
  if (points.length === 0) return [];
  const statistics = points.map((point) => point[quantity.statistics]);
  // Neither zero nor a band below it can be drawn on a logarithmic axis.
  const drawable = (value: number) => significant(Math.max(value, floor));
  return [
    {
      series: series.findIndex((candidate) => candidate.label === label),
      x: points.map((point) =>
        against === 'dose' ? significant(point.doseElectronsPerNm2.mean) : point.iteration,
      ),
      y: statistics.map(({ mean }) => drawable(mean)),
      low: against === 'dose' ? [] : statistics.map(({ mean, sd }) => drawable(mean - (sd ?? 0))),
      high: against === 'dose' ? [] : statistics.map(({ mean, sd }) => drawable(mean + (sd ?? 0))),
      text: points.map((point) => hover(group, point, quantity)),
      startLabel,
    },
  ];
}

function hover(group: SummaryGroup, point: IterationStatistics, quantity: Quantity): string {
  const { mean, sd } = point[quantity.statistics];
  return (
    `iteration ${point.iteration}, ${group.condition.dwellTimeNs} ns: ` +
    `${formatMeanSd(mean, sd, 3)} ${quantity.unit}, ` +
    `${formatNumber(point.doseElectronsPerNm2.mean)} e/nm², n = ${group.trajectories}`
  );
}
