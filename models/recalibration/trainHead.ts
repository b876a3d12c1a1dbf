import type { RandomStream } from '../../harness/numeric/index.ts';
import type { LinearLayer } from '../onnx/index.ts';
import { type Correction, correctionLoss, scoredLoss } from './answerLoss.ts';
import { nearestMatrix, withMatrix } from './correctedAnswers.ts';
import { meanAnswer, meanErrors } from './judgeHead.ts';
import { PairHead } from './PairHead.ts';
import type { PairView, PairViews } from './PairViews.ts';

/** How a head is trained. */
export interface TrainingOptions {
  /** True if the fourth answer is a score that weighs the patches of a state. */
  readonly isScored: boolean;
  /** Half the range that each of the three was drawn from. */
  readonly ranges: Correction;
  readonly steps: number;
  /** Pairs of patches in a step, a multiple of four. */
  readonly batch: number;
  readonly learningRate: number;
  readonly random: RandomStream;
  readonly signal: AbortSignal;
  /** Told every {@link stepsPerLook} steps. */
  readonly onLook: (look: TrainingLook) => void | Promise<void>;
}

/** A point of the learning curve. */
export interface TrainingLook {
  readonly step: number;
  /** Mean since the last one; 0 before the first step. */
  readonly loss: number;
  /** Mean absolute errors of the pairs that stop the training: um, unit, unit. */
  readonly errors: Correction;
}

/** A head that has been trained. */
export interface TrainedHead {
  readonly head: readonly LinearLayer[];
  /** At which step it was best on the pairs that stop the training; 0 is the one it began with. */
  readonly step: number;
  readonly curve: readonly TrainingLook[];
}

/** The article's, per 1000 steps. */
const decay = 0.95;
const weightDecay = 5e-5;
export const stepsPerLook = 50;
/** Looks without a better one that end the training. */
const patienceLooks = 12;
/** Patches of one state that share a loss where they are scored; the article's. */
const scoredGroup = 5;
/** Every so many steps the weights join their running mean, and in this part. */
const stepsPerMean = 5;
const averaged = 0.1;

/**
 * Trains the fully connected layers of a network on what its encoder says: L1, AdamW, the learning rate
 * falling by 5 % every 1000 steps. It begins with the head whose answers are multiplied by the matrix that fits
 * them best, which is most of what another instrument changes. A location is drawn first, then a pair of it, then a view. What is
 * judged and handed back is the running mean of the weights over some fifty steps: it is steadier than those of
 * the last step.
 *
 * @param training - Pairs that are trained on.
 * @param stopping - Pairs of other locations: the training ends when their error falls no more, and the best
 *   head is kept.
 * @throws `signal.reason` on abort.
 */
export async function trainHead(
  head: readonly LinearLayer[],
  training: readonly PairViews[],
  stopping: readonly PairViews[],
  options: TrainingOptions,
): Promise<TrainedHead> {
  const { ranges, random, isScored, batch, learningRate, signal } = options;
  const mean = new PairHead(head, batch);
  const answers = training.map(({ plain }) => meanAnswer(mean, plain, isScored));
  const targets = training.map(({ plain }) => plain[0]!.target);
  let meanLayers = withMatrix(head, nearestMatrix(answers, targets, ranges));
  const trained = new PairHead(meanLayers, batch);
  const locations = [...new Set(training.map(({ location }) => location))].map((location) =>
    training.filter((pair) => pair.location === location),
  );
  const group = isScored ? scoredGroup : 1;
  const draw = (): PairView[] => {
    const views: PairView[] = [];
    while (views.length + group <= batch) {
      const pair = oneOf(oneOf(locations, random), random);
      const turn = oneOf(pair.turns, random);
      for (let i = 0; i < group; i++) views.push(oneOf(turn, random));
    }
    return views;
  };
  const curve: TrainingLook[] = [];
  let best = { value: Number.POSITIVE_INFINITY, step: 0, head: meanLayers };
  let losses = 0;
  const look = async (step: number): Promise<void> => {
    mean.set(meanLayers);
    const errors = meanErrors(mean, stopping, isScored);
    const loss = step === 0 ? 0 : losses / stepsPerLook;
    losses = 0;
    const point = { step, loss, errors };
    curve.push(point);
    const value = errors.reduce((sum, error, i) => sum + error / ranges[i]!, 0);
    if (value < best.value) best = { value, step, head: meanLayers };
    await options.onLook(point);
  };
  await look(0);
  for (let step = 1; step <= options.steps; step++) {
    signal.throwIfAborted();
    const views = draw();
    const wanted = views.map(({ target }) => target);
    const loss = isScored ? scoredLoss(wanted, ranges, group) : correctionLoss(wanted, ranges);
    losses += trained.step(
      views.map(({ features }) => features),
      loss,
      { learningRate: learningRate * decay ** (step / 1000), weightDecay },
    );
    if (step % stepsPerMean === 0) meanLayers = nearer(meanLayers, trained.layers());
    if (step % stepsPerLook === 0) await look(step);
    if (step - best.step >= patienceLooks * stepsPerLook) break;
  }
  return { head: best.head, step: best.step, curve };
}

function oneOf<T>(values: readonly T[], random: RandomStream): T {
  return values[random.integerBelow(values.length)]!;
}

function nearer(from: readonly LinearLayer[], to: readonly LinearLayer[]): LinearLayer[] {
  const between = (a: Float32Array, b: Float32Array) =>
    a.map((value, i) => value + averaged * (b[i]! - value));
  return from.map((layer, i) => ({
    ...layer,
    weights: between(layer.weights, to[i]!.weights),
    biases: between(layer.biases, to[i]!.biases),
  }));
}
