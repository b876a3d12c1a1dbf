import { describe, expect, it } from 'vitest';
import { ModelError } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { Model, ModelCard } from '../card/index.ts';
import { type LinearModelOptions, linearModel } from '../testing/linearModel.ts';
import { shippedModel } from '../testing/shippedModel.ts';
import { openOnnxModel, runtimeParametersSchema } from './OnnxModel.ts';

const runtime = { executionProvider: 'cpu', threads: 1 };
const side = 16;
const patchSize = 2 * side * side;
/** The mean of under, the mean of over, both and a constant. */
const columns = [
  { bias: 0, ofMean: [1, 0] },
  { bias: 0, ofMean: [0, 1] },
  { bias: 7, ofMean: [2, -2] },
];

function modelOf(options: Partial<LinearModelOptions> = {}): Model {
  return linearModel({ kind: 'correction', columns, ...options });
}

/** Patches whose under and over are flat. */
function flat(...means: readonly (readonly [number, number])[]): Float32Array {
  const patches = new Float32Array(means.length * patchSize);
  means.forEach(([under, over], i) => {
    patches.fill(under, i * patchSize, (i + 0.5) * patchSize);
    patches.fill(over, (i + 0.5) * patchSize, (i + 1) * patchSize);
  });
  return patches;
}

/** A part of the card that does not fit the file. */
function misdescribed(card: Partial<ModelCard>): Model {
  const model = modelOf();
  return { ...model, card: { ...model.card, ...card } };
}

describe('openOnnxModel', () => {
  it('answers every patch with a row of the columns, in the order of the patches', async () => {
    const network = await openOnnxModel(modelOf(), runtime);
    const rows = await network.run(flat([0.5, -0.25], [1, 1], [-1, 0]));
    expect(rows.map((row) => row.map((value) => Number(value.toFixed(5))))).toEqual([
      [0.5, -0.25, 8.5],
      [1, 1, 7],
      [-1, 0, 5],
    ]);
  });

  it('takes a view into a larger buffer at its place', async () => {
    const network = await openOnnxModel(modelOf(), runtime);
    const [row] = await network.run(
      flat([9, 9], [0.5, 0.25], [9, 9]).subarray(patchSize, 2 * patchSize),
    );
    expect(row?.[0]).toBeCloseTo(0.5, 5);
  });

  it('keeps the answers of calls apart that are under way at once', async () => {
    const network = await openOnnxModel(modelOf(), runtime);
    const calls = [1, 2, 3, 4].map((value) => network.run(flat([value, 0], [-value, 0])));
    const firsts = (await Promise.all(calls)).map((rows) => rows.map((row) => Math.round(row[0]!)));
    expect(firsts).toEqual([1, 2, 3, 4].map((value) => [value, -value]));
  });

  it('reads a file once for each way to run it', async () => {
    const model = modelOf({ card: { name: 'read-once' } });
    let reads = 0;
    const counted = { ...model, read: () => [reads++, model.read()][1] as Uint8Array };
    const first = openOnnxModel(counted, runtime);
    expect(openOnnxModel(counted, runtime)).toBe(first);
    await first;
    expect(reads).toBe(1);
    await openOnnxModel(counted, { ...runtime, threads: 2 });
    expect(reads).toBe(2);
    await openOnnxModel({ ...counted, sha256: '0'.repeat(64) }, runtime);
    expect(reads).toBe(3);
  });

  it('checks a file again that is open under another card', async () => {
    await openOnnxModel(modelOf(), runtime);
    await expect(openOnnxModel(misdescribed({ patchSidePx: 32 }), runtime)).rejects.toThrow(
      ModelError,
    );
  });

  it('tries again after a failure', async () => {
    const model = modelOf({ card: { name: 'put-right' } });
    let isDamaged = true;
    const read = () => {
      if (isDamaged) throw new ModelError('damaged');
      return model.read();
    };
    await expect(openOnnxModel({ ...model, read }, runtime)).rejects.toThrow('damaged');
    isDamaged = false;
    await expect(openOnnxModel({ ...model, read }, runtime)).resolves.toBeDefined();
  });

  it('refuses a provider that the installation lacks, with those that it has', async () => {
    const opening = openOnnxModel(modelOf(), { ...runtime, executionProvider: 'abacus' });
    await expect(opening).rejects.toThrow(ModelError);
    await expect(opening).rejects.toThrow(
      /^executionProvider must be "cpu".* with this installation of onnxruntime-node\. Received "abacus"$/,
    );
  });

  it('refuses bytes that are no network, naming the file', async () => {
    const broken = { ...modelOf({ card: { name: 'broken' } }), read: () => new Uint8Array(100) };
    const opening = openOnnxModel(broken, runtime);
    await expect(opening).rejects.toThrow(/^broken\.onnx cannot be loaded on cpu: .+/);
    await expect(opening).rejects.toMatchObject({
      hint: expect.stringMatching(/not an ONNX model/),
    });
  });

  it('refuses weights in another file, which no hash covers', async () => {
    const opening = openOnnxModel(modelOf({ weightsFile: 'weights.data' }), runtime);
    await expect(opening).rejects.toThrow(ModelError);
    await expect(opening).rejects.toThrow(
      'linear-16.onnx keeps weights in another file; only its own bytes are read',
    );
    await expect(opening).rejects.toMatchObject({
      hint: expect.stringContaining('save_as_external_data=False'),
    });
  });

  it.each<[string, Model, RegExp]>([
    [
      'side',
      misdescribed({ patchSidePx: 32 }),
      /input, pair: float32 \[patches, 2, 32, 32\], as its card says\. Found pair: float32 \[patches, 2, 16, 16\]/,
    ],
    [
      'frames',
      misdescribed({ input: { ...modelOf().card.input, framesPerPatch: 1 } }),
      /\[patches, 1, 16, 16\], as its card says\. Found .*\[patches, 2, 16, 16\]/,
    ],
    [
      'input',
      misdescribed({ input: { ...modelOf().card.input, name: 'image' } }),
      /input, image: .* Found pair: /,
    ],
    [
      'columns',
      misdescribed({ output: { name: 'estimate', columns: ['defocusUm', 'stigmation'] } }),
      /output, estimate: float32 \[patches, 2\], as its card says\. Found estimate: float32 \[patches, 3\]/,
    ],
    [
      'output',
      misdescribed({ output: { ...modelOf().card.output, name: 'answer' } }),
      /output, answer: .* Found estimate: /,
    ],
    [
      'a fixed number of patches',
      modelOf({ patches: 1 }),
      /\[patches, 2, 16, 16\], as its card says\. Found pair: float32 \[1, 2, 16, 16\]/,
    ],
  ])('refuses a card that does not fit the file: %s', async (_, model, message) => {
    const opening = openOnnxModel(model, runtime);
    await expect(opening).rejects.toThrow(ModelError);
    await expect(opening).rejects.toThrow(message);
  });

  it('refuses parts of patches, and none', async () => {
    const network = await openOnnxModel(modelOf(), runtime);
    await expect(network.run(new Float32Array(patchSize + 1))).rejects.toThrow(
      'patches must hold whole patches of 512 values. Received 513',
    );
    await expect(network.run(new Float32Array(0))).rejects.toThrow(/Received 0/);
  });

  it('lets through what is not finite: what to make of it is for the algorithm', async () => {
    const network = await openOnnxModel(modelOf(), runtime);
    const [first, second] = await network.run(flat([Number.NaN, 1], [1, 1]));
    expect(first?.[0]).toBeNaN();
    expect(second?.[0]).toBeCloseTo(1, 5);
  });
});

describe('runtimeParametersSchema', () => {
  it('has a processor and one thread where nothing is said', () => {
    expect(runtimeParametersSchema.parse({})).toEqual(runtime);
    expect(() => runtimeParametersSchema.parse({ threads: 0 })).toThrow();
  });
});

describe('the shipped network', () => {
  const model = shippedModel('deepfocus-spectral-384');
  const { framesPerPatch, patchSidePx } = { ...model.card.input, ...model.card };
  const size = framesPerPatch * patchSidePx ** 2;

  it('answers several patches as each of them, with one thread as with two', async () => {
    const random = new RandomStream(1, 'noise');
    const patches = Float32Array.from({ length: 3 * size }, () => 0.2 * random.normal());
    const network = await openOnnxModel(model, runtime);
    const together = await network.run(patches);
    const twoThreads = await (await openOnnxModel(model, { ...runtime, threads: 2 })).run(patches);
    expect(together).toHaveLength(3);
    for (const [i, row] of together.entries()) {
      const [alone = []] = await network.run(patches.slice(i * size, (i + 1) * size));
      row.forEach((value, column) => {
        expect(Math.abs(value - alone[column]!)).toBeLessThan(1e-4);
        expect(Math.abs(value - twoThreads[i]![column]!)).toBeLessThan(1e-4);
      });
    }
  });
});
