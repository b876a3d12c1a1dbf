import { groupedBy, type Interval } from '../../../harness/statistics/index.ts';
import { belongingAttributes } from '../../chart/index.ts';
import type { FigureGroup } from '../../figures/index.ts';
import type { CensoredStatistics, ResidualStatistics, SummaryGroup } from '../../summary/index.ts';
import { escapeHtml, formatMeanSd, formatNumber, stigmatorUnit } from '../../words/index.ts';
import { groupHeading } from './groupHeading.ts';
import { swatch } from './swatch.ts';

/** What a column shows of a group, and by what number rows are ordered. */
interface Cell {
  readonly html: string;
  /** `null`: worse than every number. */
  readonly value: number | null;
  /** Which values are good ones; absent where none is. */
  readonly best?: 'high' | 'low';
}

/**
 * The numbers a reader comes for, one row per algorithm and condition, readable without scripts. Under each
 * condition the most successful come first, then those that end nearest; the best of a column is bold. With scripts
 * a click on the head of a column sorts by it.
 */
export function headlineTable(groups: readonly FigureGroup[]): string {
  const longest =
    groups.reduce((most, { summary }) => Math.max(most, summary.iterations.length), 1) - 1;
  const early = [1, 2, 3].filter((iteration) => iteration < longest);
  const hasBound = groups.some(({ summary }) => summary.pairBound !== null);
  const columns = early.length + (hasBound ? 12 : 11);
  const body = rankedByHeading(groups)
    .map(
      (members) =>
        `<tbody${belongingAttributes(belongingOf(members))}><tr class="condition"><th colspan="${columns}" scope="rowgroup">` +
        `<span class="condition-name">${escapeHtml(groupHeading(members[0].summary))}</span></th></tr>` +
        `${rowsOf(members, { early, hasBound })}</tbody>`,
    )
    .join('\n');
  const sortable = (attributes: string, column: number, text: string, first = 'low') =>
    `<th ${attributes} scope="col" data-sort="${column}" data-first="${first}">${text}</th>`;
  const tall = 'rowspan="2"';
  const end = 3 + early.length;
  const bound = end + 4;
  const until = hasBound ? bound + 1 : bound;
  return `<div class="scroll" tabindex="0" role="region" aria-label="Headline table"><table class="headline">
<thead>
<tr>${sortable(tall, 0, 'algorithm')}${sortable(tall, 1, 'n', 'high')}
${sortable(tall, 2, 'success<small>% [95 %]</small>', 'high')}
<th colspan="${early.length + 1}" scope="colgroup" class="group">|working distance| after iteration<small>µm, mean ± SD</small></th>
${sortable(tall, end + 1, 'at the end<small>µm, IQM [95 %] <span class="p95">(p95)</span></small>')}
<th colspan="2" scope="colgroup" class="group">stigmators at the end<small>${stigmatorUnit}, mean ± SD</small></th>
${hasBound ? sortable(tall, bound, 'bound<small>wd, µm</small><small>(efficiency)</small>', 'high') : ''}
<th colspan="3" scope="colgroup" class="group">until inside the margins<small>median [95 %]</small></th>
${sortable(tall, until + 3, 'compute<small>ms/iteration</small><small>p50 (p95)</small>')}</tr>
<tr>${early.map((iteration, i) => sortable('', 3 + i, String(iteration))).join('')}${sortable('', end, 'end')}
${sortable('', end + 2, '|x|')}${sortable('', end + 3, '|y|')}
${sortable('', until, 'iterations')}${sortable('', until + 1, 'frames')}${sortable('', until + 2, 'dose, e/nm²')}</tr>
</thead>
${body}
</table></div>`;
}

interface Columns {
  readonly early: readonly number[];
  readonly hasBound: boolean;
}

/**
 * The groups of each condition, the most successful first, then those that end nearest.
 *
 * @returns at least one of each.
 */
export function rankedByHeading(
  groups: readonly FigureGroup[],
): readonly (readonly [FigureGroup, ...FigureGroup[]])[] {
  const endOf = ({ iterations }: SummaryGroup) =>
    iterations.at(-1)?.absWorkingDistanceUm.iqm ?? Number.POSITIVE_INFINITY;
  return [...groupedBy(groups, ({ summary }) => groupHeading(summary)).values()].map((members) => {
    const [first = members[0], ...others] = members.toSorted(
      ({ summary: p }, { summary: q }) =>
        q.success.fraction - p.success.fraction || endOf(p) - endOf(q),
    );
    return [first, ...others];
  });
}

/** To all that any of them belongs to. */
function belongingOf(groups: readonly FigureGroup[]): FigureGroup['belonging'] {
  const all = groups.map(({ belonging }) => belonging);
  return {
    series: [...new Set(all.flatMap(({ series }) => series))],
    conditions: [...new Set(all.flatMap(({ conditions }) => conditions))],
  };
}

function rowsOf(ranked: readonly FigureGroup[], columns: Columns): string {
  const rows = ranked.map((group) => ({ group, cells: cellsOf(group.summary, columns) }));
  const best = rows[0]?.cells.map((_, column) =>
    bestOf(rows.flatMap(({ cells }) => cells[column] ?? [])),
  );
  return rows
    .map(({ group: { look, belonging }, cells }) => {
      const data = cells.map(({ html, value }, column) => {
        const isBest = value !== null && value === best?.[column];
        const attributes = `${value === null ? '' : ` data-value="${value}"`}${isBest ? ' class="best"' : ''}`;
        return `<td${attributes}>${html}</td>`;
      });
      return `<tr${belongingAttributes(belonging)}><th scope="row"><span class="algorithm">${swatch(look)}${escapeHtml(look.label)}</span></th>${data.join('')}</tr>`;
    })
    .join('');
}

/** Where all are equal, none is best. */
function bestOf(cells: readonly Cell[]): number | undefined {
  const values = cells.flatMap(({ value }) => value ?? []);
  if (new Set(cells.map(({ value }) => value)).size < 2) return undefined;
  const best = cells[0]?.best;
  if (best === undefined) return undefined;
  return best === 'high' ? Math.max(...values) : Math.min(...values);
}

function cellsOf(group: SummaryGroup, { early, hasBound }: Columns): readonly Cell[] {
  const last = group.iterations.at(-1);
  const distances = [...early.map((iteration) => group.iterations[iteration] ?? last), last];
  const { p50, p95 } = group.computeMsPerIteration;
  const compute = p50 === null ? '–' : `${formatNumber(p50)}<small>(${formatNumber(p95)})</small>`;
  const isRightRefusal = group.declinedRightly === group.trajectories;
  return [
    { html: String(group.trajectories), value: group.trajectories },
    ...(isRightRefusal
      ? [rightly, ...distances.map(() => noError), noError, noError, noError]
      : [
          successOf(group),
          ...distances.map((point) => meanSd(point?.absWorkingDistanceUm)),
          robust(last?.absWorkingDistanceUm),
          meanSd(last?.absStigmatorX),
          meanSd(last?.absStigmatorY),
        ]),
    ...(hasBound ? [boundOf(group)] : []),
    censored(group.iterationsToMargins),
    censored(group.framesToMargins),
    censored(group.doseToMarginsElectronsPerNm2),
    { html: compute, value: p50, best: 'low' },
  ];
}

function successOf({ success: { fraction, interval95 } }: SummaryGroup): Cell {
  const html = withInterval(percent(fraction), percentInterval(interval95));
  return { html, value: fraction, best: 'high' };
}

/** Where there is nothing to focus on, how far the start was from focus is no error. */
const rightly: Cell = {
  html: '<span title="rightly: there is nothing to focus on">declined</span>',
  value: null,
  best: 'high',
};
const noError: Cell = {
  html: '<span title="all declined rightly">–</span>',
  value: null,
  best: 'low',
};

/** Of the working distance; those of the stigmators are in the summary. */
function boundOf({ pairBound, outcomes, trajectories, reference }: SummaryGroup): Cell {
  const none = (why: string): Cell => ({
    html: `<span title="${why}">–</span>`,
    value: null,
    best: 'high',
  });
  if (reference !== null) return none('not known on an instrument');
  if (outcomes.declined === trajectories) return none('all declined');
  if (pairBound === null) return none('does not work on pairs of frames');
  const { sd, efficiency } = pairBound;
  return {
    html: `${formatNumber(sd.workingDistanceUm)}<small>(${formatNumber(efficiency.workingDistanceUm)})</small>`,
    value: efficiency.workingDistanceUm,
    best: 'high',
  };
}

/** What few failures do not draw away, and how far the worst twentieth begins. */
function robust(statistics: ResidualStatistics | undefined): Cell {
  if (statistics === undefined) return unknown;
  const { iqm, iqmInterval95, p95 } = statistics;
  const short = (value: number) => formatMeanSd(value, null, 3);
  const interval = `${short(iqmInterval95.low)}, ${short(iqmInterval95.high)}`;
  const html = withInterval(short(iqm), interval, ` <span class="p95">(${short(p95)})</span>`);
  return { html, value: iqm, best: 'low' };
}

function meanSd(
  statistics: { readonly mean: number; readonly sd: number | null } | undefined,
): Cell {
  if (statistics === undefined) return unknown;
  const [mean = '', sd] = formatMeanSd(statistics.mean, statistics.sd, 3).split('±');
  const html = sd === undefined ? mean : `${mean}<small>± ${sd}</small>`;
  return { html, value: statistics.mean, best: 'low' };
}

function censored({ median, interval95: { low, high } }: CensoredStatistics): Cell {
  const html =
    median === null
      ? '<span title="not reached by half of the trajectories">–</span>'
      : withInterval(
          formatNumber(median),
          `${formatNumber(low)}, ${high === null ? '∞' : formatNumber(high)}`,
        );
  return { html, value: median, best: 'low' };
}

const unknown: Cell = { html: '–', value: null, best: 'low' };

function withInterval(estimate: string, interval: string, more = ''): string {
  return `${estimate}<small>[${interval}]${more}</small>`;
}

function percentInterval({ low, high }: Interval): string {
  return `${percent(low)}, ${percent(high)}`;
}

function percent(fraction: number): string {
  return String(Math.round(100 * fraction));
}
