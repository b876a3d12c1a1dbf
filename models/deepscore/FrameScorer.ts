import { AlgorithmError, type GreyPixels } from '../../harness/microscope/index.ts';
import type { Model } from '../card/index.ts';
import { openOnnxModel } from '../onnx/index.ts';
import { coveredPx, cutPatch, placePatches, resampleRatio } from '../patches/index.ts';
import type { DeepScoreParameters } from './deepScoreParameters.ts';

/** How far from focus a single frame looks, without saying in which direction. */
export interface FrameScore {
  /** Smallest of any patch, um; near focus it may be less than nothing. */
  readonly defocusUm: number;
  /** Smallest of any patch, stigmator units; likewise. */
  readonly stigmation: number;
  /** The sum of both, um + unit. */
  readonly score: number;
}

/** Scores frames by a network for single patches. */
export class FrameScorer {
  readonly #model: Model;
  readonly #parameters: DeepScoreParameters;

  constructor(model: Model, parameters: DeepScoreParameters) {
    this.#model = model;
    this.#parameters = parameters;
  }

  /**
   * The minimum over patches of each of the two answers, then their sum, as in the article: the patch
   * with most structure is believed. Answers below zero stay as they are: cut off, they would make
   * all frames near focus alike.
   *
   * @throws ConfigError if a patch does not fit; ModelError if the network cannot be run; AlgorithmError
   *   if none of its answers is finite.
   */
  async score(pixels: GreyPixels, pixelSizeNm: number): Promise<FrameScore> {
    const { card } = this.#model;
    const network = await openOnnxModel(this.#model, this.#parameters);
    const ratio = resampleRatio(card, pixelSizeNm);
    const [height = 0, width = 0] = pixels.shape;
    const side = coveredPx(card.patchSidePx, ratio);
    const places = placePatches({ width, height }, side, this.#parameters);
    const size = card.patchSidePx ** 2;
    const patches = new Float32Array(size * places.length);
    places.forEach((place, i) => {
      cutPatch(pixels, place, card, ratio, patches.subarray(i * size));
    });
    const answers = await network.run(patches);
    const rows = answers.filter((row) => row.every(Number.isFinite));
    if (rows.length === 0) {
      throw new AlgorithmError(`${card.name} gives numbers that are not finite`, {
        hint: 'check the network and its card',
      });
    }
    const least = (column: 0 | 1) => Math.min(...rows.map((row) => row[column]!));
    const [defocusUm, stigmation] = [least(0), least(1)];
    return { defocusUm, stigmation, score: defocusUm + stigmation };
  }
}
