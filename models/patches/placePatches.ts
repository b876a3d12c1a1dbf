import { ConfigError } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';

/** First column and row of a patch, px. */
export interface PatchPlace {
  readonly x: number;
  readonly y: number;
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

/** @throws ConfigError if a square patch of this side does not fit into the frame. */
export function assertPatchFits(
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
): void {
  if (side <= width && side <= height) return;
  throw new ConfigError(
    `the network needs patches of ${side} x ${side} px, but the image has only ${width} x ${height} px`,
    { hint: 'use larger frames, or a network for smaller patches (semfocus models)' },
  );
}
