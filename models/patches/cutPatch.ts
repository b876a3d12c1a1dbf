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
  const { x, y } = place;
  const greyPerValue = frame.data instanceof Uint16Array ? 1 / 257 : 1;
  const factor = greyPerValue / input.greyScale;
  const offset = input.greyOffset / input.greyScale;
  const [height = 0, width = 0] = frame.shape;
  const isInside = x >= 0 && y >= 0 && x + patchSidePx <= width && y + patchSidePx <= height;
  if (ratio !== 1 || !isInside) {
    const { data } = resampleWindow(frame, { x, y, side: patchSidePx }, ratio);
    for (let at = 0; at < data.length; at++) into[at] = data[at]! * factor - offset;
    return;
  }
  // Nearly always: no copy between, which would take as long as this.
  const [strideY = 0, strideX = 0] = frame.stride;
  const grey = frame.data;
  for (let row = 0, at = 0; row < patchSidePx; row++) {
    let from = frame.offset + (y + row) * strideY + x * strideX;
    for (let column = 0; column < patchSidePx; column++, from += strideX) {
      into[at++] = grey[from]! * factor - offset;
    }
  }
}
