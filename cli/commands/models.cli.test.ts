import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import type { ModelCard } from '../../models/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { writeSuite } from '../testing/tinySuite.ts';

const name = 'deepfocus-spectral-384';
const shipped = fileURLToPath(new URL(`../../models/weights/${name}`, import.meta.url));
let folder: string;
const at = (...names: string[]) => join(folder, ...names);

/** A copy of the shipped network with something of its card changed, as a user's own. */
async function userModel(called: string, change: (card: ModelCard) => object): Promise<string> {
  await mkdir(at(called));
  await cp(join(shipped, 'model.onnx'), at(called, 'model.onnx'));
  const card: ModelCard = JSON.parse(await readFile(join(shipped, 'card.json'), 'utf8'));
  await writeFile(at(called, 'card.json'), JSON.stringify(change(card)));
  return at(called, 'model.onnx');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await inProcess(
    ...['render', '--wd', '-2,8', '--stig-x', '0.5', '--stig-y', '-0.5', '--out', at('pair')],
    ...['--width', '768', '--height', '512'],
  );
});
afterAll(() => rm(folder, { recursive: true }));

const pair = () => [
  ...['--under', at('pair/wd-2.png'), '--over', at('pair/wd+8.png')],
  ...['--pixel-size', '10.03', '--perturbation', '5', '--json'],
];

describe('semfocus models', () => {
  it('lists what is there with held-out errors and the hash of the file', async () => {
    const { code, stdout, stderr } = await inProcess('models', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const cards: (ModelCard & { path: string; sha256: string })[] = JSON.parse(stdout);
    expect(cards.map((card) => card.name)).toContain(name);
    for (const card of cards) {
      // A recalibration is judged in two cases.
      const cases = Object.keys(card.heldOut?.onePatchMeanAbsoluteError ?? {}).length;
      expect(cases).toBeGreaterThan(card.recalibration === undefined ? 3 : 1);
      const bytes = await readFile(card.path);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(card.sha256);
    }
    const people = await inProcess('models');
    for (const card of cards) expect(people.stdout).toContain(card.name);
    expect(people.stdout).toMatch(/near\s+focus,\s+5\s+e\/nm2:\s+[\d.]+,\s+[\d.]+,\s+[\d.]+/);
  });
});

describe('a network', () => {
  it('corrects towards focus, and a copy of one says the same', async () => {
    const own = await userModel('own', (card) => ({ ...card, name: 'own' }));
    const [mine, theirs] = await Promise.all([
      inProcess('estimate', '--model', own, ...pair()),
      inProcess('estimate', '--algorithm', name, ...pair()),
    ]);
    expect(mine.stderr + theirs.stderr).toBe('');
    const [a, b] = [JSON.parse(mine.stdout), JSON.parse(theirs.stdout)];
    expect(a.algorithm).toBe('own');
    expect(b.algorithm).toBe(name);
    // Midway it is 3 um and (0.5, -0.5) units off.
    expect(Math.abs(b.workingDistanceUm - -3)).toBeLessThan(1);
    expect(Math.abs(b.stigmatorX - -0.5)).toBeLessThan(0.25);
    expect(Math.abs(b.stigmatorY - 0.5)).toBeLessThan(0.25);
    for (const value of Object.values(b.sd)) expect(value).toBeGreaterThan(0);
    for (const key of ['workingDistanceUm', 'stigmatorX', 'sd', 'astigmatismUm']) {
      expect(a[key]).toEqual(b[key]);
    }
  });

  it('declines where there is nothing to see', async () => {
    const size = ['--width', '512', '--height', '512', '--wd', '-5,5'];
    await inProcess('render', '--specimen', 'blank', ...size, '--out', at('blank'));
    const files = ['--under', at('blank/wd-5.png'), '--over', at('blank/wd+5.png')];
    const scale = ['--pixel-size', '10', '--perturbation', '5', '--json'];
    const { code, stdout } = await inProcess('estimate', '--algorithm', name, ...files, ...scale);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
      declined: expect.stringContaining('nothing to focus on'),
    });
  });

  it('of one is run by the suite in place of the one of its name, or beside the others', async () => {
    const same = await userModel('same', (card) => card);
    const other = await userModel('other', (card) => ({ ...card, name: 'candidate' }));
    const algorithms = [{ name, parameters: { patches: 2 }, iterations: 1, dwellTimesNs: [200] }];
    const frame = { width: 448, height: 400 };
    const trajectories = {
      count: 1,
      gridSpacingUm: 80,
      start: { workingDistanceUm: [3, 3], stigmatorX: [0, 0], stigmatorY: [0, 0] },
    };
    const suite = await writeSuite(folder, 'learned', { algorithms, frame, trajectories });
    const run = (model: string, out: string) =>
      inProcess('run', suite, '--model', model, '--out', at(out), '--workers', '1');
    expect((await run(same, 'same-out')).code).toBe(0);
    expect((await run(other, 'other-out')).code).toBe(0);
    const [inPlace] = (await recordsOf(at('same-out'))) as TrajectoryRecord[];
    const beside = (await recordsOf(at('other-out'))) as TrajectoryRecord[];
    expect(beside.map(({ scenario }) => scenario.algorithm.name)).toEqual([name, 'candidate']);
    expect(inPlace?.key).toBe(beside[0]?.key);
    expect(inPlace?.scenario.algorithm.modelSha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a network that cannot be used', () => {
  it('is refused in one line that says what to do', async () => {
    const altered = await userModel('altered', (card) => card);
    const bytes = await readFile(altered);
    bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000);
    await writeFile(altered, bytes);
    const bare = at('bare', 'model.onnx');
    await mkdir(at('bare'));
    await cp(join(shipped, 'model.onnx'), bare);
    const wrong = await userModel('wrong', (card) => ({ ...card, patchSidePx: 128 }));
    const misnamed = await userModel('misnamed', (card) => ({ ...card, name: 'mapfost' }));
    const unfit = await userModel('unfit', (card) => ({ ...card, pixelSizeNm: 0 }));
    const refusal = async (file: string) => {
      const { code, stdout, stderr } = await inProcess('estimate', '--model', file, ...pair());
      expect(stdout).toBe('');
      return `${code} ${stderr.replaceAll(folder, 'DIR').trimEnd()}`;
    };
    expect(await refusal(altered)).toMatch(
      /^2 error: DIR\/altered\/model\.onnx must have SHA-256 .*\n.*install both/,
    );
    expect(await refusal(bare)).toMatch(
      /^2 error: cannot read DIR\/bare\/card\.json.*\n.*docs\/models\.md/,
    );
    expect(await refusal(wrong)).toMatch(
      /^2 error: .*\[patches, 2, 128, 128\].* Found pair: float32/,
    );
    expect(await refusal(misnamed)).toMatch(/^2 error: the name on the card .* Received mapfost/);
    expect(await refusal(unfit)).toMatch(
      /^2 error: DIR\/unfit\/card\.json: pixelSizeNm must be .*Received 0/,
    );
  });

  it('by its card, or with a card in an unusual form, says so', async () => {
    const bom = await userModel('bom', (card) => card);
    const card = await readFile(at('bom', 'card.json'), 'utf8');
    await writeFile(at('bom', 'card.json'), `\uFEFF${card}`);
    const nested = await userModel('nested', () => ({}));
    await writeFile(at('nested', 'card.json'), `${'['.repeat(5000)}${']'.repeat(5000)}`);
    const codes: string[] = [];
    for (const file of [bom, nested]) {
      const { code, stderr } = await inProcess('estimate', '--model', file, ...pair());
      codes.push(`${code} ${stderr.replaceAll(folder, 'DIR').trimEnd()}`);
    }
    expect(codes).toMatchInlineSnapshot(`
      [
        "0 ",
        "2 error: DIR/nested/card.json must be JSON. Lists and objects may lie in each other up to 100 levels; these go further",
      ]
    `);
  });

  it.skipIf(process.platform === 'win32')('in a pipe is not waited for', async () => {
    await userModel('piped', (card) => card);
    await rm(at('piped', 'card.json'));
    execFileSync('mkfifo', [at('piped', 'card.json')]);
    const args = ['estimate', '--model', at('piped', 'model.onnx'), ...pair()];
    const { code, stderr } = await inProcess(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('card.json: it is a pipe or a device');
  });

  it('on a provider that is not there lists those that are', async () => {
    const parameters = JSON.stringify({ executionProvider: 'abacus' });
    const args = ['estimate', '--algorithm', name, '--parameters', parameters, ...pair()];
    const { code, stderr } = await inProcess(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/executionProvider must be "cpu".*Received "abacus"/);
  });
});
