import { FloatAreas } from '../../harness/numeric/index.ts';
import type { LinearLayer } from '../onnx/index.ts';

/**
 * Loss of the answers to a batch.
 *
 * @param answers - [pairs, columns].
 * @returns the loss, and its slopes by each of the answers.
 */
export type AnswerLoss = (answers: Float32Array) => {
  readonly loss: number;
  readonly slopes: Float32Array;
};

/** Of the answers to a pair, how many change sign when its frames are exchanged; the others do not. */
const oddAnswers = 3;

const rounded = (length: number): number => 4 * Math.ceil(length / 4);

/** A layer with rows and columns rounded up to multiples of four; what is added is zero and stays so. */
interface PaddedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
  readonly weightSlopes: Float32Array;
  readonly biasSlopes: Float32Array;
  /** What it says of the batch in both orders [2 pairs, outputs], and the slopes by that. */
  readonly said: Float32Array;
  readonly saidSlopes: Float32Array;
}

/** One half of the first layer. */
interface Part {
  readonly features: Float32Array;
  readonly weights: Float32Array;
  readonly weightSlopes: Float32Array;
  /** [pairs, outputs]; the slopes take its place. */
  readonly said: Float32Array;
}

/**
 * The fully connected layers of a network for pairs, on the features of both frames, and their training by
 * AdamW. The answer is the mean of what the layers say of the frames in either order, with the sign
 * turned where it has to.
 *
 * The first layer has nearly all of the work. It is given the sum and the difference of the features of
 * the two frames: what it says of both orders is the sum and the difference of two products of half the
 * size.
 */
export class PairHead {
  /** In a batch. */
  readonly #pairs: number;
  readonly #sizes: readonly Pick<LinearLayer, 'inputs' | 'outputs'>[];
  readonly #areas: FloatAreas;
  readonly #layers: readonly PaddedLayer[];
  /** Of the sum of the two frames, and of their difference. */
  readonly #parts: readonly [Part, Part];
  /** Running means of slopes and of their squares, for weights and biases of every layer. */
  readonly #moments: readonly Float32Array[];
  #steps = 0;

  /**
   * @param head - Copied.
   * @param pairs - In a batch, a multiple of four.
   */
  constructor(head: readonly LinearLayer[], pairs: number) {
    this.#pairs = pairs;
    this.#sizes = head;
    const sizes = head.map(({ inputs, outputs }, i) => ({
      inputs: i === 0 ? 2 * rounded(inputs / 2) : rounded(inputs),
      outputs: rounded(outputs),
    }));
    const ofLayer = sizes.flatMap(({ inputs, outputs }) => [
      ...[inputs * outputs, outputs, inputs * outputs, outputs],
      ...[2 * pairs * outputs, 2 * pairs * outputs],
    ]);
    const { inputs, outputs } = sizes[0]!;
    const ofPart = [pairs * inputs, outputs * inputs, outputs * inputs, 2 * pairs * outputs].map(
      (length) => length / 2,
    );
    const ofMoments = sizes.flatMap((size) => [size.inputs * size.outputs, size.outputs]);
    this.#areas = new FloatAreas([...ofLayer, ...ofPart, ...ofPart, ...ofMoments, ...ofMoments]);
    const areas = [...this.#areas.areas];
    this.#layers = sizes.map((size) => {
      const [weights, biases, weightSlopes, biasSlopes, said, saidSlopes] = areas.splice(0, 6);
      return {
        ...size,
        ...{ weights: weights!, biases: biases!, weightSlopes: weightSlopes! },
        ...{ biasSlopes: biasSlopes!, said: said!, saidSlopes: saidSlopes! },
      };
    });
    const part = (): Part => {
      const [features, weights, weightSlopes, said] = areas.splice(0, 4);
      return {
        ...{ features: features!, weights: weights!, weightSlopes: weightSlopes!, said: said! },
      };
    };
    this.#parts = [part(), part()];
    this.#moments = areas;
    this.set(head);
  }

  /** Takes other weights, of the same sizes; Adam goes on as it was. */
  set(head: readonly LinearLayer[]): void {
    head.forEach((layer, i) => {
      const padded = this.#layers[i]!;
      padded.biases.set(layer.biases);
      this.#rows(i, (from, to, length) => {
        padded.weights.set(layer.weights.subarray(from, from + length), to);
      });
    });
  }

  /** A copy of the layers as they are now. */
  layers(): LinearLayer[] {
    return this.#copy(({ weights, biases }) => [weights, biases]);
  }

  /**
   * @param features - Of every pair of the batch or fewer: those of the first frame, then of the second.
   * @returns [pairs, columns].
   */
  answers(features: readonly Float32Array[]): Float32Array {
    this.#forward(features);
    const { outputs } = this.#sizes.at(-1)!;
    const last = this.#layers.at(-1)!;
    const other = this.#pairs * last.outputs;
    return Float32Array.from({ length: features.length * outputs }, (_, at) => {
      const column = at % outputs;
      const from = Math.floor(at / outputs) * last.outputs + column;
      return 0.5 * (last.said[from]! + signOfOther(column) * last.said[from + other]!);
    });
  }

  /**
   * @param features - As for {@link answers}.
   * @returns the loss, and its slopes by weights and biases of every layer.
   */
  gradient(
    features: readonly Float32Array[],
    loss: AnswerLoss,
  ): { readonly loss: number; readonly slopes: LinearLayer[] } {
    const value = this.#backward(features, loss);
    return {
      loss: value,
      slopes: this.#copy(({ weightSlopes, biasSlopes }) => [weightSlopes, biasSlopes]),
    };
  }

  /**
   * One step of AdamW.
   *
   * @see Loshchilov, Hutter 2019, arXiv:1711.05101, algorithm 2; numbers as in PyTorch.
   * @returns the loss before it.
   */
  step(
    features: readonly Float32Array[],
    loss: AnswerLoss,
    { learningRate, weightDecay }: { readonly learningRate: number; readonly weightDecay: number },
  ): number {
    const value = this.#backward(features, loss);
    this.#steps++;
    const rule = {
      kept: 1 - learningRate * weightDecay,
      rate: learningRate / (1 - 0.9 ** this.#steps),
      ofSquares: 1 / (1 - 0.999 ** this.#steps),
    };
    const half = this.#moments.length / 2;
    const all = this.#layers.flatMap(({ weights, weightSlopes, biases, biasSlopes }) => [
      [weights, weightSlopes] as const,
      [biases, biasSlopes] as const,
    ]);
    all.forEach(([values, slopes], i) => {
      const [means, squares] = [this.#moments[i]!, this.#moments[half + i]!];
      this.#areas.adamStep(values, { slopes, means, squares, ...rule });
    });
    return value;
  }

  #forward(features: readonly Float32Array[]): void {
    if (features.length > this.#pairs) {
      throw new RangeError(
        `features must be of ${this.#pairs} pairs at most. Received ${features.length}`,
      );
    }
    const [sum, difference] = this.#parts;
    const first = this.#layers[0]!;
    const half = first.inputs / 2;
    const read = this.#sizes[0]!.inputs / 2;
    features.forEach((values, pair) => {
      for (let i = 0, at = pair * half; i < read; i++, at++) {
        sum.features[at] = values[i]! + values[i + read]!;
        difference.features[at] = values[i]! - values[i + read]!;
      }
    });
    sum.features.fill(0, features.length * half);
    difference.features.fill(0, features.length * half);
    for (let row = 0, at = 0; row < first.outputs; row++) {
      for (let i = 0, from = row * first.inputs; i < half; i++, from++, at++) {
        sum.weights[at] = 0.5 * (first.weights[from]! + first.weights[from + half]!);
        difference.weights[at] = 0.5 * (first.weights[from]! - first.weights[from + half]!);
      }
    }
    for (const part of [sum, difference]) {
      this.#areas.products(part.features, part.weights, part.said, this.#pairs);
    }
    const other = this.#pairs * first.outputs;
    for (let at = 0; at < other; at++) {
      const bias = first.biases[at % first.outputs]!;
      first.said[at] = bias + sum.said[at]! + difference.said[at]!;
      first.said[at + other] = bias + sum.said[at]! - difference.said[at]!;
    }
    this.#layers.slice(1).forEach((layer, i) => {
      const { said: input } = this.#layers[i]!;
      for (let at = 0; at < input.length; at++) if (input[at]! < 0) input[at] = 0;
      const { said, outputs, biases } = layer;
      this.#areas.products(input, layer.weights, said, 2 * this.#pairs);
      for (let at = 0; at < said.length; at++) said[at]! += biases[at % outputs]!;
    });
  }

  #backward(features: readonly Float32Array[], loss: AnswerLoss): number {
    const found = loss(this.answers(features));
    const rows = 2 * this.#pairs;
    const columns = this.#sizes.at(-1)!.outputs;
    const last = this.#layers.at(-1)!;
    const other = this.#pairs * last.outputs;
    last.saidSlopes.fill(0);
    found.slopes.forEach((slope, at) => {
      const column = at % columns;
      const to = Math.floor(at / columns) * last.outputs + column;
      last.saidSlopes[to] = 0.5 * slope;
      last.saidSlopes[to + other] = 0.5 * signOfOther(column) * slope;
    });
    for (let i = this.#layers.length - 1; i > 0; i--) {
      const layer = this.#layers[i]!;
      const before = this.#layers[i - 1]!;
      this.#areas.outerProducts(layer.saidSlopes, before.said, layer.weightSlopes, rows);
      throughLayer(layer, before);
    }
    const first = this.#layers[0]!;
    const half = first.inputs / 2;
    const [sum, difference] = this.#parts;
    const behind = first.saidSlopes;
    const apart = behind.length / 2;
    for (let at = 0; at < apart; at++) {
      sum.said[at] = behind[at]! + behind[at + apart]!;
      difference.said[at] = behind[at]! - behind[at + apart]!;
    }
    for (const part of [sum, difference]) {
      this.#areas.outerProducts(part.said, part.features, part.weightSlopes, this.#pairs);
    }
    for (let row = 0, at = 0; row < first.outputs; row++) {
      for (let i = 0, to = row * first.inputs; i < half; i++, to++, at++) {
        first.weightSlopes[to] = 0.5 * (sum.weightSlopes[at]! + difference.weightSlopes[at]!);
        first.weightSlopes[to + half] =
          0.5 * (sum.weightSlopes[at]! - difference.weightSlopes[at]!);
      }
    }
    for (const { saidSlopes, biasSlopes, outputs } of this.#layers) {
      biasSlopes.fill(0);
      for (let at = 0; at < saidSlopes.length; at++) biasSlopes[at % outputs]! += saidSlopes[at]!;
    }
    return found.loss;
  }

  #copy(of: (layer: PaddedLayer) => readonly [Float32Array, Float32Array]): LinearLayer[] {
    return this.#sizes.map(({ inputs, outputs }, i) => {
      const [padded, paddedBiases] = of(this.#layers[i]!);
      const weights = new Float32Array(inputs * outputs);
      this.#rows(i, (at, from, length) => weights.set(padded.subarray(from, from + length), at));
      return { inputs, outputs, weights, biases: paddedBiases.slice(0, outputs) };
    });
  }

  /** Where each run of weights begins in a layer as it is and as it is padded. */
  #rows(i: number, each: (at: number, padded: number, length: number) => void): void {
    const { inputs, outputs } = this.#sizes[i]!;
    const parts = i === 0 ? 2 : 1;
    const length = inputs / parts;
    for (let run = 0; run < outputs * parts; run++) {
      each(run * length, (run * this.#layers[i]!.inputs) / parts, length);
    }
  }
}

function signOfOther(column: number): 1 | -1 {
  return column < oddAnswers ? -1 : 1;
}

/** Slopes by what the layer before says, of those by what the layer says: none where the ReLU between is shut. */
function throughLayer(
  { saidSlopes, weights, inputs, outputs }: PaddedLayer,
  before: PaddedLayer,
): void {
  const to = before.saidSlopes.fill(0);
  for (let from = 0, row = 0; from < saidSlopes.length; row += inputs) {
    for (let output = 0; output < outputs; output++, from++) {
      const slope = saidSlopes[from]!;
      if (slope === 0) continue;
      for (let i = 0, at = output * inputs; i < inputs; i++, at++)
        to[row + i]! += slope * weights[at]!;
    }
    for (let i = row; i < row + inputs; i++) if (before.said[i] === 0) to[i] = 0;
  }
}
