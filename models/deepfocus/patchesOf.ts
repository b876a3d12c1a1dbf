import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import type { ModelCard } from '../card/index.ts';
import type { PairPlace, PatchPlace } from './placePatches.ts';
import { resampleWindow } from './resampleWindow.ts';

/**
 * Patches of both frames as a network takes them, (grey - offset) / scale, under then over.
 *
 * @param ratio - Size of the network's pixels in pixels of the frames.
 * @returns float32 [places, 2, side, side].
 */
export function patchesOf(
  pair: Pick<PerturbedPair, 'under' | 'over'>,
  places: readonly PairPlace[],
  card: ModelCard,
  ratio: number,
): Float32Array {
  const size = card.patchSidePx ** 2;
  const patches = new Float32Array(2 * size * places.length);
  places.forEach((place, i) => {
    cutPatch(pair.under, place.under, card, ratio, patches.subarray(2 * i * size));
    cutPatch(pair.over, place.over, card, ratio, patches.subarray((2 * i + 1) * size));
  });
  return patches;
}

/** One patch of one frame into the beginning of `into`; frames of 16 bit are scaled to 8. */
export function cutPatch(
  frame: GreyPixels,
  place: PatchPlace,
  { patchSidePx, input }: ModelCard,
  ratio: number,
  into: Float32Array,
): void {
  const { data } = resampleWindow(frame, { ...place, side: patchSidePx }, ratio);
  const greyPerValue = frame.data instanceof Uint16Array ? 1 / 257 : 1;
  const factor = greyPerValue / input.greyScale;
  const offset = input.greyOffset / input.greyScale;
  for (let at = 0; at < data.length; at++) into[at] = data[at]! * factor - offset;
}
