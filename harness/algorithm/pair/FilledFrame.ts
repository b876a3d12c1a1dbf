import ndarray from 'ndarray';
import type { GreyPixels, Rectangle } from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import { CellGrid } from './CellGrid.ts';
import type { BodyMask } from './clippedBodies.ts';
import { blockMeans } from './coarse.ts';
import { noiseSdOf } from './noiseRatio.ts';

/** Over how much a frame goes over into what fills a body, px: networks are trained with it. */
export const fillRisePx = 30;
/** Side of the cells that the surroundings are averaged in, px. */
const cellPx = 8;
/** Half a box of the smoothing, in cells, and how often it is done: a standard deviation of 32 px. */
const halfBox = 3;
const boxes = 4;
/** How much the mean of the frame counts in the middle of a body that nothing surrounds. */
const leastWeight = 1e-3;
/** Side of the square of noise that is laid over a frame again and again, px: no smaller than a patch. */
const noiseSidePx = 512;

/**
 * A frame of a pair whose clipped bodies are filled with their smooth surroundings and noise as strong as the
 * frame's, window by window: for estimators that look at pixels, which a window cannot take a body from.
 */
export class FilledFrame {
  readonly #frame: GreyPixels;
  readonly #bodies: BodyMask | undefined;
  readonly #shift: PixelShift;
  readonly #name: 'under' | 'over';
  #fill: { readonly around: CellGrid; readonly noiseSd: number } | undefined;

  /**
   * @param bodies - Of the pair; undefined where it has none.
   * @param shiftPx - By which the content of this frame is moved against the under frame.
   */
  constructor(
    frame: GreyPixels,
    bodies: BodyMask | undefined,
    shiftPx: PixelShift,
    name: 'under' | 'over',
  ) {
    this.#frame = frame;
    this.#bodies = bodies;
    this.#shift = shiftPx;
    this.#name = name;
  }

  /** Rows and columns. */
  get shape(): readonly number[] {
    return this.#frame.shape;
  }

  /**
   * A part of the frame, the same whatever was asked for before.
   *
   * @param area - Whole px, inside the frame.
   */
  window(area: Rectangle): GreyPixels {
    const { x, y, width, height } = area;
    const shown = this.#frame.hi(y + height, x + width).lo(y, x) as GreyPixels;
    const weights = this.#bodies?.weightsOf(this.#inUnder(area));
    if (weights === undefined) return shown;
    this.#fill ??= { around: this.#surroundings(), noiseSd: noiseSdOf(this.#frame) };
    const { around, noiseSd } = this.#fill;
    const lineAround = around.lines(x, width);
    const noise = noiseOf(this.#name);
    const [strideY = 0, strideX = 0] = shown.stride;
    const { data } = shown;
    const isDeep = data instanceof Uint16Array;
    const largest = isDeep ? 65_535 : 255;
    const out = isDeep ? new Uint16Array(width * height) : new Uint8Array(width * height);
    for (let row = 0, to = 0; row < height; row++) {
      const surroundings = lineAround(y + row);
      const noiseRow = ((y + row) % noiseSidePx) * noiseSidePx;
      let from = shown.offset + row * strideY;
      for (let column = 0; column < width; column++, to++, from += strideX) {
        const weight = weights[to]!;
        const grey = data[from]!;
        if (weight === 1) {
          out[to] = grey;
          continue;
        }
        // Noise of the frame and noise that is added make as much as anywhere.
        const added = noiseSd * Math.sqrt(1 - weight * weight);
        const value =
          weight * grey +
          (1 - weight) * surroundings[column]! +
          added * noise[noiseRow + ((x + column) % noiseSidePx)]!;
        out[to] = Math.min(Math.max(Math.round(value), 0), largest);
      }
    }
    return ndarray(out, [height, width]) as GreyPixels;
  }

  #inUnder({ x, y, width, height }: Rectangle): Rectangle {
    return { x: x - this.#shift.x, y: y - this.#shift.y, width, height };
  }

  /** The weighted mean of what lies around every cell. */
  #surroundings(): CellGrid {
    const [height = 0, width = 0] = this.#frame.shape;
    const { width: columns, height: rows, data } = blockMeans(this.#frame, cellPx);
    const area = this.#inUnder({ x: 0, y: 0, width, height });
    let share = this.#bodies?.weightsOf(area, cellPx) ?? new Float32Array(data.length).fill(1);
    let grey: Float32Array = data.map((mean, cell) => share[cell]! * mean);
    const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    const total = sum(share);
    const mean = total > 0 ? sum(grey) / total : 0;
    for (let pass = 0; pass < boxes; pass++) {
      grey = boxed(boxed(grey, columns, rows, 1, columns), rows, columns, columns, 1);
      share = boxed(boxed(share, columns, rows, 1, columns), rows, columns, columns, 1);
    }
    const mixed = grey.map(
      (value, cell) => (value + leastWeight * mean) / (share[cell]! + leastWeight),
    );
    return new CellGrid(mixed, columns, rows, cellPx);
  }
}

interface PixelShift {
  readonly x: number;
  readonly y: number;
}

const noises = new Map<string, Float32Array>();

/** Standard normal numbers for a square of pixels, drawn once. */
function noiseOf(name: string): Float32Array {
  let noise = noises.get(name);
  if (noise === undefined) {
    const random = new RandomStream(0, 'bodies', name);
    noise = Float32Array.from({ length: noiseSidePx ** 2 }, () => random.normal());
    noises.set(name, noise);
  }
  return noise;
}

/** Means over boxes along lines of `length` values, `step` apart; beyond the ends nothing is counted. */
function boxed(
  values: Float32Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
): Float32Array {
  const out = new Float32Array(values.length);
  const size = 2 * halfBox + 1;
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let sum = 0;
    for (let i = 0; i < Math.min(halfBox, length); i++) sum += values[start + i * step]!;
    for (let i = 0; i < length; i++) {
      if (i + halfBox < length) sum += values[start + (i + halfBox) * step]!;
      if (i - halfBox > 0) sum -= values[start + (i - halfBox - 1) * step]!;
      out[start + i * step] = sum / size;
    }
  }
  return out;
}
