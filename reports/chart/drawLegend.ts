import { escapeHtml } from '../words/index.ts';
import type { LegendEntry } from './Chart.ts';
import { belongingAttributes, px } from './svg.ts';
import { dashAttribute, symbolPaint, symbolPath } from './symbolPath.ts';
import type { Theme } from './Theme.ts';
import { fitText, textWidth } from './textWidth.ts';

const swatchWidth = 30;

/**
 * Entries side by side, as many to a line as there is room for.
 *
 * @returns The SVG, with its upper left corner at (0, 0), and its height; 0 for no entries.
 */
export function drawLegend(
  entries: readonly LegendEntry[],
  width: number,
  theme: Theme,
): { readonly svg: string; readonly height: number } {
  const { fontSize } = theme;
  const lineHeight = 1.6 * fontSize;
  let left = 0;
  let line = 0;
  let svg = '';
  for (const entry of entries) {
    const [text = ''] = fitText(entry.label, width - swatchWidth - 6, fontSize, 1);
    const needed = swatchWidth + 6 + textWidth(text, fontSize);
    if (left > 0 && left + needed > width) {
      left = 0;
      line++;
    }
    const middle = (line + 0.5) * lineHeight;
    const attributes = belongingAttributes(entry);
    const drawn = `${swatch(entry, left, middle, theme)}<text x="${px(left + swatchWidth + 6)}" y="${px(middle + 0.35 * fontSize)}">${escapeHtml(text)}</text>`;
    svg += attributes === '' ? drawn : `<g class="entry"${attributes}>${drawn}</g>`;
    left += needed + 20;
  }
  return { svg, height: entries.length === 0 ? 0 : (line + 1) * lineHeight };
}

function swatch(entry: LegendEntry, left: number, middle: number, theme: Theme): string {
  const { colour, symbol, dash, area } = entry;
  const paint = theme.colour(colour);
  const stroke = theme.lineWidth;
  if (area !== undefined) {
    const box = `x="${px(left + 6)}" y="${px(middle - 5)}" width="18" height="10"`;
    if (area.hatch === undefined) {
      return `<rect ${box} fill="${paint}" fill-opacity="${area.opacity ?? 1}"/>`;
    }
    const lines = {
      rising: 'm0 10l10 -10m-4 10l10 -10m-4 10l6 -6m-18 -1l3 -3',
      falling: 'l10 10m-4 -10l10 10m-4 -10l6 6m-18 1l3 3',
      crossed: 'l10 10m-4 -10l10 10m-16 0l10 -10m-4 10l10 -10',
    }[area.hatch];
    return `<rect ${box} fill="${paint}" fill-opacity="0.08" stroke="${paint}" stroke-width="0.8"/><path d="M${px(left + 6)} ${px(middle - 5)}${lines}" fill="none" stroke="${paint}" stroke-width="0.9"/>`;
  }
  const lineSvg =
    dash === undefined
      ? ''
      : `<path d="M${px(left)} ${px(middle)}h${swatchWidth}" stroke="${paint}" stroke-width="${px(stroke)}"${dashAttribute(dash, stroke)} fill="none"/>`;
  if (symbol === undefined) return lineSvg;
  const fill = symbolPaint(symbol, paint, 0.8 * stroke);
  return `${lineSvg}<path d="${symbolPath(symbol, left + swatchWidth / 2, middle, theme.markerSize)}" ${fill}/>`;
}
