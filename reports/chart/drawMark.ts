import { escapeHtml } from '../words/index.ts';
import type { Box } from './Box.ts';
import type { Mark } from './Chart.ts';
import type { Labels } from './Labels.ts';
import type { Scale } from './Scale.ts';
import { px } from './svg.ts';
import { dashAttribute, symbolPaint, symbolPath } from './symbolPath.ts';
import type { Theme } from './Theme.ts';
import { textWidth } from './textWidth.ts';

/** Where and how marks of a panel are drawn. */
export interface Plane {
  readonly box: Box;
  readonly x: Scale;
  readonly y: Scale;
  readonly theme: Theme;
  readonly labels: Labels;
}

/** What a mark comes to: `clipped` is cut at the edge of the panel, `free` is not. */
export interface Drawn {
  readonly clipped?: string;
  readonly free?: string;
}

/** The SVG of one mark. */
export function drawMark(mark: Mark, plane: Plane): Drawn {
  switch (mark.kind) {
    case 'line':
      return line(mark, plane);
    case 'band':
      return band(mark, plane);
    case 'points':
      return points(mark, plane);
    case 'intervals':
      return intervals(mark, plane);
    case 'rect':
      return rect(mark, plane);
    case 'rule':
      return rule(mark, plane);
    case 'text':
      return {
        free: plane.labels.place({
          x: plane.x(mark.x),
          y: plane.y(mark.y),
          text: mark.text,
          anchor: mark.anchor ?? 'middle',
          colour: plane.theme.colour(mark.colour ?? 'muted'),
        }),
      };
  }
}

type Of<Kind extends Mark['kind']> = Extract<Mark, { kind: Kind }>;

function line(mark: Of<'line'>, { x, y, theme, box }: Plane): Drawn {
  const { colour, dash, width = 1, opacity, isStepped = false } = mark;
  let path = '';
  let isDown = false;
  let before = '';
  for (const [i, value] of mark.y.entries()) {
    const at = mark.x[i];
    if (at === undefined || Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    // Far outside, an SVG renderer's own numbers give out.
    const left = px(bounded(x(at), box.left, box.width));
    const height = px(bounded(y(value), box.top, box.height));
    if (!isDown) path += `M${left} ${height}`;
    else if (isStepped) path += `H${left}${height === before ? '' : `V${height}`}`;
    else path += `L${left} ${height}`;
    isDown = true;
    before = height;
  }
  const stroke = theme.lineWidth * width;
  return {
    clipped: `<path d="${path}" fill="none" stroke="${theme.colour(colour)}" stroke-width="${px(stroke)}"${dashAttribute(dash, stroke)} stroke-linejoin="round"${opacityAttribute('opacity', opacity)}/>`,
  };
}

function band({ x: at, low, high, colour, opacity = 0.15 }: Of<'band'>, plane: Plane): Drawn {
  const { x, y, theme, box } = plane;
  const point = (i: number, value: number | undefined) =>
    `${px(bounded(x(at[i] ?? 0), box.left, box.width))} ${px(bounded(y(value ?? 0), box.top, box.height))}`;
  const upper = high.map((value, i) => point(i, value));
  const lower = low.map((value, i) => point(i, value)).reverse();
  return {
    clipped: `<path d="M${[...upper, ...lower].join('L')}z" fill="${theme.colour(colour)}"${opacityAttribute('fill-opacity', opacity)}/>`,
  };
}

function points(mark: Of<'points'>, { x, y, theme, box }: Plane): Drawn {
  const { colour, symbol, size = 1, opacity } = mark;
  const radius = theme.markerSize * size;
  let path = '';
  for (const [i, value] of mark.y.entries()) {
    const [left, top] = [x(mark.x[i] ?? Number.NaN), y(value)];
    if (isWithin(left, top, box)) path += symbolPath(symbol, left, top, radius);
  }
  if (path === '') return {};
  const paint = theme.colour(colour);
  const stroke = Math.max(1, theme.lineWidth * 0.8 * Math.sqrt(size));
  const fill = symbolPaint(symbol, paint, stroke);
  return {
    free: `<path d="${path}" ${fill}${opacityAttribute('opacity', opacity)}/>`,
  };
}

function intervals(mark: Of<'intervals'>, { x, y, theme, box }: Plane): Drawn {
  const { along, at, low, high, colour, width = 1, opacity } = mark;
  const [from, to, other] = along === 'x' ? [box.left, box.width, y] : [box.top, box.height, x];
  const scale = along === 'x' ? x : y;
  const path = at
    .map((value, i) => {
      const a = px(bounded(scale(low[i] ?? value), from, to));
      const b = px(bounded(scale(high[i] ?? value), from, to));
      const across = px(other(value));
      return along === 'x' ? `M${a} ${across}H${b}` : `M${across} ${a}V${b}`;
    })
    .join('');
  return {
    clipped: `<path d="${path}" fill="none" stroke="${theme.colour(colour)}" stroke-width="${px(theme.lineWidth * width)}"${opacityAttribute('opacity', opacity)}/>`,
  };
}

function rect(mark: Of<'rect'>, { x, y, theme, box }: Plane): Drawn {
  const { colour, opacity, hatch, text } = mark;
  const across = mark.x.map((value) => bounded(x(value), box.left, box.width));
  const down = mark.y.map((value) => bounded(y(value), box.top, box.height));
  const [left, top] = [Math.min(...across), Math.min(...down)];
  const [width, height] = [Math.max(...across) - left, Math.max(...down) - top];
  const paint = theme.colour(colour);
  const place = `x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(height)}"`;
  const body =
    hatch === undefined
      ? `<rect ${place} fill="${paint}"${opacityAttribute('fill-opacity', opacity)}/>`
      : `<rect ${place} fill="${paint}" fill-opacity="0.08" stroke="${paint}" stroke-width="0.8"/><path d="${hatchPath({ left, top, width, height }, hatch)}" stroke="${paint}" stroke-width="0.9" fill="none"/>`;
  const size = 0.92 * theme.fontSize;
  if (text === undefined || textWidth(text, size) > width - 3 || size > height) {
    return { clipped: body };
  }
  // Dark ground is what the ink of the page cannot be read on.
  const isDark = hatch === undefined && (opacity ?? 1) > 0.55;
  const rim =
    hatch === undefined
      ? ''
      : ` stroke="${theme.colour('page')}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`;
  const written = `<text x="${px(left + width / 2)}" y="${px(top + height / 2 + 0.35 * size)}" text-anchor="middle" font-size="${px(size)}" fill="${theme.colour(isDark ? 'page' : 'ink')}"${rim}>${escapeHtml(text)}</text>`;
  return { clipped: body + written };
}

function hatchPath({ left, top, width, height }: Box, hatch: 'rising' | 'falling' | 'crossed') {
  const step = 6;
  let path = '';
  const right = left + width;
  const bottom = top + height;
  const lines = (yOf: (along: number) => number) => {
    for (let sum = step; sum < width + height; sum += step) {
      const ends = [Math.max(left, left + sum - height), Math.min(right, left + sum)];
      const [from, to] = ends.map((x) => `${px(x)} ${px(yOf(sum - (x - left)))}`);
      path += `M${from}L${to}`;
    }
  };
  if (hatch !== 'falling') lines((along) => top + along);
  if (hatch !== 'rising') lines((along) => bottom - along);
  return path;
}

function rule(mark: Of<'rule'>, { x, y, theme, box, labels }: Plane): Drawn {
  const { axis, at, colour = 'margin', dash = 'dot', label } = mark;
  const paint = theme.colour(colour);
  const place = axis === 'x' ? x(at) : y(at);
  const path =
    axis === 'x'
      ? `M${px(place)} ${px(box.top)}V${px(box.top + box.height)}`
      : `M${px(box.left)} ${px(place)}H${px(box.left + box.width)}`;
  const stroke = 0.7 * theme.lineWidth;
  const clipped = `<path d="${path}" fill="none" stroke="${paint}" stroke-width="${px(stroke)}"${dashAttribute(dash, 1.5 * stroke)}/>`;
  const isInside =
    axis === 'x'
      ? place >= box.left && place <= box.left + box.width
      : place >= box.top && place <= box.top + box.height;
  if (label === undefined || !isInside) return { clipped };
  const size = theme.fontSize;
  const wish =
    axis === 'x'
      ? { x: place + 4, y: box.top + 0.8 * size, anchor: 'start' as const }
      : { x: box.left + box.width - 3, y: place - 0.7 * size, anchor: 'end' as const };
  return { clipped, free: labels.place({ ...wish, text: label, colour: paint }) };
}

function bounded(value: number, from: number, length: number): number {
  return Math.min(from + 2 * length, Math.max(from - length, value));
}

function isWithin(x: number, y: number, { left, top, width, height }: Box): boolean {
  const slack = 0.5;
  return (
    x >= left - slack && x <= left + width + slack && y >= top - slack && y <= top + height + slack
  );
}

function opacityAttribute(name: string, opacity: number | undefined): string {
  return opacity === undefined || opacity === 1 ? '' : ` ${name}="${Number(opacity.toFixed(2))}"`;
}
