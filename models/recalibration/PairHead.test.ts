import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { LinearLayer } from '../onnx/index.ts';
import { type Correction, correctionLoss, scoredLoss } from './answerLoss.ts';
import { type AnswerLoss, PairHead } from './PairHead.ts';

const numbers = z.array(z.number());
const layersSchema = z.array(z.tuple([numbers, numbers]));
const caseSchema = z.object({
  sizes: z.array(z.tuple([z.number(), z.number()])),
  features: z.array(numbers),
  targets: z.array(z.tuple([z.number(), z.number(), z.number()])),
  layers: layersSchema,
  answers: z.array(numbers),
  losses: numbers,
  slopes: layersSchema,
  after: layersSchema,
});
/** Written by models/training/tests/head_fixture.py, which says how. */
const fixture = z
  .object({
    ranges: z.tuple([z.number(), z.number(), z.number()]),
    learningRate: z.number(),
    weightDecay: z.number(),
    correction: caseSchema,
    scoredCorrection: caseSchema,
  })
  .parse(JSON.parse(readFileSync(new URL('./fixtures/head.json', import.meta.url), 'utf8')));
const kinds = ['correction', 'scoredCorrection'] as const;

function caseOf(kind: (typeof kinds)[number]) {
  const { sizes, layers, features, targets, ...expected } = fixture[kind];
  const head = sizes.map(([inputs, outputs], i): LinearLayer => {
    const [weights = [], biases = []] = layers[i] ?? [];
    return {
      ...{ inputs, outputs },
      weights: Float32Array.from(weights),
      biases: Float32Array.from(biases),
    };
  });
  const loss =
    kind === 'correction'
      ? correctionLoss(targets, fixture.ranges)
      : scoredLoss(targets, fixture.ranges, targets.length);
  return { head, features: features.map((row) => Float32Array.from(row)), loss, ...expected };
}

function expectLayers(
  found: readonly LinearLayer[],
  expected: z.infer<typeof layersSchema>,
  largest: number,
  isCompared: (i: number) => boolean = () => true,
): void {
  const values = found.flatMap(({ weights, biases }) => [...weights, ...biases]);
  const wanted = expected.flat(2);
  expect(values).toHaveLength(wanted.length);
  values.forEach((value, i) => {
    if (isCompared(i)) expect(Math.abs(value - wanted[i]!)).toBeLessThan(largest);
  });
}

describe('PairHead', () => {
  it.each(kinds)('answers as PyTorch does: %s', (kind) => {
    const { head, features, answers } = caseOf(kind);
    const found = new PairHead(head, 8).answers(features);
    expect(found).toHaveLength(answers.flat().length);
    answers.flat().forEach((value, i) => {
      expect(Math.abs(found[i]! - value)).toBeLessThan(1e-6);
    });
  });

  it.each(kinds)('has the loss and the gradient that PyTorch has: %s', (kind) => {
    const { head, features, loss, losses, slopes } = caseOf(kind);
    const found = new PairHead(head, 8).gradient(features, loss);
    expect(found.loss).toBeCloseTo(losses[0]!, 6);
    expectLayers(found.slopes, slopes, 1e-7);
  });

  it.each(kinds)('takes the steps of AdamW that PyTorch takes: %s', (kind) => {
    const { head, features, loss, losses, slopes, after } = caseOf(kind);
    const trained = new PairHead(head, 8);
    const { learningRate, weightDecay } = fixture;
    const found = losses.map(() => trained.step(features, loss, { learningRate, weightDecay }));
    losses.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 6);
    });
    // A bias that cancels has a slope of rounding errors alone, which Adam takes for one.
    const first = slopes.flat(2);
    expectLayers(trained.layers(), after, 2e-6, (i) => Math.abs(first[i]!) > 1e-6);
    expect(first.filter((slope) => Math.abs(slope) > 1e-6).length).toBeGreaterThan(50);
    expect(Math.abs(trained.layers()[0]!.weights[0]! - head[0]!.weights[0]!)).toBeGreaterThan(1e-3);
  });

  it('has the gradient that small changes of the weights have, in a batch of any size', () => {
    const random = new RandomStream(1, 'head');
    const noise = (length: number, size: number) =>
      Float32Array.from({ length }, () => size * random.normal());
    const head = [
      { inputs: 10, outputs: 6, weights: noise(60, 0.4), biases: noise(6, 0.4) },
      { inputs: 6, outputs: 3, weights: noise(18, 0.4), biases: noise(3, 0.4) },
    ];
    const features = [1, 2, 3].map(() => noise(10, 1).map(Math.abs));
    // Smooth, so that small changes tell; another weight for every answer.
    const loss: AnswerLoss = (answers) => ({
      loss: answers.reduce((sum, answer, i) => sum + 0.5 * (i + 1) * answer ** 2, 0),
      slopes: answers.map((answer, i) => (i + 1) * answer),
    });
    const { slopes } = new PairHead(head, 12).gradient(features, loss);
    const step = 2e-3;
    for (const [i, layer] of head.entries()) {
      for (const name of ['weights', 'biases'] as const) {
        layer[name].forEach((value, at) => {
          const lossAt = (changed: number) => {
            const other = layer[name].with(at, changed);
            return new PairHead(head.with(i, { ...layer, [name]: other }), 4).gradient(
              features,
              loss,
            ).loss;
          };
          const slope = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
          expect(Math.abs(slopes[i]![name][at]! - slope)).toBeLessThan(
            0.02 * Math.max(1, Math.abs(slope)),
          );
        });
      }
    }
  });

  it('turns the sign of its corrections when the frames are exchanged, and keeps scores', () => {
    const { head, features } = caseOf('scoredCorrection');
    const [there = new Float32Array(0)] = features;
    const half = there.length / 2;
    const back = Float32Array.from([...there.subarray(half), ...there.subarray(0, half)]);
    const [a, b, c, score, ...other] = new PairHead(head, 4).answers([there, back]);
    expect(other).toEqual([-a!, -b!, -c!, score].map((value) => expect.closeTo(value!, 6)));
  });

  it('refuses more pairs than a batch has', () => {
    const { head, features } = caseOf('correction');
    expect(() => new PairHead(head, 4).answers(features)).toThrow(
      'features must be of 4 pairs at most. Received 5',
    );
  });
});

describe('scoredLoss', () => {
  const targets: Correction[] = [1, 1, -2, -2].map((value) => [value, 0.5 * value, -value]);

  it('looks at each group by itself', () => {
    const loss = scoredLoss(targets, [20, 5, 5], 2);
    const random = new RandomStream(2, 'answers');
    const answers = Float32Array.from({ length: 16 }, () => random.normal());
    const groups = [0, 1].map((group) =>
      scoredLoss(
        targets.slice(2 * group, 2 * group + 2),
        [20, 5, 5],
        2,
      )(answers.slice(8 * group, 8 * group + 8)),
    );
    expect(loss(answers).loss).toBeCloseTo((groups[0]!.loss + groups[1]!.loss) / 2, 6);
  });

  it('does not overflow, however large the scores are', () => {
    const answers = Float32Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 500 + 9 * i : 1));
    const { loss, slopes } = scoredLoss(targets, [20, 5, 5], 4)(answers);
    expect([loss, ...slopes].every(Number.isFinite)).toBe(true);
  });
});
