// The way of a focus state to the margins: one column per parameter, iterations downwards.

import { contextOf } from './frameCanvas.js';
import { drawMarker, lookOf } from './series.js';
import { themeColour } from './theme.js';

const names = ['wd', 'stig x', 'stig y'];
const font = '11px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
const room = { top: 20, bottom: 10, between: 10 };
/** What lies farther away is drawn at the edge. */
const farthestMargins = 60;

/**
 * @param {HTMLCanvasElement} canvas - Fills its CSS box.
 * @param {import('../../run/RunSnapshot.ts').LiveTrajectory} trajectory
 * @param {readonly [number, number, number]} margins - Of the three parameters, each in its unit.
 */
export function drawPath(canvas, { residuals, planned, algorithm, frame }, margins) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = contextOf(canvas);
  context.scale(scale, scale);
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const column = (width - 2 * room.between) / 3;
  // A search that may take long has the room that it needs so far.
  const rows = Math.max(Math.min(planned, 6), residuals.length - 1);
  /** @param {number} iteration */
  const yOf = (iteration) =>
    room.top + 5 + ((height - room.top - room.bottom - 10) * iteration) / rows;

  names.forEach((name, i) => {
    const left = i * (column + room.between);
    const middle = left + column / 2;
    // Linear around focus, logarithmic far away: 20 um and 0.5 um are both to be seen.
    /** @param {number} value */
    const xOf = (value) => {
      const far = Math.min(
        1,
        Math.log1p(Math.abs(value) / margins[i]) / Math.log1p(farthestMargins),
      );
      return middle + Math.sign(value) * far * (column / 2 - 6);
    };
    context.fillStyle = themeColour('muted');
    context.fillText(`${name} ± ${margins[i]}`, middle, 8);
    context.fillStyle = themeColour('grid');
    context.fillRect(left, room.top, column, height - room.top - room.bottom);
    context.fillStyle = themeColour('good');
    context.globalAlpha = 0.22;
    const band = xOf(margins[i]) - middle;
    context.fillRect(middle - band, room.top, 2 * band, height - room.top - room.bottom);
    context.globalAlpha = 1;

    const colour = themeColour(`s${lookOf(algorithm).colour}`);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 1.6;
    context.beginPath();
    residuals.forEach((residual, iteration) => {
      context.lineTo(xOf(residual[i]), yOf(iteration));
    });
    context.stroke();
    residuals.slice(0, -1).forEach((residual, iteration) => {
      context.beginPath();
      context.arc(xOf(residual[i]), yOf(iteration), 1.8, 0, 2 * Math.PI);
      context.fill();
    });
    const last = residuals.at(-1);
    if (last !== undefined) drawMarker(context, algorithm, xOf(last[i]), yOf(residuals.length - 1));
    if (frame?.offset !== undefined) {
      // Where the frame that is shown was taken: methods look from either side of where they are.
      context.strokeStyle = themeColour('ink');
      context.lineWidth = 1.4;
      context.beginPath();
      context.moveTo(xOf(frame.offset[i]), height - room.bottom - 7);
      context.lineTo(xOf(frame.offset[i]), height - room.bottom + 5);
      context.stroke();
    }
  });
}
