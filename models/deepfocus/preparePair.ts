import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { clippedBodies, FilledFrame, fillRisePx } from '../../harness/algorithm/pair/index.ts';
import { type Calibration, ConfigError } from '../../harness/microscope/index.ts';
import type { ModelCard } from '../card/index.ts';
import { assertTrainedPerturbation, bringToTrainedLevels } from './asTrained.ts';
import type { PairPlace } from './displacedPlaces.ts';
import { displacementOf, type PixelDisplacement } from './displacementOf.ts';
import { type PairScale, pairScaleOf } from './pairScaleOf.ts';
import { patchesOf } from './patchesOf.ts';

/** A pair as a network is to be shown it. */
export interface PreparedPair {
  /** Of the content of the second frame. */
  readonly displacement: PixelDisplacement;
  readonly scale: PairScale;
  /** Size of both frames, px. */
  readonly frame: { readonly width: number; readonly height: number };
  /**
   * Patches as the network takes them: clipped bodies filled, at grey levels that it was trained on.
   *
   * @returns float32 [places, 2, side, side], under then over.
   */
  patchesAt(places: readonly PairPlace[]): Float32Array;
}

/**
 * @throws ConfigError if the frames differ in size, or the network was trained for another perturbation.
 */
export function preparePair(
  card: ModelCard,
  calibration: Calibration,
  given: PerturbedPair,
): PreparedPair {
  const frame = frameOf(given);
  assertTrainedPerturbation(card, given);
  const displacement = displacementOf(given, calibration);
  const bodies = clippedBodies(given, displacement, fillRisePx);
  const under = new FilledFrame(given.under, bodies, { x: 0, y: 0 }, 'under');
  const over = new FilledFrame(given.over, bodies, displacement, 'over');
  const scale = pairScaleOf(card, calibration, given);
  const patchesAt = (places: readonly PairPlace[]) =>
    bringToTrainedLevels(patchesOf({ under, over }, places, card, scale.ratio), card);
  return { displacement, scale, frame, patchesAt };
}

/** The size that both frames have. */
function frameOf({ under, over }: PerturbedPair): PreparedPair['frame'] {
  const [height = 0, width = 0] = under.shape;
  const [otherHeight, otherWidth] = over.shape;
  if (otherHeight === height && otherWidth === width) return { width, height };
  throw new ConfigError(
    `the two frames must have one size. Received ${width} x ${height} px (under) and ${otherWidth} x ${otherHeight} px (over)`,
  );
}
