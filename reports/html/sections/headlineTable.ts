import { groupedBy, type Interval } from '../../../harness/statistics/index.ts';
import type { Series } from '../../chart/index.ts';
import type {
  CensoredStatistics,
  ResidualStatistics,
  Summary,
  SummaryGroup,
} from '../../summary/index.ts';
import { escapeHtml, formatMeanSd, formatNumber, seriesLabel } from '../../words/index.ts';
import { groupHeading } from './groupHeading.ts';
import { swatch } from './swatch.ts';

/**
 * The numbers a reader comes for, one row per algorithm and condition, readable without scripts.
 */
export function headlineTable(
  { groups }: Pick<Summary, 'groups'>,
  series: readonly Series[],
): string {
  const longest = groups.reduce((most, { iterations }) => Math.max(most, iterations.length), 1) - 1;
  const early = [1, 2, 3].filter((iteration) => iteration < longest);
  const hasBound = groups.some(({ pairBound }) => pairBound !== null);
  const columns = early.length + (hasBound ? 12 : 11);
  const body = [...groupedBy(groups, groupHeading)]
    .map(
      ([label, members]) =>
        `<tbody><tr class="condition"><th colspan="${columns}" scope="rowgroup">` +
        `<span class="condition-name">${escapeHtml(label)}</span></th></tr>` +
        `${members.map((group) => row(group, { early, series, hasBound })).join('')}</tbody>`,
    )
    .join('\n');
  return `<div class="scroll" tabindex="0" role="region" aria-label="Headline table"><table class="headline">
<thead>
<tr><th rowspan="2" scope="col">algorithm</th><th rowspan="2" scope="col">n</th>
<th rowspan="2" scope="col">success<small>% [95 %]</small></th>
<th colspan="${early.length + 1}" scope="colgroup" class="group">|working distance| after iteration<small>µm, mean ± SD</small></th>
<th rowspan="2" scope="col">at the end<small>µm, IQM [95 %]</small><small>(p95)</small></th>
<th colspan="2" scope="colgroup" class="group">stigmators at the end<small>a.u., mean ± SD</small></th>
${hasBound ? '<th rowspan="2" scope="col">bound<small>wd, µm</small><small>(efficiency)</small></th>' : ''}
<th colspan="3" scope="colgroup" class="group">until inside the margins<small>median [95 %]</small></th>
<th rowspan="2" scope="col">compute<small>ms/iteration</small><small>p50 (p95)</small></th></tr>
<tr>${early.map((iteration) => `<th scope="col">${iteration}</th>`).join('')}<th scope="col">end</th>
<th scope="col">|x|</th><th scope="col">|y|</th>
<th scope="col">iterations</th><th scope="col">frames</th><th scope="col">dose, e/nm²</th></tr>
</thead>
${body}
</table></div>`;
}

function row(
  group: SummaryGroup,
  {
    early,
    series,
    hasBound,
  }: {
    readonly early: readonly number[];
    readonly series: readonly Series[];
    readonly hasBound: boolean;
  },
): string {
  const label = seriesLabel(group);
  const look = series.find((candidate) => candidate.label === label);
  const last = group.iterations.at(-1);
  const distances = [...early.map((iteration) => group.iterations[iteration] ?? last), last];
  const cells = [
    String(group.trajectories),
    ...(group.declinedRightly === group.trajectories
      ? [rightly, ...Array.from({ length: distances.length + 3 }, () => noError)]
      : [
          withInterval(percent(group.success.fraction), percentInterval(group.success.interval95)),
          ...distances.map((point) => meanSd(point?.absWorkingDistanceUm)),
          robust(last?.absWorkingDistanceUm),
          meanSd(last?.absStigmatorX),
          meanSd(last?.absStigmatorY),
        ]),
    ...(hasBound ? [boundOf(group)] : []),
    censored(group.iterationsToMargins),
    censored(group.framesToMargins),
    censored(group.doseToMarginsElectronsPerNm2),
    group.computeMsPerIteration.p50 === null
      ? '–'
      : `${formatNumber(group.computeMsPerIteration.p50)}<small>(${formatNumber(group.computeMsPerIteration.p95)})</small>`,
  ];
  return (
    `<tr><th scope="row"><span class="algorithm">${look ? swatch(look) : ''}${escapeHtml(label)}</span></th>` +
    `${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  );
}

/** Where there is nothing to focus on, how far the start was from focus is no error. */
const rightly = '<span title="rightly: there is nothing to focus on">declined</span>';
const noError = '<span title="all declined rightly">–</span>';

/** Of the working distance; those of the stigmators are in the summary. */
function boundOf({ pairBound, outcomes, trajectories, reference }: SummaryGroup): string {
  if (reference !== null) return '<span title="not known on an instrument">–</span>';
  if (outcomes.declined === trajectories) return '<span title="all declined">–</span>';
  if (pairBound === null) return '<span title="does not work on pairs of frames">–</span>';
  const { sd, efficiency } = pairBound;
  return `${formatNumber(sd.workingDistanceUm)}<small>(${formatNumber(efficiency.workingDistanceUm)})</small>`;
}

/** What few failures do not draw away, and how far the worst twentieth begins. */
function robust(statistics: ResidualStatistics | undefined): string {
  if (statistics === undefined) return '–';
  const { iqm, iqmInterval95, p95 } = statistics;
  const short = (value: number) => formatMeanSd(value, null, 3);
  const interval = `${short(iqmInterval95.low)}, ${short(iqmInterval95.high)}`;
  return `${withInterval(short(iqm), interval)}<small>(${short(p95)})</small>`;
}

function meanSd(
  statistics: { readonly mean: number; readonly sd: number | null } | undefined,
): string {
  if (statistics === undefined) return '–';
  const [mean = '', sd] = formatMeanSd(statistics.mean, statistics.sd, 3).split('±');
  return sd === undefined ? mean : `${mean}<small>± ${sd}</small>`;
}

function censored({ median, interval95: { low, high } }: CensoredStatistics): string {
  if (median === null) return '<span title="not reached by half of the trajectories">–</span>';
  return withInterval(
    formatNumber(median),
    `${formatNumber(low)}, ${high === null ? '∞' : formatNumber(high)}`,
  );
}

function withInterval(estimate: string, interval: string): string {
  return `${estimate}<small>[${interval}]</small>`;
}

function percentInterval({ low, high }: Interval): string {
  return `${percent(low)}, ${percent(high)}`;
}

function percent(fraction: number): string {
  return String(Math.round(100 * fraction));
}
