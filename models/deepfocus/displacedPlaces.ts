import type { PatchPlace } from '../patches/index.ts';
import type { PixelDisplacement } from './displacementOf.ts';

/** Where a patch is cut out of the two frames of a pair. */
export interface PairPlace {
  readonly under: PatchPlace;
  readonly over: PatchPlace;
}

/** Of its side, how much of a patch may lie beyond the frame on either side. */
const largestPartBeyond = 1 / 8;

/**
 * The places in both frames: moved apart by the displacement, half in each frame, inside the frame as
 * far as it reaches. Where it does not, both reach beyond it by as much: a network that is shown two
 * different places takes that for aberration, a strip at the edge of a patch hardly counts.
 */
export function displacedPlaces(
  places: readonly PatchPlace[],
  { x, y }: PixelDisplacement,
  frame: { readonly width: number; readonly height: number },
  side: number,
): PairPlace[] {
  const beyond = Math.floor(side * largestPartBeyond);
  return places.map((place) => {
    const [underX, overX] = displaced(place.x, x, frame.width - side, beyond);
    const [underY, overY] = displaced(place.y, y, frame.height - side, beyond);
    return { under: { x: underX, y: underY }, over: { x: overX, y: overY } };
  });
}

/** @param last - Where the last patch inside begins; both begin in [-beyond, last + beyond]. */
function displaced(start: number, shift: number, last: number, beyond: number): [number, number] {
  const largest = last + 2 * beyond;
  const followed = Math.min(Math.max(shift, -largest), largest);
  const lowest = Math.max(0, -followed);
  const highest = Math.min(last, last - followed);
  const first = start - Math.trunc(followed / 2);
  const under =
    lowest > highest
      ? Math.floor((lowest + highest) / 2)
      : Math.min(Math.max(first, lowest), highest);
  return [under, under + followed];
}
