import { describe, expect, it } from 'vitest';
import { sha256OfFloats } from '../../harness/numeric/index.ts';
import type { Model } from '../card/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import { checkParity } from './checkParity.ts';
import { type GoldenSet, goldenSetSchema } from './GoldenSet.ts';
import { goldenInputs, goldenPatches } from './goldenInputs.ts';
import { makeGoldenSet } from './makeGoldenSet.ts';

const columns = (bias: number) => [
  { bias, ofMean: [1, -1] },
  { bias: 0.5, ofMean: [2, 0] },
  { bias: 0, ofMean: [0, 3] },
];
const network = (bias = 0.25, patchSidePx = 32): Model =>
  linearModel({ kind: 'correction', columns: columns(bias), patchSidePx });
const runtime = { onnxruntime: '1.30.0', cpuArchitecture: 'x64' };
const parameters = { executionProvider: 'cpu', threads: 1 };
const golden = await makeGoldenSet(network(), runtime);

describe('frozen inputs', () => {
  it('are the same bytes on every machine, whatever the simulator becomes', () => {
    const sha = (framesPerPatch: 1 | 2, patchSidePx: number) => {
      const input = { name: 'x', framesPerPatch, greyOffset: 128, greyScale: 64 };
      return sha256OfFloats(goldenInputs({ input, patchSidePx })).slice(0, 16);
    };
    expect([sha(2, 32), sha(1, 32), sha(2, 64)]).toMatchInlineSnapshot(`
      [
        "6d4f98ed44c5b34e",
        "a5112d67452e6b7c",
        "7d0d4a04b60d10dd",
      ]
    `);
  });

  it('are grey levels with structure, one frame sharper than the other', () => {
    const input = { name: 'x', framesPerPatch: 2, greyOffset: 0, greyScale: 1 } as const;
    const side = 64;
    const patches = goldenInputs({ input, patchSidePx: side });
    expect(patches.length).toBe(goldenPatches * 2 * side * side);
    expect(patches.every((grey) => Number.isInteger(grey) && grey >= 0 && grey <= 255)).toBe(true);
    const roughness = (frame: number) => {
      let sum = 0;
      for (let i = 1; i < side * side; i++) {
        sum += Math.abs(patches[frame * side * side + i]! - patches[frame * side * side + i - 1]!);
      }
      return sum / (side * side);
    };
    expect(roughness(0)).toBeGreaterThan(1.5 * roughness(1));
    expect(roughness(3)).toBeGreaterThan(1.1 * roughness(2));
  });
});

describe('a golden set', () => {
  it('holds the answers, how far they spread and what is tolerated', () => {
    expect(goldenSetSchema.parse(JSON.parse(JSON.stringify(golden)))).toEqual(golden);
    expect(golden.outputs).toHaveLength(goldenPatches);
    for (const [i, tolerance] of golden.tolerance.entries()) {
      expect(tolerance).toBeGreaterThanOrEqual(10 * (golden.spread[i] ?? 0) + 1e-5);
    }
    // Means of the same texture under two blurs differ little: the answer is nearly the bias.
    for (const row of golden.outputs) expect(row[0]).toBeCloseTo(0.25, 1);
  });
});

describe('checkParity', () => {
  const check = (model: Model, set: GoldenSet = golden, threads = 1) =>
    checkParity(model, set, { ...parameters, threads }, runtime);

  it('finds the same, with more threads as well', async () => {
    expect(await check(network())).toMatchObject({ verdict: 'same', isWithinTolerance: true });
    expect(await check(network(), golden, 3)).toMatchObject({ verdict: 'same' });
  });

  it('tells a model that changed, and whether it answers otherwise', async () => {
    const changed = await check(network(0.2501));
    expect(changed).toMatchObject({ verdict: 'model-changed', isWithinTolerance: false });
    expect(changed.columns.map(({ isWithinTolerance }) => isWithinTolerance)).toEqual([
      false,
      true,
      true,
    ]);
    expect(changed.columns[0]?.difference).toBeCloseTo(1e-4, 6);
    const slightly = await check(network(0.25 + 1e-6));
    expect(slightly).toMatchObject({ verdict: 'model-changed', isWithinTolerance: true });
  });

  it('tells a runtime that changed from a model that did', async () => {
    const [tolerance = 0] = golden.tolerance;
    const moved = (by: number): GoldenSet => ({
      ...golden,
      outputs: golden.outputs.map((row, patch) =>
        row.map((value, column) => (patch === 1 && column === 0 ? value + by : value)),
      ),
    });
    expect((await check(network(), moved(2 * tolerance))).verdict).toBe('runtime-changed');
    expect((await check(network(), moved(tolerance / 2))).verdict).toBe('same');
    expect((await check(network(), moved(Number.NaN))).verdict).toBe('runtime-changed');
  });

  it('says nothing where it is asked something else', async () => {
    const model = network();
    const other = {
      ...model,
      card: { ...model.card, input: { ...model.card.input, greyScale: 64 } },
    };
    expect(await check(other)).toMatchObject({ verdict: 'inputs-changed', columns: [] });
    expect((await check(network(0.25, 16))).verdict).toBe('inputs-changed');
    const renamed = { ...golden, columns: ['zUm', 'aUm', 'bUm'] };
    expect((await check(model, renamed)).verdict).toBe('inputs-changed');
  });

  it('takes a file that no longer runs for changed, and one that ought to run for an error', async () => {
    const model = network();
    const broken = { ...model, sha256: 'ff'.repeat(32), read: () => new Uint8Array([1, 2, 3]) };
    const result = await check(broken);
    expect(result).toMatchObject({ verdict: 'model-changed', isWithinTolerance: false });
    expect(result.failure).toMatch(/cannot be loaded on cpu/);
    const unchanged = { ...golden, modelSha256: broken.sha256 };
    await expect(check(broken, unchanged)).rejects.toThrow('cannot be loaded');
  });
});
