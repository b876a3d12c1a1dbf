// How an algorithm looks: colour, marker and dash, from the report's own list.

import { looks } from './looks.js';

/** @param {number} index - Of the algorithm among all of the page. */
export function lookOf(index) {
  return looks[index];
}

/**
 * Line and marker as a small inline picture.
 *
 * @param {number} index
 */
export function swatch(index) {
  const { colour, dash, path, isStroke } = lookOf(index);
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('class', `swatch s${colour}`);
  svg.setAttribute('viewBox', '0 0 28 12');
  svg.setAttribute('aria-hidden', 'true');
  /** @param {{ readonly [attribute: string]: string }} attributes */
  const part = (attributes) => {
    const drawn = document.createElementNS(ns, 'path');
    for (const [name, value] of Object.entries(attributes)) drawn.setAttribute(name, value);
    svg.append(drawn);
  };
  const stroke = { fill: 'none', stroke: 'currentColor', 'stroke-width': '1.7' };
  part({ d: 'M1 6H27', ...stroke, 'stroke-dasharray': dash.join(' ') });
  part({
    d: path,
    transform: 'translate(14 6)',
    ...(isStroke ? stroke : { fill: 'currentColor' }),
  });
  return svg;
}

/**
 * The marker of an algorithm on a canvas, in the colour that is set.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} index
 * @param {number} x
 * @param {number} y
 */
export function drawMarker(context, index, x, y) {
  const { path, isStroke } = lookOf(index);
  const marker = new Path2D();
  marker.addPath(new Path2D(path), new DOMMatrix().translate(x, y));
  context.setLineDash([]);
  context.lineWidth = 1.8;
  if (isStroke) context.stroke(marker);
  else context.fill(marker);
}
