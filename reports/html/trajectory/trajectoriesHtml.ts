import type { Series } from '../../chart/index.ts';
import { escapeHtml, plural } from '../../words/index.ts';
import { swatch } from '../sections/swatch.ts';
import type { trajectoriesFigure } from './trajectoriesFigure.ts';

/** Columns side by side; more conditions get a selector. The page's script knows it too. */
const widestGrid = 3;

/** Every trajectory, drawn when a reader asks for it: to zoom into, and to hover over. */
export function trajectoriesHtml(
  { figure, leftOut: { notDrawn, leaveTheFrame } }: ReturnType<typeof trajectoriesFigure>,
  series: readonly Series[],
  sampleSize: string,
): string {
  const title = 'Every trajectory';
  if ('undrawable' in figure) {
    return `<figure class="plot"><h3>${title}</h3><div class="undrawable">${escapeHtml(figure.undrawable)}</div></figure>`;
  }
  const { columns } = figure;
  const selector =
    columns.length > widestGrid
      ? `<label>Condition <select data-select="trajectories">${columns.map(({ label }, i) => `<option value="${i}">${escapeHtml(label)}</option>`).join('')}</select></label>`
      : '';
  const more = [
    ...(notDrawn > 0 ? [`Drawn is an even selection: ${plural(notDrawn, 'line')} left out.`] : []),
    ...(leaveTheFrame > 0
      ? [`${plural(leaveTheFrame, 'trajectory leaves', 'trajectories leave')} the range shown.`]
      : []),
  ].join(' ');
  const legend = series
    .map(
      (look) =>
        `<span class="entry" data-series="${look.index}">${swatch(look)}${escapeHtml(look.label)}</span>`,
    )
    .join('');
  return `<details class="explore needs-script" data-explore><summary>${title}, to zoom and hover</summary>
<figure class="plot">
<div class="plot-head"><h3>Signed residual of single trajectories</h3><div class="buttons">${selector}<button type="button" aria-pressed="false" data-toggle="trajectories">Full range</button><button type="button" data-export="trajectories" data-format="svg">SVG</button><button type="button" data-export="trajectories" data-format="png">PNG</button></div></div>
<p class="legend">${legend}</p>
<div class="canvas" id="figure-trajectories" role="img" aria-label="Signed residual of single trajectories"></div>
<figcaption>${escapeHtml(`One thin line per trajectory (${sampleSize}), a marker where it ended; the band is the margin. Hover to see which one it is. ${more}`.trim())}</figcaption>
</figure></details>`;
}
