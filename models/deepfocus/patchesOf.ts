import type { FilledFrame } from '../../harness/algorithm/pair/index.ts';
import type { ModelCard } from '../card/index.ts';
import { coveredPx, cutPatch, type PatchPlace } from '../patches/index.ts';
import type { PairPlace } from './displacedPlaces.ts';

/**
 * Patches of both frames as a network takes them, (grey - offset) / scale, under then over.
 *
 * @param ratio - Size of the network's pixels in pixels of the frames.
 * @returns float32 [places, 2, side, side].
 */
export function patchesOf(
  pair: { readonly under: FilledFrame; readonly over: FilledFrame },
  places: readonly PairPlace[],
  card: ModelCard,
  ratio: number,
): Float32Array {
  const size = card.patchSidePx ** 2;
  const patches = new Float32Array(2 * size * places.length);
  const covered = coveredPx(card.patchSidePx, ratio);
  const cut = (frame: FilledFrame, { x, y }: PatchPlace, into: Float32Array) => {
    // Without what lies beyond the frame.
    const [height = 0, width = 0] = frame.shape;
    const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
    const [right, bottom] = [Math.min(x + covered, width), Math.min(y + covered, height)];
    const window = frame.window({ x: left, y: top, width: right - left, height: bottom - top });
    cutPatch(window, { x: x - left, y: y - top }, card, ratio, into);
  };
  places.forEach((place, i) => {
    cut(pair.under, place.under, patches.subarray(2 * i * size));
    cut(pair.over, place.over, patches.subarray((2 * i + 1) * size));
  });
  return patches;
}
