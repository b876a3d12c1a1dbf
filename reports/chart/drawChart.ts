import { escapeHtml } from '../words/index.ts';
import type { Chart, Panel } from './Chart.ts';
import { drawLegend } from './drawLegend.ts';
import { drawPanel, drawYLabels, gutterOf, labelRoomOf } from './drawPanel.ts';
import { belongingAttributes, px } from './svg.ts';
import type { Theme } from './Theme.ts';

/** How a chart is drawn. */
export interface DrawOptions {
  /** Of the whole drawing, px. Panels that would become too narrow stand below each other. */
  readonly width: number;
  readonly theme: Theme;
  /** Told apart from other drawings of the document; the chart's name where left out. */
  readonly id?: string;
  /** A file of its own, for print: on the colour of the page, lengths in mm at 96 px to the inch. */
  readonly isFile?: boolean;
}

const columnGap = 14;
/** Around a file's drawing; a page has its own margins. */
const fileMargin = 6;
const rowGap = 10;

/**
 * A chart as SVG.
 *
 * Nothing in it overlaps: margins follow the labels, ticks are thinned until they stand clear, and a
 * label without room is left out. Equal input gives equal bytes.
 *
 * @throws RangeError if an axis cannot be drawn (ends that are not finite, or not above 0).
 */
export function drawChart(chart: Chart, options: DrawOptions): string {
  const { theme, id = chart.name, isFile = false } = options;
  const margin = isFile ? fileMargin : 0;
  const width = options.width - 2 * margin;
  const { fontSize } = theme;
  const parts: string[] = [];
  let top = 0;
  const legend = drawLegend(chart.legend, width, theme);
  top += legend.height + (legend.height > 0 ? 4 : 0);

  const across = Math.max(
    1,
    Math.min(
      chart.columns,
      chart.panels.length,
      Math.floor((width + columnGap) / (theme.leastPanelWidth + columnGap)),
    ),
  );
  const height = chart.panelHeight ?? theme.panelHeight;
  for (let first = 0; first < chart.panels.length; first += across) {
    const row = chart.panels.slice(first, first + across);
    top = drawRow(row, { chart, across, top, height, first, id, width, theme, parts });
    top += rowGap;
  }
  const bottom = Math.ceil(Math.max(1, top - rowGap));
  const [outerWidth, outerHeight] = [options.width, bottom + 2 * margin];
  const file = isFile ? ' xmlns="http://www.w3.org/2000/svg"' : '';
  const length = (value: number) =>
    isFile ? `${Number(((value * 25.4) / 96).toFixed(2))}mm` : px(value);
  const ground = isFile
    ? `<title>${escapeHtml(chart.title)}</title><rect x="${-margin}" y="${-margin}" width="${outerWidth}" height="${outerHeight}" fill="${theme.colour('page')}"/>`
    : '';
  // The legend is no part of the picture: a page makes buttons of it, and nothing in a picture can be one.
  const body = `${legend.svg === '' ? '' : `<g>${legend.svg}</g>`}<g role="img" aria-label="${escapeHtml(chart.title)}">${parts.join('')}</g>`;
  return `<svg${file} viewBox="${-margin} ${-margin} ${px(outerWidth)} ${outerHeight}" width="${length(outerWidth)}" height="${length(outerHeight)}" font-family="${escapeHtml(theme.fontFamily)}" font-size="${px(fontSize)}" fill="${theme.colour('ink')}">${ground}${isFile ? withoutTags(body) : body}</svg>`;
}

/** Of what a page finds its parts by; texts hold no bare quotation marks. */
function withoutTags(svg: string): string {
  return svg.replace(/ data-[a-z]+="[^"]*"/g, '');
}

function drawRow(
  row: readonly Panel[],
  about: {
    readonly chart: Chart;
    readonly across: number;
    readonly top: number;
    readonly height: number;
    readonly first: number;
    readonly id: string;
    readonly width: number;
    readonly theme: Theme;
    readonly parts: string[];
  },
): number {
  const { chart, across, top, height, first, id, width, theme, parts } = about;
  const share = (width - (across - 1) * columnGap) / across;
  const optionsOf = (column: number) => ({
    showsY: chart.sharesY !== true || column === 0,
    labelRoom: labelRoomOf(share),
  });
  const gutters = row.map((panel, column) =>
    gutterOf(panel, share, height, theme, optionsOf(column)),
  );
  // With a common y axis the planes are of one width, whatever the labels of the first take, and
  // in a row that is not full as well.
  const last = row.at(-1);
  const all = Array.from(
    { length: across },
    (_, i) => gutters[i] ?? (last && gutterOf(last, share, height, theme, optionsOf(i))),
  );
  const taken = all.reduce((sum, gutter) => sum + (gutter?.left ?? 0) + (gutter?.right ?? 0), 0);
  const even = (width - (across - 1) * columnGap - taken) / across;
  const above = Math.max(...gutters.map((gutter) => gutter.top));
  const below = Math.max(...gutters.map((gutter) => gutter.bottom));
  const outer = top + above + height + below;
  let left = 0;
  let labels = '';
  let panels = '';
  for (const [column, panel] of row.entries()) {
    const gutter = gutters[column];
    if (gutter === undefined) continue;
    const plane = chart.sharesY === true ? even : share - gutter.left - gutter.right;
    const box = { left: left + gutter.left, top: top + above, width: plane, height };
    const clipId = `${id}-clip-${first + column}`;
    const { showsY, labelRoom } = optionsOf(column);
    const ownLabels = showsY ? drawYLabels(panel, box, theme, labelRoom) : '';
    const drawn = drawPanel(panel, box, clipId, theme, gutter.left);
    // Labels of a common axis stay where they are when a page hides the first panel.
    const isCommon = chart.sharesY === true;
    if (isCommon) labels += ownLabels;
    const place = isCommon ? box.left : left;
    panels += `<g class="panel${panel.isDimmed === true ? ' dimmed' : ''}"${belongingAttributes(panel)} data-x="${px(place)}">${isCommon ? '' : ownLabels}${drawn}</g>`;
    left += gutter.left + plane + gutter.right + columnGap;
  }
  parts.push(`<g class="row" data-height="${px(outer - top + rowGap)}">${labels}${panels}</g>`);
  return outer;
}
