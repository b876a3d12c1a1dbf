import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { LinearLayer } from '../onnx/index.ts';
import type { Correction } from './answerLoss.ts';
import { judgeHead } from './judgeHead.ts';
import { PairHead } from './PairHead.ts';
import type { PairView, PairViews } from './PairViews.ts';
import { type TrainingLook, type TrainingOptions, trainHead } from './trainHead.ts';

const ranges: Correction = [20, 5, 5];
/** Features of a frame. */
const features = 12;

function headOf(columns: number): LinearLayer[] {
  const random = new RandomStream(1, 'head');
  const layer = (inputs: number, outputs: number): LinearLayer => ({
    ...{ inputs, outputs },
    weights: Float32Array.from(
      { length: inputs * outputs },
      () => random.normal() / Math.sqrt(inputs),
    ),
    biases: new Float32Array(outputs),
  });
  return [layer(2 * features, 24), layer(24, columns)];
}

/** Pairs whose features tell the three settings by their differences, among noise. */
function pairsOf(locations: readonly number[]): PairViews[] {
  return locations.flatMap((location) =>
    Array.from({ length: 8 }, (_, pair): PairViews => {
      const random = new RandomStream(2, 'pairs', location, pair);
      const target = [20, 5, 5].map((half) => random.uniformBetween(-half, half)) as never;
      const view = (): PairView => {
        const values = new Float32Array(2 * features);
        for (let i = 0; i < features; i++) {
          const signal = target[i % 3]! / ranges[i % 3]!;
          values[i] = Math.max(0, 1 + signal + 0.2 * random.normal());
          values[i + features] = Math.max(0, 1 - signal + 0.2 * random.normal());
        }
        return { features: values, target };
      };
      const plain = [view(), view(), view(), view(), view()];
      return { location, plain, turns: [plain] };
    }),
  );
}

async function train(options: Partial<TrainingOptions> = {}) {
  const looks: TrainingLook[] = [];
  const isScored = options.isScored === true;
  const head = headOf(isScored ? 4 : 3);
  const trained = await trainHead(head, pairsOf([0, 1, 2, 3]), pairsOf([4, 5]), {
    ...{ isScored, ranges, steps: 800, batch: 20, learningRate: 3e-3 },
    ...{ random: new RandomStream(3, 'training'), signal: new AbortController().signal },
    onLook: (look) => void looks.push(look),
    ...options,
  });
  const judged = (layers: readonly LinearLayer[]) =>
    judgeHead(new PairHead(layers, 8), pairsOf([6, 7]), isScored);
  return { trained, looks, before: judged(head), after: judged(trained.head) };
}

describe('trainHead', () => {
  it.each([false, true])(
    'learns what the features tell, on places not seen: scored %s',
    async (isScored) => {
      const { before, after, looks, trained } = await train({ isScored });
      expect(after.pairs).toBe(16);
      after.mean.forEach((error, i) => {
        expect(error).toBeLessThan(0.25 * before.mean[i]!);
        expect(error).toBeLessThan(0.12 * ranges[i]!);
        expect(after.onePatch[i]).toBeGreaterThan(error);
      });
      expect(looks).toEqual(trained.curve);
      expect(looks[0]).toMatchObject({ step: 0, loss: 0 });
    },
  );

  it('begins with the matrix that fits best, and hands it back where training does no good', async () => {
    const { trained, before, after } = await train({ learningRate: 1e-12, steps: 100 });
    expect(trained.step).toBeLessThanOrEqual(100);
    expect(after.mean[0]).toBeLessThan(before.mean[0]);
  });

  it('ends when the error of other places falls no more, with the best head', async () => {
    const { trained } = await train({ learningRate: 0.3, steps: 5000 });
    const { curve, step } = trained;
    expect(curve.at(-1)!.step).toBeLessThan(5000);
    const value = ({ errors }: TrainingLook) =>
      errors.reduce((sum, error, i) => sum + error / ranges[i]!, 0);
    const best = curve.reduce((a, b) => (value(b) < value(a) ? b : a));
    expect(best.step).toBe(step);
  });

  it('does the same for the same seed', async () => {
    const [first, second] = [await train({ steps: 50 }), await train({ steps: 50 })];
    expect(second.trained).toEqual(first.trained);
    const other = await train({ steps: 50, random: new RandomStream(4, 'training') });
    expect(other.trained.head).not.toEqual(first.trained.head);
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const training = train({
      signal: controller.signal,
      onLook: ({ step }) => {
        if (step === 50) controller.abort(new Error('enough'));
      },
    });
    await expect(training).rejects.toThrow('enough');
  });
});
