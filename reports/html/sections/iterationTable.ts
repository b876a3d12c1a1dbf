import { belongingAttributes } from '../../chart/index.ts';
import type { FigureGroup } from '../../figures/index.ts';
import type { IterationStatistics, ResidualStatistics } from '../../summary/index.ts';
import { escapeHtml, formatMeanSd, formatNumber, stigmatorUnit } from '../../words/index.ts';
import { groupHeading } from './groupHeading.ts';

/** Iterations shown of a long search: the first ones, then every fifth, then the last. */
function isShown(iteration: number, last: number): boolean {
  return iteration <= 10 || iteration % 5 === 0 || iteration === last;
}

/** The numbers behind the convergence figures. */
export function iterationTable(groups: readonly FigureGroup[]): string {
  const body = groups
    .map(({ summary: group, look, belonging }) => {
      const last = group.iterations.length - 1;
      const title = `${look.label} · ${groupHeading(group)}`;
      const rows = group.iterations.filter(({ iteration }) => isShown(iteration, last)).map(row);
      return (
        `<tbody${belongingAttributes(belonging)}><tr class="condition"><th colspan="11" scope="rowgroup"><span class="condition-name">${escapeHtml(title)}` +
        `</span></th></tr>${rows.join('')}</tbody>`
      );
    })
    .join('\n');
  return `<div class="scroll" tabindex="0" role="region" aria-label="Numbers after each iteration"><table>
<thead>
<tr><th rowspan="2" scope="col">iteration</th><th rowspan="2" scope="col">still running</th>
<th colspan="2" scope="colgroup" class="group">|working distance| (µm)</th>
<th colspan="2" scope="colgroup" class="group">|stigmator x| (${stigmatorUnit})</th>
<th colspan="2" scope="colgroup" class="group">|stigmator y| (${stigmatorUnit})</th>
<th rowspan="2" scope="col">inside margins<small>%</small></th>
<th rowspan="2" scope="col">frames<small>mean</small></th>
<th rowspan="2" scope="col">dose<small>e/nm², mean</small></th></tr>
<tr>${'<th scope="col">mean ± SD</th><th scope="col">IQM [95 %]</th>'.repeat(3)}</tr>
</thead>
${body}
</table></div>`;
}

function row(point: IterationStatistics): string {
  const cells = [
    String(point.trajectoriesRunning),
    ...residualCells(point.absWorkingDistanceUm),
    ...residualCells(point.absStigmatorX),
    ...residualCells(point.absStigmatorY),
    String(Math.round(100 * point.insideMargins)),
    formatNumber(point.frames.mean),
    formatNumber(point.doseElectronsPerNm2.mean),
  ];
  return (
    `<tr><th scope="row">${point.iteration}</th>` +
    `${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  );
}

function residualCells({ mean, sd, iqm, iqmInterval95 }: ResidualStatistics): readonly string[] {
  const { low, high } = iqmInterval95;
  return [
    formatMeanSd(mean, sd, 3),
    `${formatNumber(iqm)} <small>[${formatNumber(low)}, ${formatNumber(high)}]</small>`,
  ];
}
