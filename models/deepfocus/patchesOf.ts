import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { ModelCard } from '../card/index.ts';
import { cutPatch } from '../patches/index.ts';
import type { PairPlace } from './displacedPlaces.ts';

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
