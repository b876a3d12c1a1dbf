import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { type Calibration, ConfigError } from '../../harness/microscope/index.ts';
import { type ModelCard, outputKind } from '../card/index.ts';

/** How much of the card's an instrument may differ by: what measured calibrations scatter. */
const toleratedConvergence = 0.1;
/** Of the stigmator matrix, root of the sum of squares; 0.2 is 11 degrees, or 20 % of strength. */
const toleratedMatrix = 0.2;
const toleratedPerturbation = 0.01;

/**
 * A network that answers with corrections knows one instrument by heart; one that answers with aberrations
 * takes any.
 *
 * @throws ConfigError naming the value of the calibration and that of the card.
 */
export function assertTrainedInstrument(
  card: ModelCard,
  { convergenceMrad, stigmatorMatrixUmPerUnit }: Calibration,
): void {
  if (outputKind(card) === 'aberration') return;
  const hint = 'choose a network that answers with aberrations, or train one for this instrument';
  if (Math.abs(convergenceMrad / card.convergenceMrad - 1) > toleratedConvergence) {
    throw new ConfigError(
      `${card.name} was trained for a convergence of ${card.convergenceMrad} mrad, within ${100 * toleratedConvergence} %. Received ${convergenceMrad} mrad`,
      { hint },
    );
  }
  const trained = card.stigmatorMatrixUmPerUnit.flat();
  const apart = stigmatorMatrixUmPerUnit.flat().map((value, i) => value - trained[i]!);
  if (Math.hypot(...apart) > toleratedMatrix * Math.hypot(...trained)) {
    throw new ConfigError(
      `${card.name} was trained for the stigmator matrix ${JSON.stringify(card.stigmatorMatrixUmPerUnit)} um per unit, within ${100 * toleratedMatrix} %. Received ${JSON.stringify(stigmatorMatrixUmPerUnit)}`,
      { hint },
    );
  }
}

/** @throws ConfigError naming both values, where a network knows one perturbation alone. */
export function assertTrainedPerturbation(
  card: ModelCard,
  { perturbationUm }: Pick<PerturbedPair, 'perturbationUm'>,
): void {
  if (outputKind(card) === 'aberration') return;
  if (Math.abs(perturbationUm / card.perturbationUm - 1) <= toleratedPerturbation) return;
  throw new ConfigError(
    `${card.name} was trained for a perturbation of ${card.perturbationUm} um. Received ${perturbationUm} um`,
    { hint: 'expose the pair anew, or choose an algorithm that takes any perturbation' },
  );
}

/**
 * Grey levels of 8 bit that networks answer alike: on simulated tissue the answers of `deepfocus-256`,
 * `-384` and `-score-384` stay within 10 % down to half of the contrast and from a mean of 40 to 210;
 * with a third of the contrast they are 15 % too small, with a tenth anything.
 */
const trained = { leastMean: 48, largestMean: 208, leastSd: 10 };
/** What others are brought to. */
const usual = { mean: 128, sd: 40 };
/** A frame without noise has no contrast to be brought to anything. */
const leastSd = 0.5;

/**
 * Patches whose grey levels are far from training's brought to them, the same for both frames; others as they are.
 *
 * @param patches - [places, 2, side, side], (grey - offset) / scale of the card; changed in place.
 */
export function bringToTrainedLevels(patches: Float32Array, card: ModelCard): Float32Array {
  const { greyOffset, greyScale } = card.input;
  const size = card.patchSidePx ** 2;
  const [first, second] = [levelsOf(patches, 0, size), levelsOf(patches, size, size)];
  const mean = greyOffset + (greyScale * (first.mean + second.mean)) / 2;
  const sd = (greyScale * (first.sd + second.sd)) / 2;
  const isTrained =
    mean >= trained.leastMean && mean <= trained.largestMean && sd >= trained.leastSd;
  if (isTrained || sd < leastSd) return patches;
  const factor = usual.sd / sd;
  const from = (mean - greyOffset) / greyScale;
  const to = (usual.mean - greyOffset) / greyScale;
  for (let at = 0; at < patches.length; at++) patches[at] = to + factor * (patches[at]! - from);
  return patches;
}

/** Mean and standard deviation of every second image of `size` values, from `start` on. */
function levelsOf(patches: Float32Array, start: number, size: number) {
  let [count, sum, squares] = [0, 0, 0];
  for (let image = start; image < patches.length; image += 2 * size) {
    for (let at = image; at < image + size; at++) {
      const value = patches[at]!;
      sum += value;
      squares += value * value;
    }
    count += size;
  }
  const mean = sum / count;
  return { mean, sd: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
