import { type Chart, drawChart, screenTheme } from '../../chart/index.ts';
import type { Figure, FigureTable, MaybeFigure } from '../../figures/index.ts';
import { escapeHtml } from '../../words/index.ts';
import { scrolling, tableHtml } from './tableHtml.ts';

/** Widths in which a chart is drawn, px: the style sheet shows one of the two. */
const narrow = 344;
const wideOf = (columns: number, most: number) =>
  Math.min(most, columns === 1 ? 860 : columns === 2 ? 980 : 1180);
const narrowTheme = { ...screenTheme, panelHeight: 190 };

/**
 * A figure with its finding, views, caption, exports and the table behind it.
 *
 * @param options.hasExports - False on a page without the script that the exports need.
 * @param options.widthPx - Most that there is room for.
 */
export function figureHtml(
  figure: MaybeFigure,
  { hasExports = true, widthPx = 1180 }: { hasExports?: boolean; widthPx?: number } = {},
): string {
  if ('undrawable' in figure) {
    return `<figure class="plot" id="figure-${figure.id}"><h3>${escapeHtml(figure.title)}</h3><div class="undrawable">${escapeHtml(figure.undrawable)}</div></figure>`;
  }
  const { id, title, caption, views, table } = figure;
  const exports = hasExports
    ? `<div class="buttons needs-script"><button type="button" data-export="${id}" data-format="svg">SVG</button><button type="button" data-export="${id}" data-format="png">PNG</button></div>`
    : '';
  return `<figure class="plot" id="figure-${id}">
<div class="plot-head"><h3>${escapeHtml(title)}</h3>${exports}</div>
${views.length === 1 ? paneList(views, widthPx) : tabbed(figure, widthPx)}
<figcaption>${escapeHtml(caption)}</figcaption>
${table === undefined ? '' : numbers(table, title)}</figure>`;
}

/** Views as radio buttons: they work with the keyboard and without scripts. */
function tabbed({ id, title, views }: Figure, widthPx: number): string {
  const inputs = views
    .map(
      (_, i) =>
        `<input type="radio" class="tab" name="view-${id}" id="view-${id}-${i}"${i === 0 ? ' checked' : ''}>`,
    )
    .join('');
  const labels = views
    .map(({ label }, i) => `<label for="view-${id}-${i}">${escapeHtml(label)}</label>`)
    .join('');
  return `<div class="views" role="radiogroup" aria-label="${escapeHtml(`Against what: ${title}`)}">${inputs}<div class="tabs">${labels}</div>${paneList(views, widthPx)}</div>`;
}

function paneList(views: Figure['views'], widthPx: number): string {
  return `<div class="panes">${views
    .map(({ chart, more }) => {
      const further =
        more === undefined
          ? ''
          : `<details class="more"><summary>${escapeHtml(more.label)}</summary>${scrolling(more.label, drawing(more.chart, wideOf(more.chart.columns, widthPx), 'more'))}</details>`;
      return `<div class="pane"><div class="wide">${drawing(chart, wideOf(chart.columns, widthPx), 'wide')}</div><div class="narrow">${drawChart(chart, { width: narrow, theme: narrowTheme, id: `${chart.name}-narrow` })}</div>${further}</div>`;
    })
    .join('')}</div>`;
}

function drawing(chart: Chart, width: number, kind: string): string {
  return drawChart(chart, { width, theme: screenTheme, id: `${chart.name}-${kind}` });
}

function numbers(table: FigureTable, title: string): string {
  return `<details class="numbers"><summary>Numbers</summary>${scrolling(`Numbers: ${title}`, tableHtml(table))}</details>`;
}
