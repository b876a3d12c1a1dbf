import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearNetworkBytes } from '../../models/testing/linearNetworkBytes.ts';
import { inProcess } from '../testing/inProcess.ts';
import { writeSuite } from '../testing/tinySuite.ts';

let folder: string;
let suite: string;
const at = (...names: string[]) => join(folder, ...names);

/** A network of a few kilobytes whose answer is the same for every pair. */
async function network(called: string, biases: readonly number[]): Promise<string> {
  await mkdir(at(called), { recursive: true });
  const columns = biases.map((bias) => ({ bias, ofMean: [0, 0] }));
  const shape = { inputName: 'pair', outputName: 'estimate', framesPerPatch: 2, patchSidePx: 64 };
  await writeFile(at(called, 'model.onnx'), linearNetworkBytes({ ...shape, columns }));
  return at(called, 'model.onnx');
}
const cardOf = async (called: string) =>
  JSON.parse(await readFile(at(called, 'card.json'), 'utf8'));
const plan = (model: string) => inProcess('plan', suite, '--model', model);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  suite = await writeSuite(folder, 'small', {});
});
afterAll(() => rm(folder, { recursive: true }));

describe('semfocus models card', () => {
  it('writes a card with which the network runs, and says what it had to assume', async () => {
    const model = await network('Candidate_7', [0, 0, 0]);
    expect((await plan(model)).stderr).toContain(`semfocus models card ${model} writes one`);
    const { code, stdout } = await inProcess('models', 'card', model);
    expect(code).toBe(0);
    expect(stdout).toContain('card.json: written for candidate-7\n');
    expect(stdout).toMatch(/^Assumed; .*: input\.greyOffset, .*pixelSizeNm/m);
    expect(await cardOf('Candidate_7')).toMatchObject({
      name: 'candidate-7',
      input: { name: 'pair', framesPerPatch: 2, greyOffset: 128 },
      output: { columns: ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] },
      patchSidePx: 64,
    });
    expect((await plan(model)).code).toBe(0);
    expect((await inProcess('models', 'card', model)).stdout).toContain('nothing was changed');
  });

  it('brings a stale card up to date, and removes what was measured of the other file', async () => {
    const model = await network('stale', [0, 0, 0]);
    await inProcess('models', 'card', model);
    const heldOut = { onePatchMeanAbsoluteError: { wide: [1, 0.2, 0.2] } };
    const before = { ...(await cardOf('stale')), name: 'mine', heldOut, author: 'me' };
    await writeFile(at('stale', 'card.json'), JSON.stringify(before));
    await network('stale', [0, 0, 0, 0]);
    const { stdout } = await inProcess('models', 'card', model);
    expect(stdout).toContain('Corrected from the file: sha256, output\n');
    expect(stdout).toContain('Removed, because they are of another file: heldOut, author\n');
    const after = await cardOf('stale');
    expect(after).toMatchObject({ name: 'mine', output: { columns: { length: 4 } } });
    expect(after).not.toHaveProperty('heldOut');
    expect(after.sha256).not.toBe(before.sha256);
  });

  it('adds a hash that is missing and keeps the rest', async () => {
    const model = await network('bare', [0, 0, 0]);
    await inProcess('models', 'card', model);
    const { sha256, ...card } = await cardOf('bare');
    await writeFile(at('bare', 'card.json'), JSON.stringify({ ...card, author: 'me' }));
    await inProcess('models', 'card', model);
    expect(await cardOf('bare')).toMatchObject({ sha256, author: 'me' });
  });

  it('refuses what no card can describe', async () => {
    const { code, stderr } = await inProcess(
      'models',
      'card',
      await network('five', [0, 0, 0, 0, 0]),
    );
    expect(code).toBe(2);
    expect(stderr).toContain('[patches, 2, 3, 4 or 6]. Found pair: float32 [patches, 2, 64, 64]');
  });
});

describe('run and plan', () => {
  it('refuse a network beside a stale card before anything else, and say what to do', async () => {
    const model = await network('swapped', [0, 0, 0]);
    await inProcess('models', 'card', model);
    await network('swapped', [1, 0, 0]);
    for (const args of [
      ['plan', suite],
      ['run', suite, '--out', at('never')],
    ]) {
      const { code, stdout, stderr } = await inProcess(...args, '--model', model);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`semfocus models card ${model}`);
    }
    expect(await readdir(folder)).not.toContain('never');
  });

  it('refuse a network that does not answer as its card says', async () => {
    const model = await network('narrow', [0, 0, 0]);
    await inProcess('models', 'card', model);
    const { sha256: _, ...card } = await cardOf('narrow');
    await network('narrow', [0, 0, 0, 0]);
    await writeFile(at('narrow', 'card.json'), JSON.stringify(card));
    const { code, stderr } = await plan(model);
    expect(code).toBe(2);
    expect(stderr).toContain('Found estimate: float32 [patches, 4]');
  });

  it('refuse a folder with results of another network, and say what to do', async () => {
    const model = await network('first', [0, 0, 0]);
    await inProcess('models', 'card', model);
    const run = () =>
      inProcess('run', suite, '--model', model, '--algorithms', 'first', '--out', at('taken'));
    expect((await run()).code).toBe(0);
    await network('first', [0.1, 0, 0]);
    await inProcess('models', 'card', model);
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/modelSha256 was .*\nChoose another folder with --out, or replace/);
  });

  it('a run of which every trajectory threw is no success, and its page is INVALID', async () => {
    const model = await network('broken', [Number.NaN, 0, 0]);
    await inProcess('models', 'card', model);
    const args = ['--model', model, '--algorithms', 'broken', '--out', at('threw')];
    const { code, stdout, stderr } = await inProcess('run', suite, ...args);
    expect(code).toBe(3);
    expect(stderr).toContain('error: every trajectory of broken ended with an error');
    expect(stdout).toContain('Every trajectory of broken ended with an error: nothing was');
    const page = await readFile(at('threw', 'report.html'), 'utf8');
    expect(page).toMatch(
      /<span class="stamp invalid">INVALID<\/span><span>every trajectory of broken/,
    );
  });
});
