// Residual against iteration on a logarithmic axis, on a canvas: thousands of lines stay quick.

import { contextOf } from './frameCanvas.js';
import { drawMarker, lookOf } from './series.js';
import { themeColour } from './theme.js';

const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
const room = { left: 54, right: 14, top: 12, bottom: 40 };
/** Decades that are shown at most: what lies lower is drawn at the bottom. */
const lowest = 1e-3;

/** @typedef {readonly [x: number, y: number]} Point */

/**
 * @template Label
 * @typedef {object} ChartLine
 * @property {readonly number[]} values - By iteration; at least 0.
 * @property {number} series - Index of the algorithm.
 * @property {number} width
 * @property {number} alpha
 * @property {'end' | 'all' | undefined} [mark] - Where the marker is drawn.
 * @property {Label} [label] - What the pointer finds; a line without one is not found.
 */

/**
 * @template Label
 * @typedef {object} DrawnChart
 * @property {(x: number, y: number) => { label: Label, iteration: number } | undefined} find - The
 *   line nearest to a point of the canvas, if any is near.
 */

/**
 * @template Label
 * @param {HTMLCanvasElement} canvas - Fills its CSS box.
 * @param {readonly ChartLine<Label>[]} lines
 * @param {{ y: string, margin: number, iterations: number, first?: number }} axes - Name of the axis
 *   with its unit, where the margin lies, how many iterations the axis has to reach beyond the first,
 *   and the number of the first.
 * @returns {DrawnChart<Label>}
 */
export function drawChart(canvas, lines, { y: yName, margin, iterations, first = 0 }) {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = contextOf(canvas);
  context.scale(scale, scale);
  context.font = font;

  const values = lines.flatMap((line) => line.values);
  const largest = Math.max(margin * 10, ...values);
  const smallest = Math.max(lowest, Math.min(margin / 10, ...values.filter((v) => v > 0)));
  const top = Math.ceil(Math.log10(largest));
  const bottom = Math.floor(Math.log10(smallest));
  const last = Math.max(iterations, 1);
  const plotWidth = width - room.left - room.right;
  const plotHeight = height - room.top - room.bottom;
  /** @param {number} iteration */
  const xOf = (iteration) => room.left + (plotWidth * iteration) / last;
  /** @param {number} value */
  const yOf = (value) => {
    const log = Math.log10(Math.max(value, 10 ** bottom));
    return room.top + (plotHeight * (top - log)) / (top - bottom);
  };

  const ink = themeColour('muted');
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (let decade = bottom; decade <= top; decade++) {
    context.strokeStyle = themeColour('grid');
    path(context, [
      [room.left, yOf(10 ** decade)],
      [width - room.right, yOf(10 ** decade)],
    ]);
    context.fillStyle = ink;
    context.fillText(
      String(Number((10 ** decade).toPrecision(1))),
      room.left - 7,
      yOf(10 ** decade),
    );
  }
  context.textAlign = 'center';
  const step = tickStep(last, plotWidth);
  for (let iteration = 0; iteration <= last; iteration += step) {
    context.fillText(String(iteration + first), xOf(iteration), height - room.bottom + 13);
  }
  context.fillText(
    first === 0 ? 'iteration (0 is the start)' : 'iteration',
    room.left + plotWidth / 2,
    height - 9,
  );
  context.save();
  context.translate(12, room.top + plotHeight / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(yName, 0, 0);
  context.restore();

  // What is inside the margins is where everything should end.
  context.fillStyle = themeColour('good');
  context.globalAlpha = 0.09;
  context.fillRect(room.left, yOf(margin), plotWidth, room.top + plotHeight - yOf(margin));
  context.globalAlpha = 1;
  context.strokeStyle = themeColour('margin');
  context.setLineDash([2, 3]);
  path(context, [
    [room.left, yOf(margin)],
    [width - room.right, yOf(margin)],
  ]);
  context.setLineDash([]);
  context.fillStyle = ink;
  context.textAlign = 'right';
  context.fillText('inside the margin', width - room.right - 6, yOf(margin) + 10);

  const colours = Array.from({ length: 7 }, (_, i) => themeColour(`s${i}`));
  const drawn = lines.map((line) => {
    const points = line.values.map(
      /** @returns {Point} */ (value, iteration) => [xOf(iteration), yOf(value)],
    );
    const { colour, dash } = lookOf(line.series);
    context.strokeStyle = colours[colour];
    context.fillStyle = colours[colour];
    context.globalAlpha = line.alpha;
    context.lineWidth = line.width;
    // On a thin line a dash is lost among the others.
    context.setLineDash(line.width > 1.5 ? [...dash] : []);
    path(context, points);
    context.globalAlpha = 1;
    for (const [x, y] of markedPoints(line.mark, points)) drawMarker(context, line.series, x, y);
    return { label: line.label, points };
  });
  context.globalAlpha = 1;
  context.setLineDash([]);

  return {
    find(x, y) {
      let nearest;
      let within = farthestFoundPx;
      for (const { label, points } of drawn) {
        if (label === undefined) continue;
        for (const [iteration, [px, py]] of points.entries()) {
          const distance = Math.hypot(px - x, py - y);
          if (distance >= within) continue;
          within = distance;
          nearest = { label, iteration };
        }
      }
      return nearest;
    },
  };
}

/** From the pointer to what it finds, px. */
const farthestFoundPx = 14;
/** Markers closer than this would hide the line, px. */
const markerSpacing = 18;

/**
 * @param {'end' | 'all' | undefined} mark
 * @param {readonly Point[]} points
 */
function markedPoints(mark, points) {
  if (mark !== 'all') return mark === 'end' ? points.slice(-1) : [];
  let reached = -Infinity;
  return points.filter(([x]) => {
    if (x - reached < markerSpacing) return false;
    reached = x;
    return true;
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Point[]} points
 */
function path(context, points) {
  context.beginPath();
  points.forEach(([x, y], i) => {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}

/**
 * 1, 2, 5, 10, ...: labels at least 26 px apart.
 *
 * @param {number} last
 * @param {number} width
 */
function tickStep(last, width) {
  for (const step of [1, 2, 5, 10, 20, 50, 100, 200, 500]) {
    if ((width * step) / last >= 26) return step;
  }
  return 1000;
}
