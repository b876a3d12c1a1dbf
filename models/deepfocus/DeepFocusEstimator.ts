import type {
  CorrectionEstimate,
  PairEstimator,
  PerturbedPair,
} from '../../harness/algorithm/index.ts';
import {
  AlgorithmError,
  aberrationOfDeviation,
  type Calibration,
  deviationOfAberration,
  type FocusChange,
} from '../../harness/microscope/index.ts';
import { coveredAreaPx } from '../../harness/numeric/index.ts';
import { type Model, outputKind } from '../card/index.ts';
import { openOnnxModel } from '../onnx/index.ts';
import { coveredPx, placePatches } from '../patches/index.ts';
import type { DeepFocusParameters } from './deepFocusParameters.ts';
import { displacedPlaces, type PairPlace } from './displacedPlaces.ts';

import { heldOutSd } from './heldOutSd.ts';
import type { PairScale } from './pairScaleOf.ts';
import { type PreparedPair, preparePair } from './preparePair.ts';
import { reasonToDecline } from './reasonToDecline.ts';
import { type WeighedRows, weighRows } from './weighRows.ts';

/**
 * DeepFocus: a network looks at pairs of patches of the two frames, and the mean of its answers is
 * the correction (Schubert, Saxena, Kornfeld). One class for every network of its kind; the card
 * says which.
 *
 * A network that answers with aberrations is turned into corrections by the calibration it is handed;
 * one that answers with corrections knows the stigmators of one instrument by heart.
 */
export class DeepFocusEstimator implements PairEstimator {
  readonly #model: Model;
  readonly #calibration: Calibration;
  readonly #parameters: DeepFocusParameters;

  constructor(model: Model, calibration: Calibration, parameters: DeepFocusParameters) {
    this.#model = model;
    this.#calibration = calibration;
    this.#parameters = parameters;
  }

  /**
   * @throws ConfigError if the frames differ in size, a patch does not fit into them, or the network was
   *   trained for another perturbation; ModelError if the network cannot be run; AlgorithmError if none of
   *   its answers is finite.
   */
  async estimate(given: PerturbedPair): Promise<CorrectionEstimate> {
    const { card } = this.#model;
    const parameters = this.#parameters;
    const kind = outputKind(card);
    const prepared = preparePair(card, this.#calibration, given);
    const { scale } = prepared;
    const network = await openOnnxModel(this.#model, parameters);
    const places = this.#places(prepared);
    const rows = await network.run(prepared.patchesAt(places));
    const finite = rows.filter((row) => row.every(Number.isFinite));
    if (finite.length === 0) {
      throw new AlgorithmError(`${card.name} gives numbers that are not finite`, {
        hint: 'check the network and its card',
      });
    }
    // Places overlap, and no number of them knows more than what they cover together.
    const side = coveredPx(card.patchSidePx, scale.ratio);
    const looked = places.filter((_, i) => rows[i]?.every(Number.isFinite));
    const covered = coveredAreaPx(
      looked.map(({ under }) => ({ ...under, width: side, height: side })),
    );
    const independent = Math.min(looked.length, covered / side ** 2);
    const weighed = weighRows(finite, kind, parameters.weighting, independent);
    const { correction, astigmatismUm, ...claimed } =
      kind === 'aberration' ? this.#ofAberration(weighed, scale) : this.#ofCorrection(weighed);
    const correctionSd = this.#atLeastHeldOut(claimed.correctionSd, correction, scale, independent);
    const declined = reasonToDecline(kind, finite, weighed);
    const diagnostics = {
      patchSd: [...weighed.sdOfPatches],
      patches: finite.length,
      weights: weighed.weights.map((row) =>
        Number((row.reduce((a, b) => a + b, 0) / 3).toFixed(4)),
      ),
      // First column and row in the first frame: with them a report can draw what was looked at.
      places: looked.map(({ under: { x, y } }) => [x, y]),
      coveredPx: side,
      ...(kind === 'mappedCorrection' && { scoreMaps: finite.map(scoreMap) }),
      ...(scale.ratio !== 1 && { resampledBy: scale.ratio }),
    };
    if (declined === undefined) return { correction, correctionSd, astigmatismUm, diagnostics };
    return {
      correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
      correctionSd,
      astigmatismUm: { a: 0, b: 0 },
      declined,
      diagnostics,
    };
  }

  /** Patches of one specimen may agree by chance, or because they are the same: that is no certainty. */
  #atLeastHeldOut(
    claimed: FocusChange,
    { workingDistanceUm, stigmatorX, stigmatorY }: FocusChange,
    { umPerModelUm }: PairScale,
    independent: number,
  ): FocusChange {
    const { card } = this.#model;
    // Units of the card's stigmators per unit of the instrument's.
    const stigmators =
      umOf(this.#calibration.stigmatorMatrixUmPerUnit) /
      umOf(card.stigmatorMatrixUmPerUnit) /
      umPerModelUm;
    const least = heldOutSd(card, {
      workingDistanceUm: workingDistanceUm / umPerModelUm,
      stigmatorX: stigmatorX * stigmators,
      stigmatorY: stigmatorY * stigmators,
    });
    const of = (sd: number, onePatch: number) => Math.max(sd, onePatch / Math.sqrt(independent));
    return {
      workingDistanceUm: of(claimed.workingDistanceUm, least.workingDistanceUm * umPerModelUm),
      stigmatorX: of(claimed.stigmatorX, least.stigmatorX / stigmators),
      stigmatorY: of(claimed.stigmatorY, least.stigmatorY / stigmators),
    };
  }

  #places({ displacement, frame, scale: { ratio } }: PreparedPair): PairPlace[] {
    const { patches, patchSeed, offsets } = this.#parameters;
    const side = coveredPx(this.#model.card.patchSidePx, ratio);
    if (offsets === 'independent') {
      const both = placePatches(frame, side, { patches: 2 * patches, patchSeed });
      return both.slice(0, patches).map((under, i) => ({ under, over: both[patches + i]! }));
    }
    const places = placePatches(frame, side, { patches, patchSeed });
    if (offsets === 'shared') return places.map((place) => ({ under: place, over: place }));
    return displacedPlaces(places, displacement, frame, side);
  }

  #ofAberration({ mean, sdOfMean }: WeighedRows, { umPerModelUm }: PairScale) {
    const matrix = this.#calibration.stigmatorMatrixUmPerUnit;
    const [zUm, aUm, bUm] = mean.map((value) => -value * umPerModelUm) as [number, number, number];
    const [sdZ, sdA, sdB] = sdOfMean.map((value) => value * umPerModelUm) as [
      number,
      number,
      number,
    ];
    const ofA = deviationOfAberration({ zUm: 0, aUm: sdA, bUm: 0 }, matrix);
    const ofB = deviationOfAberration({ zUm: 0, aUm: 0, bUm: sdB }, matrix);
    return {
      correction: deviationOfAberration({ zUm, aUm, bUm }, matrix),
      astigmatismUm: { a: aUm, b: bUm },
      correctionSd: {
        workingDistanceUm: sdZ,
        stigmatorX: Math.hypot(ofA.stigmatorX, ofB.stigmatorX),
        stigmatorY: Math.hypot(ofA.stigmatorY, ofB.stigmatorY),
      },
    };
  }

  #ofCorrection({ mean, sdOfMean }: WeighedRows) {
    const correction = settings(mean);
    const { aUm, bUm } = aberrationOfDeviation(
      correction,
      this.#calibration.stigmatorMatrixUmPerUnit,
    );
    return { correction, astigmatismUm: { a: aUm, b: bUm }, correctionSd: settings(sdOfMean) };
  }
}

/** What each square of a patch counts for. */
function scoreMap(row: readonly number[]): number[] {
  return row.slice(3).map((part) => Number(part.toFixed(4)));
}

/** Focal shift per stigmator unit, whatever the direction. */
function umOf([[ax, ay], [bx, by]]: Calibration['stigmatorMatrixUmPerUnit']): number {
  return Math.sqrt(Math.abs(ax * by - ay * bx));
}

function settings([workingDistanceUm, stigmatorX, stigmatorY]: readonly [
  number,
  number,
  number,
]): FocusChange {
  return { workingDistanceUm, stigmatorX, stigmatorY };
}
