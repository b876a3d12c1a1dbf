import { RandomStream } from '../../harness/numeric/index.ts';
import type { ModelCard } from '../card/index.ts';
import type { Patches } from '../onnx/index.ts';

/** Radii in px of the box that blurs each frame of a patch, in the order of the frames. */
const blurs = [
  [0, 2],
  [3, 1],
  [1, 1],
  [5, 2],
] as const;
export const goldenPatches = blurs.length;

/** Size of the coarse structures of the texture, px. */
const cellPx = 12;

/**
 * Frozen inputs of a network: textures of two scales, each frame blurred by a box of its own, so that
 * one frame of a pair is sharper than the other. Nothing is simulated and nothing stored: whole numbers
 * from the stream named `parity`, added and divided by whole numbers, are the same bytes on every
 * machine, whatever becomes of the simulator.
 *
 * @returns grey levels from 0 to 255 as the card wants them: `(grey - greyOffset) / greyScale`.
 */
export function goldenInputs({
  input,
  patchSidePx,
}: Pick<ModelCard, 'input' | 'patchSidePx'>): Patches {
  const { framesPerPatch, greyOffset, greyScale } = input;
  const area = patchSidePx ** 2;
  const patches = new Float32Array(goldenPatches * framesPerPatch * area);
  for (const [patch, radii] of blurs.entries()) {
    const texture = textureOf(patchSidePx, new RandomStream(1, 'parity', 'texture', patch));
    for (let frame = 0; frame < framesPerPatch; frame++) {
      const noise = new RandomStream(1, 'parity', 'noise', patch, frame);
      const blurred = boxBlur(texture, patchSidePx, radii[frame] ?? 0);
      const start = (patch * framesPerPatch + frame) * area;
      for (let i = 0; i < area; i++) {
        const grey = Math.min(255, Math.max(0, blurred[i]! + noise.integerBelow(25) - 12));
        patches[start + i] = (grey - greyOffset) / greyScale;
      }
    }
  }
  return patches;
}

/** Grey levels around 128: cells of a level each, and grains on them. */
function textureOf(side: number, random: RandomStream): Int32Array {
  const cells = Math.ceil(side / cellPx);
  const levels = Int32Array.from({ length: cells * cells }, () => random.integerBelow(100) - 50);
  const texture = new Int32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const level = levels[Math.floor(y / cellPx) * cells + Math.floor(x / cellPx)]!;
      texture[y * side + x] = 128 + level + random.integerBelow(120) - 60;
    }
  }
  return texture;
}

/** Mean over a square, rounded down; the square is cut off at the edges. */
function boxBlur(texture: Int32Array, side: number, radius: number): Int32Array {
  if (radius === 0) return texture;
  // Sums over all that lies above and to the left: whole numbers, so no order of adding matters.
  const sums = new Float64Array((side + 1) ** 2);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y + 1) * (side + 1) + x + 1;
      sums[at] =
        texture[y * side + x]! + sums[at - 1]! + sums[at - side - 1]! - sums[at - side - 2]!;
    }
  }
  const blurred = new Int32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [top, bottom] = [Math.max(0, y - radius), Math.min(side, y + radius + 1)];
    for (let x = 0; x < side; x++) {
      const [left, right] = [Math.max(0, x - radius), Math.min(side, x + radius + 1)];
      const sum =
        sums[bottom * (side + 1) + right]! -
        sums[top * (side + 1) + right]! -
        sums[bottom * (side + 1) + left]! +
        sums[top * (side + 1) + left]!;
      blurred[y * side + x] = Math.floor(sum / ((bottom - top) * (right - left)));
    }
  }
  return blurred;
}
