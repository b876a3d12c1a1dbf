import { describe, expect, it } from 'vitest';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import { noisePair } from '../../harness/algorithm/testing/noisePair.ts';
import { ConfigError, ModelError } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { Model } from '../card/index.ts';
import { openOnnxModel } from '../onnx/index.ts';
import { goldenInputs } from '../parity/goldenInputs.ts';
import { linearModel } from '../testing/linearModel.ts';
import { shippedModel } from '../testing/shippedModel.ts';
import { HeadRecalibration } from './HeadRecalibration.ts';
import { PairHead } from './PairHead.ts';

const runtime = { executionProvider: 'cpu', threads: 1 };
const model = shippedModel('deepfocus-128');

describe('HeadRecalibration', () => {
  it('opens the networks that answer pairs with corrections, with and without scores', async () => {
    for (const name of ['deepfocus-128', 'deepfocus-score-384']) {
      await expect(HeadRecalibration.open(shippedModel(name), runtime)).resolves.toBeDefined();
    }
  });

  it.each([
    [
      'deepfocus-spectral-384',
      /which answers with aberrations and fits any instrument by its calibration/,
    ],
    ['deepscore-512', /which looks at single frames and knows no directions/],
  ])('refuses %s, and says why', async (name, why) => {
    const opening = HeadRecalibration.open(shippedModel(name), runtime);
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(
      new RegExp(
        `^--model must be a network that answers pairs with corrections. Received ${name}, `,
      ),
    );
    await expect(opening).rejects.toThrow(why);
  });

  it('refuses a network without a head', async () => {
    const columns = [0, 1, 2].map((bias) => ({ bias, ofMean: [1, 0] }));
    const opening = HeadRecalibration.open(linearModel({ kind: 'correction', columns }), runtime);
    await expect(opening).rejects.toThrow(ModelError);
    await expect(opening).rejects.toThrow(/two or more fully connected layers/);
  });

  it('hands back the file as it was where the head is, and another where it is not', async () => {
    const opened = await HeadRecalibration.open(model, runtime);
    const pair = noisePair(200, 200);
    const target = [4, 1, -2] as const;
    const views = await opened.views(pair, merlinCalibration, target, {
      ...{ plain: 3, turned: 2 },
      random: new RandomStream(1, 'patches'),
    });
    expect(views.plain).toHaveLength(3);
    expect(views.turns.map(({ length }) => length)).toEqual([3, 2, 2, 2]);
    // 90 degrees turn astigmatism into its opposite, 180 degrees leave it.
    expect(views.turns.map(([first]) => first?.target)).toEqual(
      [1, -1, 1, -1].map((sign) => [4, sign, sign * -2]),
    );
    const judged = opened.judge([{ location: 0, ...views }]);
    expect(judged.pairs).toBe(1);
    const { head } = await opened.train([{ location: 0, ...views }], [{ location: 1, ...views }], {
      ...{ ranges: [20, 5, 5], steps: 50, batch: 8, learningRate: 1e-3, onLook: () => {} },
      random: new RandomStream(1, 'training'),
      signal: new AbortController().signal,
    });
    const bytes = opened.fileWith(head);
    const changed: Model = { ...model, sha256: 'other', read: () => bytes };
    const inputs = goldenInputs(model.card);
    const answers = (await (await openOnnxModel(changed, runtime)).run(inputs)).flat();
    const before = (await (await openOnnxModel(model, runtime)).run(inputs)).flat();
    expect(Math.max(...answers.map((value, i) => Math.abs(value - before[i]!)))).toBeGreaterThan(
      0.1,
    );
    const again = await HeadRecalibration.open(changed, runtime);
    expect(again.judge([{ location: 0, ...views }]).mean[0]).toBeLessThan(judged.mean[0]);
    expect(new PairHead(head, 4).layers().map(({ outputs }) => outputs)).toEqual([100, 50, 3]);
  });
});
