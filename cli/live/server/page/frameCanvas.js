// A frame of grey values on a canvas, with a scale bar, and what can be read off it.

import { themeColour } from './theme.js';

/** @typedef {import('./latestFrame.js').GreyFrame} GreyFrame */

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no canvas');
  return context;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {GreyFrame} frame
 * @param {number} [pixelSizeNm] - On the canvas, for the scale bar; none where left out.
 * @param {{ readonly width: number, readonly height: number }} [size] - Of the canvas, px; a smaller frame is enlarged to it.
 */
export function drawFrame(canvas, frame, pixelSizeNm, { width, height } = frame) {
  // Setting a size clears and allocates anew, even if it is the same.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = contextOf(canvas);
  if (frame.width === width && frame.height === height) {
    context.putImageData(imageOf(frame), 0, 0);
  } else context.drawImage(canvasOf(frame), 0, 0, width, height);
  // Text of the same size on a phone as on a desk.
  const zoom = width / (canvas.clientWidth || width);
  if (pixelSizeNm !== undefined) drawScaleBar(context, { width, height, pixelSizeNm, zoom });
}

/**
 * The same, small: bilinear from the whole frame.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {GreyFrame} frame
 */
export function drawThumbnail(canvas, frame) {
  const context = contextOf(canvas);
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvasOf(frame), 0, 0, canvas.width, canvas.height);
}

const scratch = document.createElement('canvas');
/**
 * A frame as something that can be drawn in another size, until the next call.
 *
 * @param {GreyFrame} frame
 */
function canvasOf(frame) {
  if (scratch.width !== frame.width) scratch.width = frame.width;
  if (scratch.height !== frame.height) scratch.height = frame.height;
  contextOf(scratch).putImageData(imageOf(frame), 0, 0);
  return scratch;
}

/** @param {GreyFrame} frame */
function imageOf({ grey, width, height }) {
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < grey.length; i++) {
    const value = grey[i];
    words[i] = 0xff000000 | (value << 16) | (value << 8) | value;
  }
  return image;
}

/**
 * A round length of about a sixth of the width, or what its text needs.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, height: number, pixelSizeNm: number, zoom: number }} frame
 */
function drawScaleBar(context, { width, height, pixelSizeNm, zoom }) {
  const wantedNm = Math.max(width / 6, 52 * zoom) * pixelSizeNm;
  const decade = 10 ** Math.floor(Math.log10(wantedNm));
  const lengthNm = ([5, 2].find((factor) => factor * decade <= wantedNm) ?? 1) * decade;
  const lengthPx = lengthNm / pixelSizeNm;
  const text = lengthNm >= 1000 ? `${lengthNm / 1000} µm` : `${lengthNm} nm`;
  const x = 14 * zoom;
  const y = height - 15 * zoom;
  context.fillStyle = 'rgb(0 0 0 / 62%)';
  context.fillRect(
    x - 7 * zoom,
    y - 21 * zoom,
    Math.max(lengthPx, 46 * zoom) + 14 * zoom,
    32 * zoom,
  );
  context.fillStyle = '#fff';
  context.fillRect(x, y, lengthPx, 3 * zoom);
  context.font = `600 ${13 * zoom}px system-ui, sans-serif`;
  context.textBaseline = 'bottom';
  context.fillText(text, x, y - zoom);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} grey
 */
export function drawHistogram(canvas, grey) {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] += 1;
  // The two ends hold what is clipped, and would make the rest invisible.
  const highest = counts.slice(1, 255).reduce((most, count) => Math.max(most, count), 1);
  const context = contextOf(canvas);
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.fillStyle = themeColour('accent');
  for (let value = 0; value < 256; value++) {
    const bar = Math.min(1, counts[value] / highest) * (height - 2);
    context.fillRect((value * width) / 256, height - bar, width / 256, bar);
  }
  const clipped = (100 * (counts[0] + counts[255])) / grey.length;
  canvas.setAttribute(
    'aria-label',
    `Histogram of the grey values; ${clipped.toFixed(1)} % are at either end of the scale`,
  );
}
