// The power spectrum of the middle of a frame, as a microscopist looks at it.

import { contextOf } from '../../server/page/frameCanvas.js';

/** Of the square that is transformed, px; of a preview, as much of the field or more. */
const sides = { whole: 256, preview: 128 };
const shown = 128;

/**
 * Draws the logarithm of the power at the lower half of a whole frame's frequencies, zero in the middle.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import('../../server/page/latestFrame.js').GreyFrame} frame
 * @param {number} wholeWidth - Of a whole frame of this field, px. A preview has fewer; the axes are the same, and
 *   black where it has no frequencies.
 */
export function drawSpectrum(canvas, { grey, width, height }, wholeWidth) {
  const side = width < wholeWidth ? sides.preview : sides.whole;
  if (width < side || height < side) return;
  const left = (width - side) >> 1;
  const top = (height - side) >> 1;
  const tables = tablesOf(side);
  const { window } = tables;
  const real = new Float64Array(side * side);
  const imaginary = new Float64Array(side * side);
  let mean = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) mean += grey[(top + y) * width + left + x];
  }
  mean /= side * side;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      real[y * side + x] = (grey[(top + y) * width + left + x] - mean) * window[x] * window[y];
    }
  }
  for (let row = 0; row < side; row++) transform(real, imaginary, row * side, 1, tables);
  for (let column = 0; column < side; column++) transform(real, imaginary, column, side, tables);

  // Frequencies of this transform for one that is shown.
  const step = (side * wholeWidth) / (sides.whole * width);
  const power = new Float64Array(shown * shown).fill(-1);
  for (let y = 0; y < shown; y++) {
    for (let x = 0; x < shown; x++) {
      const u = Math.round((x - shown / 2) * step);
      const v = Math.round((y - shown / 2) * step);
      if (Math.max(Math.abs(u), Math.abs(v)) > side / 2) continue;
      const at = ((v + side) % side) * side + ((u + side) % side);
      power[y * shown + x] = Math.log10(1 + real[at] ** 2 + imaginary[at] ** 2);
    }
  }
  // As good as all of them.
  const sorted = power.filter((value, i) => value >= 0 && i % 7 === 0).sort();
  const low = sorted[Math.floor(0.05 * sorted.length)];
  const high = sorted[Math.floor(0.998 * sorted.length)];
  const image = new ImageData(shown, shown);
  power.forEach((value, i) => {
    const level = (255 * (value - low)) / Math.max(high - low, 1e-9);
    image.data.fill(level, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  });
  canvas.width = shown;
  canvas.height = shown;
  contextOf(canvas).putImageData(image, 0, 0);
}

/**
 * @typedef {object} Tables
 * @property {number} side - A power of two.
 * @property {Float64Array} window
 * @property {Float64Array} cosines
 * @property {Float64Array} sines
 */

/** @type {Map<number, Tables>} */
const known = new Map();
/** @param {number} side */
function tablesOf(side) {
  const angles = Float64Array.from({ length: side / 2 }, (_, i) => (2 * Math.PI * i) / side);
  const tables = known.get(side) ?? {
    side,
    window: Float64Array.from(
      { length: side },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / side),
    ),
    cosines: angles.map(Math.cos),
    sines: angles.map(Math.sin),
  };
  known.set(side, tables);
  return tables;
}

/**
 * Radix-2 FFT in place, of `side` values that lie `stride` apart.
 *
 * @param {Float64Array} real
 * @param {Float64Array} imaginary
 * @param {number} start
 * @param {number} stride
 * @param {Tables} tables
 */
function transform(real, imaginary, start, stride, { side, cosines, sines }) {
  for (let i = 1, j = 0; i < side; i++) {
    let bit = side >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const a = start + i * stride;
      const b = start + j * stride;
      [real[a], real[b]] = [real[b], real[a]];
      [imaginary[a], imaginary[b]] = [imaginary[b], imaginary[a]];
    }
  }
  for (let size = 2; size <= side; size *= 2) {
    const half = size / 2;
    const step = side / size;
    for (let block = 0; block < side; block += size) {
      for (let k = 0; k < half; k++) {
        const a = start + (block + k) * stride;
        const b = a + half * stride;
        const c = cosines[k * step];
        const s = -sines[k * step];
        const re = real[b] * c - imaginary[b] * s;
        const im = real[b] * s + imaginary[b] * c;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
}
