import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { type Calibration, ConfigError, ModelError } from '../../harness/microscope/index.ts';
import type { RandomStream } from '../../harness/numeric/index.ts';
import { type Model, outputKind } from '../card/index.ts';
import { displacedPlaces } from '../deepfocus/displacedPlaces.ts';
import { preparePair } from '../deepfocus/preparePair.ts';
import {
  type LinearLayer,
  openOnnxModel,
  type RuntimeParameters,
  type SplitNetwork,
  splitHead,
} from '../onnx/index.ts';
import { goldenInputs } from '../parity/goldenInputs.ts';
import { coveredPx, placePatches } from '../patches/index.ts';
import type { Correction } from './answerLoss.ts';
import { type Judgement, judgeHead } from './judgeHead.ts';
import { PairHead } from './PairHead.ts';
import type { PairViews } from './PairViews.ts';
import { type TrainedHead, type TrainingOptions, trainHead } from './trainHead.ts';

/** Views of a pair. */
export interface ViewOptions {
  /** As the network meets them in use. */
  readonly plain: number;
  /** For each of the turns by 90, 180 and 270 degrees; 0 for pairs that are not trained on. */
  readonly turned: number;
  /** For the places of the patches. */
  readonly random: RandomStream;
}

/** Between the head here and that of the runtime; of an answer of 1 (um, unit) or less, relative beyond. */
const tolerance = 1e-3;

/**
 * A network for pairs, cut at the input of its fully connected layers: these alone are trained for another
 * instrument, on what the rest says of its frames. Normalised layers lie in the rest, with the statistics that
 * they came with; the head has none.
 */
export class HeadRecalibration {
  readonly #model: Model;
  readonly #runtime: RuntimeParameters;
  readonly #split: SplitNetwork;
  readonly #encoder: Model;

  private constructor(model: Model, runtime: RuntimeParameters) {
    this.#model = model;
    this.#runtime = runtime;
    this.#split = splitHead(model.read(), model.path);
    const { encoder, features, head } = this.#split;
    const columns = Array.from({ length: head[0]!.inputs }, (_, i) => `${features}[${i}]`);
    this.#encoder = {
      card: { ...model.card, output: { name: features, columns } },
      path: `${model.path}, without its head,`,
      sha256: model.sha256,
      read: () => encoder,
    };
  }

  /**
   * @throws ConfigError if the network does not answer pairs with corrections; ModelError if its file cannot
   *   be cut, or what lies behind the cut is more than fully connected layers.
   */
  static async open(model: Model, runtime: RuntimeParameters): Promise<HeadRecalibration> {
    assertCorrecting(model);
    const opened = new HeadRecalibration(model, runtime);
    await opened.#assertSameAnswers();
    return opened;
  }

  /**
   * What the encoder says of patches of a pair.
   *
   * An image that is turned by 90 degrees shows the opposite astigmatism, one that is turned by 180 degrees
   * the same: so every place is seen in four ways, whatever the instrument calls its stigmators.
   *
   * @param target - What the network is to answer: um, unit, unit.
   * @throws ConfigError if the frames are too small, or were taken with another perturbation.
   */
  async views(
    given: PerturbedPair,
    calibration: Calibration,
    target: Correction,
    { plain, turned, random }: ViewOptions,
  ): Promise<Pick<PairViews, 'plain' | 'turns'>> {
    const { patchSidePx: side } = this.#model.card;
    const { displacement, frame, scale, patchesAt } = preparePair(
      this.#model.card,
      calibration,
      given,
    );
    const covered = coveredPx(side, scale.ratio);
    const patches = plain + 3 * turned;
    const patchSeed = random.integerBelow(2 ** 31);
    const places = displacedPlaces(
      placePatches(frame, covered, { patches, patchSeed }),
      ...([displacement, frame, covered] as const),
    );
    const shown = patchesAt(places);
    const area = side * side;
    const turnOf = (view: number) => (view < plain ? 0 : 1 + Math.floor((view - plain) / turned));
    for (let view = plain; view < patches; view++) {
      for (const first of [2 * view * area, (2 * view + 1) * area]) {
        turn(shown.subarray(first, first + area), side, turnOf(view));
      }
    }
    const encoder = await openOnnxModel(this.#encoder, this.#runtime);
    const rows = await encoder.run(shown);
    const [wd, x, y] = target;
    const views = rows.map((row, view) => ({
      features: Float32Array.from(row),
      target: turnOf(view) % 2 === 0 ? target : ([wd, -x, -y] as const),
    }));
    const turns = [0, 1, 2, 3].map((one) => views.filter((_, view) => turnOf(view) === one));
    return { plain: turns[0]!, turns: turns.filter(({ length }) => length > 0) };
  }

  /** Trains the head: {@link trainHead}. */
  train(
    training: readonly PairViews[],
    stopping: readonly PairViews[],
    options: Omit<TrainingOptions, 'isScored'>,
  ): Promise<TrainedHead> {
    return trainHead(this.#split.head, training, stopping, {
      ...options,
      isScored: this.#isScored,
    });
  }

  /** How wrong the network is as it is. */
  judge(pairs: readonly PairViews[]): Judgement {
    const most = Math.max(...pairs.map(({ plain }) => plain.length));
    return judgeHead(
      new PairHead(this.#split.head, 4 * Math.ceil(most / 4)),
      ...([pairs, this.#isScored] as const),
    );
  }

  /** The ONNX file of the network with another head; the rest are the bytes that they were. */
  fileWith(head: readonly LinearLayer[]): Uint8Array {
    return this.#split.withHead(head);
  }

  get #isScored(): boolean {
    return outputKind(this.#model.card) === 'scoredCorrection';
  }

  /** Whatever the graph does behind the cut, it has to be what {@link PairHead} does. */
  async #assertSameAnswers(): Promise<void> {
    const { path, card } = this.#model;
    const inputs = goldenInputs(card);
    const features = await (await openOnnxModel(this.#encoder, this.#runtime)).run(inputs);
    const wanted = (await (await openOnnxModel(this.#model, this.#runtime)).run(inputs)).flat();
    const head = new PairHead(this.#split.head, 4);
    const found = head.answers(features.map((row) => Float32Array.from(row)));
    const apart = wanted.map(
      (value, i) => Math.abs(found[i]! - value) / Math.max(1, Math.abs(value)),
    );
    const largest = Math.max(...apart);
    if (largest <= tolerance && found.length === wanted.length) return;
    throw new ModelError(
      `${path} must read its fully connected layers in both orders of the frames, as models/training exports it. Its answers differ from that by ${largest.toPrecision(2)}`,
      {
        hint: 'choose one of the networks that semfocus models lists with corrections, e.g. deepfocus-384',
      },
    );
  }
}

function assertCorrecting({ card }: Model): void {
  const kind = outputKind(card);
  if (kind === 'correction' || kind === 'scoredCorrection') return;
  const why =
    kind === 'aberration'
      ? 'which answers with aberrations and fits any instrument by its calibration (semfocus calibrate)'
      : kind === 'mappedCorrection'
        ? 'which has no fully connected layers to train'
        : 'which looks at single frames and knows no directions';
  throw new ConfigError(
    `--model must be a network that answers pairs with corrections. Received ${card.name}, ${why}`,
    { hint: 'deepfocus-384 and deepfocus-512 can be recalibrated (semfocus models lists all)' },
  );
}

/** Turns a square by 90 degrees as often as asked, in its place. */
function turn(square: Float32Array, side: number, times: number): void {
  for (let i = 0; i < times; i++) {
    const before = square.slice();
    for (let y = 0, at = 0; y < side; y++) {
      for (let x = 0; x < side; x++, at++) square[x * side + side - 1 - y] = before[at]!;
    }
  }
}
