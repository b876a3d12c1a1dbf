import type { GreyPixels } from './Frame.ts';

/** From this share of pixels of one extreme value on, a frame shows nothing. */
const emptyShare = 0.99;
/** Dead lines in a row: fewer may be an accident of few grey values in a small frame. */
const leastDeadLines = 4;
/**
 * As a part of the lines of a frame. Clipping, too, makes whole lines black or white, where a dark or
 * bright body reaches from side to side, or shading does: then more of them are needed.
 */
const leastDeadShare = { unclipped: 0.01, clipped: 0.1 };

/** Consecutive rows or columns of a frame, the first counted from 0. */
export interface FrameLines {
  readonly along: 'rows' | 'columns';
  readonly first: number;
  readonly count: number;
}

/** How much of a frame lies at its own darkest and brightest value. */
export interface GreyExtremes {
  readonly least: number;
  readonly largest: number;
  /** Share of the pixels of the least value, and of the largest, in (0, 1]. */
  readonly leastShare: number;
  readonly largestShare: number;
}

/**
 * Why a frame is of no use, whatever it is used for: it shows nothing, or a part of it is dead.
 * Undefined where neither is so. A frame of pure noise has no fault of this kind.
 *
 * @param pixels - Shape `[height, width]`, 8 or 16 bit; any strides.
 */
export function frameFault(pixels: GreyPixels): string | undefined {
  const empty = emptinessOf(pixels);
  if (empty !== undefined) return empty;
  const lines = deadLines(pixels);
  return lines === undefined ? undefined : deadLinesText(lines, pixels);
}

/** That (nearly) all pixels have one value, in words with the value. */
export function emptinessOf(
  pixels: GreyPixels,
  { least, largest, leastShare, largestShare } = greyExtremes(pixels),
): string | undefined {
  const fullScale = pixels.data instanceof Uint16Array ? 65535 : 255;
  const [share, value] = leastShare >= largestShare ? [leastShare, least] : [largestShare, largest];
  if (share < emptyShare) return undefined;
  const name = value === 0 ? 'black' : value === fullScale ? 'saturated' : 'of one grey';
  return `it is ${name}: ${percent(share)} % of its pixels have the value ${value}`;
}

/** The values at both ends of a frame's grey values, and how many pixels have them. */
export function greyExtremes({ data, shape, stride, offset }: GreyPixels): GreyExtremes {
  const [height = 0, width = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  const counts = new Uint32Array(data instanceof Uint16Array ? 65536 : 256);
  for (let y = 0; y < height; y++) {
    let at = offset + y * strideY;
    for (let x = 0; x < width; x++, at += strideX) counts[data[at]!]!++;
  }
  const least = counts.findIndex((count) => count > 0);
  const largest = counts.findLastIndex((count) => count > 0);
  const pixels = width * height;
  return {
    least,
    largest,
    leastShare: (counts[least] ?? 0) / pixels,
    largestShare: (counts[largest] ?? 0) / pixels,
  };
}

/**
 * The longest run of rows, or of columns, that no exposure makes: every pixel of a line has one value,
 * or the whole line repeats the line before. So look frames that were cut off. Undefined where there is no
 * such run of 4 lines and 1 % of the frame, of black or white lines 10 %.
 */
export function deadLines(pixels: GreyPixels): FrameLines | undefined {
  const [height = 0, width = 0] = pixels.shape;
  const [strideY = 0, strideX = 0] = pixels.stride;
  return (
    longestRun(pixels, {
      along: 'rows',
      count: height,
      pitch: strideY,
      length: width,
      step: strideX,
    }) ??
    longestRun(pixels, {
      along: 'columns',
      count: width,
      pitch: strideX,
      length: height,
      step: strideY,
    })
  );
}

/** How the lines of a frame lie in its data: from line to line, and from pixel to pixel. */
interface Lines {
  readonly along: FrameLines['along'];
  readonly count: number;
  readonly pitch: number;
  readonly length: number;
  readonly step: number;
}

function longestRun(pixels: GreyPixels, lines: Lines): FrameLines | undefined {
  const { along, count, pitch } = lines;
  const { data, offset } = pixels;
  const fullScale = data instanceof Uint16Array ? 65535 : 255;
  let best: FrameLines | undefined;
  let first = 0;
  let clipped = 0;
  for (let line = 0; line < count; line++) {
    if (!isDead(pixels, lines, line)) {
      [first, clipped] = [line + 1, 0];
      continue;
    }
    const value = data[offset + line * pitch]!;
    if (value === 0 || value === fullScale) clipped++;
    const length = line + 1 - first;
    const share = 2 * clipped < length ? leastDeadShare.unclipped : leastDeadShare.clipped;
    const isEnough = length >= Math.max(leastDeadLines, share * count);
    if (isEnough && length > (best?.count ?? 0)) best = { along, first, count: length };
  }
  return best;
}

function isDead(
  { data, offset }: GreyPixels,
  { pitch, length, step }: Lines,
  line: number,
): boolean {
  const from = offset + line * pitch;
  let isConstant = true;
  let isRepeated = line > 0;
  for (let i = 0; i < length && (isConstant || isRepeated); i++) {
    const value = data[from + i * step];
    if (value !== data[from]) isConstant = false;
    if (value !== data[from - pitch + i * step]) isRepeated = false;
  }
  return isConstant || isRepeated;
}

/** What {@link deadLines} has found, in words. */
export function deadLinesText(
  { along, first, count }: FrameLines,
  { shape }: Pick<GreyPixels, 'shape'>,
): string {
  const all = along === 'rows' ? shape[0] : shape[1];
  return `its ${along} ${first} to ${first + count - 1} of ${all} are constant or repeat one another`;
}

/** Never 100 where it is less. */
function percent(share: number): string {
  return share === 1 ? '100' : Math.min(99.99, 100 * share).toFixed(2);
}
