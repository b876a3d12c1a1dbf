import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { Correction } from './answerLoss.ts';
import { nearestMatrix, withMatrix } from './correctedAnswers.ts';

const ranges: Correction = [20, 5, 5];
const random = new RandomStream(1, 'answers');
const answers = Array.from(
  { length: 60 },
  (): Correction => [20, 5, 5].map((half) => random.uniformBetween(-half, half)) as never,
);
/** A scan turned by 90 degrees, and an instrument of a smaller angle. */
const turned = ([wd, x, y]: Correction): Correction => [1.3 * wd, -y - 0.2 * x, x];

describe('nearestMatrix', () => {
  it('finds the matrix between answers and targets, in spite of some that are far off', () => {
    const targets = answers.map((answer, i): Correction => {
      const [wd, x, y] = turned(answer);
      return i % 10 === 0 ? [wd + 15, x - 4, y + 4] : [wd, x, y];
    });
    const found = nearestMatrix(answers, targets, ranges).flat();
    [1.3, 0, 0, 0, -0.2, -1, 0, 1, 0].forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 2);
    });
  });

  it('answers with nothing where the answers are always nothing', () => {
    const none = answers.map((): Correction => [0, 0, 0]);
    expect(nearestMatrix(none, answers, ranges).flat()).toEqual(Array(9).fill(0));
  });
});

describe('withMatrix', () => {
  it('mixes the corrections of the last layer, and leaves scores and other layers', () => {
    const first = {
      ...{ inputs: 2, outputs: 2 },
      weights: Float32Array.of(1, 2, 3, 4),
      biases: Float32Array.of(1, 1),
    };
    const last = {
      ...{ inputs: 2, outputs: 4 },
      weights: Float32Array.of(1, 0, 0, 1, 2, 2, 5, 6),
      biases: Float32Array.of(1, 2, 3, 4),
    };
    const [one, two] = withMatrix(
      [first, last],
      [
        [2, 0, 0],
        [0, 0, -1],
        [0, 1, 0],
      ],
    );
    expect(one).toBe(first);
    expect([...two!.weights]).toEqual([2, 0, -2, -2, 0, 1, 5, 6]);
    expect([...two!.biases]).toEqual([2, -3, 2, 4]);
  });
});
