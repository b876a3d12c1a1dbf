import type { PatchPlace } from '../patches/index.ts';
import type { PixelDisplacement } from './displacementOf.ts';

/** Where a patch is cut out of the two frames of a pair. */
export interface PairPlace {
  readonly under: PatchPlace;
  readonly over: PatchPlace;
}

/**
 * The places in both frames: moved apart by the displacement, half in each frame, as far as the
 * frame reaches.
 */
export function displacedPlaces(
  places: readonly PatchPlace[],
  { x, y }: PixelDisplacement,
  frame: { readonly width: number; readonly height: number },
  side: number,
): PairPlace[] {
  return places.map((place) => {
    const [underX, overX] = displaced(place.x, x, frame.width - side);
    const [underY, overY] = displaced(place.y, y, frame.height - side);
    return { under: { x: underX, y: underY }, over: { x: overX, y: overY } };
  });
}

function displaced(start: number, shift: number, last: number): [number, number] {
  // Both starts have to be in [0, last]; a shift larger than that is followed as far as it goes.
  const followed = Math.min(Math.max(shift, -last), last);
  const first = start - Math.trunc(followed / 2);
  const lowest = Math.max(0, -followed);
  const highest = Math.min(last, last - followed);
  const under = Math.min(Math.max(first, lowest), highest);
  return [under, under + followed];
}
