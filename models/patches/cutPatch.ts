import type { GreyPixels } from '../../harness/microscope/index.ts';
import type { ModelCard } from '../card/index.ts';
import type { PatchPlace } from './placePatches.ts';
import { resampleWindow } from './resampleWindow.ts';

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
