import { escapeHtml } from '../words/index.ts';
import { axisTicks } from './axisTicks.ts';
import type { Box } from './Box.ts';
import type { Axis, Belonging, Panel, Tick } from './Chart.ts';
import { drawMark } from './drawMark.ts';
import { Labels } from './Labels.ts';
import { type Scale, scaleOf } from './Scale.ts';
import { belongingAttributes, px } from './svg.ts';
import type { Theme } from './Theme.ts';
import { fitText, textWidth } from './textWidth.ts';

/** Most that labels of the y axis may take of a panel. */
const widestLabels = 0.42;
const tickLength = 4;

/** Room that a panel needs around its plane, px. */
export interface Gutter {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What of the y axis is written beside the panel, and how wide its labels may be, px. */
export interface PanelOptions {
  readonly showsY: boolean;
  readonly labelRoom: number;
}

/** How wide the labels of the y axis may be in a panel that is `width` wide in all. */
export function labelRoomOf(width: number): number {
  return widestLabels * width;
}

/** The room around the plane of a panel that is `width` wide in all. */
export function gutterOf(
  panel: Panel,
  width: number,
  height: number,
  theme: Theme,
  { showsY, labelRoom }: PanelOptions,
): Gutter {
  const { fontSize } = theme;
  const labels = yTicks(panel.y, height, theme).flatMap(({ label }) =>
    fitText(label, labelRoom, tickSize(theme), 2),
  );
  const widest = Math.max(0, ...labels.map((label) => textWidth(label, tickSize(theme))));
  const titleRoom = panel.y.title === '' ? 0 : 1.35 * fontSize;
  const left = showsY ? Math.ceil(widest + tickLength + 5 + titleRoom) : 8;
  const right = Math.max(6, overhang(panel.x, width - left - 6, theme));
  const ticks = xTicks(panel.x, width - left - right, theme);
  const lines = ticks.reduce((most, tick) => Math.max(most, tick.lines.length), 1);
  return {
    left,
    right,
    top: panel.heading ? Math.ceil(1.75 * fontSize) : Math.ceil(0.7 * fontSize),
    bottom: Math.ceil(
      tickLength + 2 + lines * 1.2 * tickSize(theme) + (panel.x.title === '' ? 2 : 1.55 * fontSize),
    ),
  };
}

/** How far the labels of the x axis reach beyond the right end of a plane, px. */
function overhang(axis: Axis, width: number, theme: Theme): number {
  const scale = scaleOf(axis, 0, width);
  const ends = xTicks(axis, width, theme).flatMap(({ at, lines }) =>
    lines.map((text) => scale(at) + textWidth(text, tickSize(theme)) / 2 - width),
  );
  return Math.ceil(Math.max(0, ...ends)) + 1;
}

/**
 * One panel, without what is written beside its y axis.
 *
 * @param box - Its plane, without axes and titles.
 * @param clipId - Of the document, for the edge of the plane.
 * @param leftRoom - How far the title of the x axis may reach to the left of the plane, px.
 */
export function drawPanel(
  panel: Panel,
  box: Box,
  clipId: string,
  theme: Theme,
  leftRoom: number,
): string {
  const x = scaleOf(panel.x, box.left, box.left + box.width);
  const y = scaleOf(panel.y, box.top + box.height, box.top);
  const labels = new Labels(box, theme);
  const drawn = panel.marks.map((mark) => drawMark(mark, { box, x, y, theme, labels }));
  const layer = (name: 'clipped' | 'free') =>
    drawn.map((one, i) => belonging(panel.marks[i] ?? {}, one[name] ?? '')).join('');
  return (
    `<clipPath id="${clipId}"><rect x="${px(box.left)}" y="${px(box.top)}" width="${px(box.width)}" height="${px(box.height)}"/></clipPath>` +
    heading(panel, box, theme) +
    xAxis(panel.x, x, box, theme, leftRoom) +
    yAxis(panel.y, y, box, theme) +
    `<g clip-path="url(#${clipId})">${layer('clipped')}</g>${layer('free')}`
  );
}

/** What a page may hide by itself. */
function belonging(to: Belonging, svg: string): string {
  const attributes = belongingAttributes(to);
  return attributes === '' || svg === '' ? svg : `<g${attributes}>${svg}</g>`;
}

function tickSize({ fontSize }: Theme): number {
  return 0.94 * fontSize;
}

function heading({ heading: text = '' }: Panel, box: Box, { fontSize, colour }: Theme): string {
  if (text === '') return '';
  const [line = ''] = fitText(text, (box.width + 8) / 1.08, fontSize, 1);
  return `<text x="${px(box.left)}" y="${px(box.top - 0.6 * fontSize)}" font-weight="600" fill="${colour('ink')}">${escapeHtml(line)}</text>`;
}

interface PlacedTick extends Tick {
  readonly lines: readonly string[];
}

function inOneLine(tick: Tick): PlacedTick {
  return { ...tick, lines: [tick.label] };
}

/** Ticks of the x axis that stand clear of each other. */
function xTicks(axis: Axis, width: number, theme: Theme): readonly PlacedTick[] {
  const size = tickSize(theme);
  const gap = 0.7 * size;
  if (axis.ticks !== undefined) {
    const ticks = axisTicks(axis, Number.POSITIVE_INFINITY);
    const scale = scaleOf(axis, 0, width);
    const places = ticks.map(({ at }) => scale(at));
    const nearest = places
      .slice(1)
      .reduce((least, place, i) => Math.min(least, Math.abs(place - (places[i] ?? 0))), width);
    const wraps = ticks.some(({ label }) => textWidth(label, size) > nearest - gap);
    if (!wraps) return ticks.map(inOneLine);
    if (nearest >= 4 * size) {
      return ticks.map((tick) => ({ ...tick, lines: fitText(tick.label, nearest - gap, size, 3) }));
    }
    const stride = Math.ceil(
      (Math.max(...ticks.map(({ label }) => textWidth(label, size))) + gap) / Math.max(1, nearest),
    );
    return ticks.filter((_, i) => i % stride === 0).map(inOneLine);
  }
  for (let most = 9; most >= 2; most--) {
    const ticks = axisTicks(axis, most);
    const scale = scaleOf(axis, 0, width);
    const isClear = ticks.every(({ at, label }, i) => {
      const next = ticks[i + 1];
      if (next === undefined) return true;
      const needed = (textWidth(label, size) + textWidth(next.label, size)) / 2 + gap;
      return Math.abs(scale(next.at) - scale(at)) >= needed;
    });
    if (isClear) return ticks.map(inOneLine);
  }
  return [];
}

function yTicks(axis: Axis, height: number, theme: Theme): readonly Tick[] {
  const size = tickSize(theme);
  return axisTicks(axis, Math.max(2, Math.min(7, Math.floor(height / (2.2 * size)))));
}

function xAxis(axis: Axis, scale: Scale, box: Box, theme: Theme, leftRoom: number): string {
  const size = tickSize(theme);
  const bottom = box.top + box.height;
  const ticks = xTicks(axis, box.width, theme);
  const grid =
    axis.hasGrid === false
      ? ''
      : path(
          ticks.map(({ at }) => `M${px(scale(at))} ${px(box.top)}V${px(bottom)}`).join(''),
          theme.colour('grid'),
        );
  const line = path(
    `M${px(box.left)} ${px(bottom)}H${px(box.left + box.width)}${ticks.map(({ at }) => `M${px(scale(at))} ${px(bottom)}v${tickLength}`).join('')}`,
    theme.colour('line'),
  );
  const texts = tickTexts(ticks, 'middle', theme, ({ at }, i) => ({
    x: scale(at),
    y: bottom + tickLength + 1 + (0.85 + 1.2 * i) * size,
  }));
  if (axis.title === '') return grid + line + texts;
  const lines = ticks.reduce((most, tick) => Math.max(most, tick.lines.length), 1);
  const top = bottom + tickLength + 2 + 1.2 * lines * size;
  // Below the middle of the plane, or as far to the left as its length demands.
  const overhang = 5;
  const [title = ''] = fitText(axis.title, leftRoom + box.width + overhang, theme.fontSize, 1);
  const middle = Math.min(
    box.left + box.width / 2,
    box.left + box.width + overhang - textWidth(title, theme.fontSize) / 2,
  );
  return `${grid}${line}${texts}<text x="${px(middle)}" y="${px(top + 0.95 * theme.fontSize)}" text-anchor="middle" fill="${theme.colour('muted')}">${escapeHtml(title)}</text>`;
}

function yAxis(axis: Axis, scale: Scale, box: Box, theme: Theme): string {
  const ticks = yTicks(axis, box.height, theme);
  const grid =
    axis.hasGrid === false
      ? ''
      : path(
          ticks
            .map(({ at }) => `M${px(box.left)} ${px(scale(at))}H${px(box.left + box.width)}`)
            .join(''),
          theme.colour('grid'),
        );
  const line = path(
    `M${px(box.left)} ${px(box.top)}V${px(box.top + box.height)}${ticks.map(({ at }) => `M${px(box.left)} ${px(scale(at))}h${-tickLength}`).join('')}`,
    theme.colour('line'),
  );
  return grid + line;
}

/**
 * What is written beside the y axis of a panel.
 *
 * @param box - The plane of the panel.
 * @param labelRoom - How wide labels may be, px.
 */
export function drawYLabels(
  { y: axis, isDimmed }: Panel,
  box: Box,
  theme: Theme,
  labelRoom: number,
): string {
  const size = tickSize(theme);
  const scale = scaleOf(axis, box.top + box.height, box.top);
  const placed = yTicks(axis, box.height, theme).map((tick) => ({
    ...tick,
    lines: fitText(tick.label, labelRoom, size, 2),
  }));
  const texts = tickTexts(placed, 'end', theme, ({ at, lines }, i) => ({
    x: box.left - tickLength - 3,
    y: scale(at) + (0.35 + 1.15 * (i - (lines.length - 1) / 2)) * size,
  }));
  const labels = isDimmed === true ? `<g class="dimmed">${texts}</g>` : texts;
  if (axis.title === '') return labels;
  const widest = Math.max(
    0,
    ...placed.flatMap(({ lines }) => lines.map((text) => textWidth(text, size))),
  );
  const left = box.left - tickLength - 5 - widest - 0.5 * theme.fontSize;
  const middle = box.top + box.height / 2;
  const [title = ''] = fitText(axis.title, box.height + 40, theme.fontSize, 1);
  return `${labels}<text transform="translate(${px(left)} ${px(middle)}) rotate(-90)" text-anchor="middle" fill="${theme.colour('muted')}">${escapeHtml(title)}</text>`;
}

/** @param placeOf - Of a line of a label. */
function tickTexts(
  ticks: readonly PlacedTick[],
  anchor: 'middle' | 'end',
  theme: Theme,
  placeOf: (tick: PlacedTick, line: number) => { readonly x: number; readonly y: number },
): string {
  const texts = ticks.flatMap((tick) =>
    tick.lines.map((text, i) => {
      const { x, y } = placeOf(tick, i);
      return `<text${belongingAttributes(tick)} x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" font-size="${px(tickSize(theme))}" fill="${theme.colour('muted')}">${escapeHtml(text)}</text>`;
    }),
  );
  return texts.join('');
}

function path(d: string, stroke: string): string {
  return d === '' ? '' : `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="1"/>`;
}
