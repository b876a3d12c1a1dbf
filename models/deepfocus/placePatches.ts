import { ConfigError } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { PixelDisplacement } from './displacementOf.ts';

/** First column and row of a patch, px. */
export interface PatchPlace {
  readonly x: number;
  readonly y: number;
}

/** Where a patch is cut out of the two frames of a pair. */
export interface PairPlace {
  readonly under: PatchPlace;
  readonly over: PatchPlace;
}

/**
 * Random places of square patches inside a frame, the same for the same seed.
 *
 * @param side - What a patch covers of the frame, px.
 * @throws ConfigError if a patch does not fit, naming both sizes.
 */
export function placePatches(
  frame: { readonly width: number; readonly height: number },
  side: number,
  { patches, patchSeed }: { readonly patches: number; readonly patchSeed: number },
): PatchPlace[] {
  assertPatchFits(frame, side);
  const random = new RandomStream(patchSeed, 'patches');
  return Array.from({ length: patches }, () => ({
    x: random.integerBelow(frame.width - side + 1),
    y: random.integerBelow(frame.height - side + 1),
  }));
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

/** @throws ConfigError if a square patch of this side does not fit into the frame. */
export function assertPatchFits(
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
): void {
  if (side <= width && side <= height) return;
  throw new ConfigError(
    `the network looks at patches of ${side} x ${side} px, more than an image of ${width} x ${height} px holds`,
    { hint: 'take larger frames, or a network for smaller patches (semfocus models)' },
  );
}
