import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { clippedBodies, fillBodies, fillRisePx } from '../../harness/algorithm/pair/index.ts';
import { type Calibration, ConfigError } from '../../harness/microscope/index.ts';
import type { ModelCard } from '../card/index.ts';
import { assertTrainedPerturbation, withTrainedLevels } from './asTrained.ts';
import { displacementOf, type PixelDisplacement } from './displacementOf.ts';
import { type PairScale, pairScaleOf } from './pairScaleOf.ts';

/** A pair as a network is to be shown it. */
export interface PreparedPair {
  /** With its clipped bodies filled. */
  readonly pair: PerturbedPair;
  /** Of the content of the second frame. */
  readonly displacement: PixelDisplacement;
  readonly scale: PairScale;
  /** The network's, with the grey levels that bring the pair to what it was trained on. */
  readonly card: ModelCard;
  /** Size of both frames, px. */
  readonly frame: { readonly width: number; readonly height: number };
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
  const pair = bodies ? { ...given, ...fillBodies(given, bodies, displacement) } : given;
  const scale = pairScaleOf(card, calibration, pair);
  return { pair, displacement, scale, card: withTrainedLevels(card, pair), frame };
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
