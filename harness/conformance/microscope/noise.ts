import type { GreyPixels } from '../../microscope/index.ts';
import { mean, sampleSd } from '../../statistics/index.ts';

/** Side of the blocks in which grey and noise are compared, px. */
const blockPx = 16;
/**
 * Of the pixels of a block, those that may be clipped: clipping takes away from the noise. None where noise is
 * compared within a frame, a few where it is compared between frames.
 */
const clippedShare = { within: 0, between: 0.05 };
/** Fewer blocks say nothing of a frame. */
const leastBlocks = 60;
/** Of the noise of the darker third, as a change of the brighter one that counts. */
const leastChange = 0.05;
const standardErrors = 5;

interface Block {
  readonly grey: number;
  /** Mean square of a - b - c + d over squares of 2 x 2 px: 4 times the variance of white noise. */
  readonly roughness: number;
}

/** What the noise of a blurred frame says of its grey values. */
export type Polarity =
  | { readonly isInverted: boolean; readonly ratio: number }
  | { readonly unknown: string };

/**
 * Whether bright or dark stands for many electrons. Counts scatter more where there are more of them,
 * whatever the specimen: if the noise falls with the grey value, the picture is inverted. Taken from a frame out
 * of focus, whose fine structures do not pass for noise.
 */
export function polarityOf(pixels: GreyPixels): Polarity {
  const blocks = blocksOf(pixels, clippedShare.within).sort((a, b) => a.grey - b.grey);
  if (blocks.length < leastBlocks) {
    return { unknown: `${blocks.length} blocks of the frame are free of clipped pixels` };
  }
  const third = Math.floor(blocks.length / 3);
  const [dark, bright] = [blocks.slice(0, third), blocks.slice(-third)];
  const rough = (some: readonly Block[]) => some.map(({ roughness }) => roughness);
  const [darkMean, brightMean] = [mean(rough(dark)), mean(rough(bright))];
  const error = Math.hypot(sampleSd(rough(dark)), sampleSd(rough(bright))) / Math.sqrt(third);
  const change = brightMean - darkMean;
  const ratio = brightMean / darkMean;
  if (Math.abs(change) < standardErrors * error || Math.abs(ratio - 1) < leastChange) {
    return {
      unknown: `the noise of its bright third is ${ratio.toFixed(2)} times that of its dark third`,
    };
  }
  return { isInverted: change < 0, ratio };
}

/** Standard deviation of the white noise of a frame, grey; of its unclipped parts. NaN where there are hardly any. */
export function noiseSd(pixels: GreyPixels): number {
  const blocks = blocksOf(pixels, clippedShare.between);
  if (blocks.length < leastBlocks) return Number.NaN;
  return Math.sqrt(mean(blocks.map(({ roughness }) => roughness))) / 2;
}

function blocksOf({ data, shape, stride, offset }: GreyPixels, mostClipped: number): Block[] {
  const [height = 0, width = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  const fullScale = data instanceof Uint16Array ? 65535 : 255;
  const blocks: Block[] = [];
  for (let top = 0; top + blockPx <= height; top += blockPx) {
    for (let left = 0; left + blockPx <= width; left += blockPx) {
      let [sum, squares, clipped] = [0, 0, 0];
      for (let y = top; y < top + blockPx - 1; y++) {
        let at = offset + y * strideY + left * strideX;
        for (let x = 1; x < blockPx; x++, at += strideX) {
          const value = data[at]!;
          const below = at + strideY;
          sum += value;
          squares += (value - data[at + strideX]! - data[below]! + data[below + strideX]!) ** 2;
          if (value === 0 || value === fullScale) clipped++;
        }
      }
      const count = (blockPx - 1) ** 2;
      if (clipped <= mostClipped * count)
        blocks.push({ grey: sum / count, roughness: squares / count });
    }
  }
  return blocks;
}
