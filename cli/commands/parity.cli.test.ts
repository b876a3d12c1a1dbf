import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { semfocus } from '../testing/semfocus.ts';

const weights = fileURLToPath(new URL('../../models/weights', import.meta.url));
let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const parity = (name: string, ...args: string[]) =>
  inProcess('parity', '--model', at(name, 'model.onnx'), ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const copies = ['same', 'flipped', 'drifted', 'bare', 'damaged'];
  for (const copy of copies)
    await cp(join(weights, 'deepfocus-128'), at(copy), { recursive: true });
  const bytes = await readFile(at('flipped', 'model.onnx'));
  // One bit of one weight of several ten thousand.
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x80;
  await writeFile(at('flipped', 'model.onnx'), bytes);
  const golden = JSON.parse(await readFile(at('drifted', 'golden.json'), 'utf8'));
  golden.outputs[2][1] += 2 * golden.tolerance[1];
  golden.madeWith.onnxruntime = '1.0.0';
  await writeFile(at('drifted', 'golden.json'), JSON.stringify(golden));
  await rm(at('bare', 'golden.json'));
  await writeFile(at('damaged', 'golden.json'), '{"schema": 1, "outputs": [[');
});
afterAll(() => rm(folder, { recursive: true }));

describe('semfocus parity', () => {
  it('of every network that comes with semfocus passes: npm run make:golden after an export', async () => {
    const { code, stdout, stderr } = await semfocus(folder, 'parity', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { models } = JSON.parse(stdout);
    expect(models.length).toBeGreaterThan(6);
    for (const model of models) expect(model).toMatchObject({ verdict: 'same' });
  });

  it('passes with another number of threads', async () => {
    const { code, stdout } = await parity('same', '--threads', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^deepfocus-128: same model \(sha256:\w{12}\), same answers within tolerance\n$/,
    );
  });

  it('fails when one weight was flipped: the model changed', async () => {
    const { code, stdout } = await parity('flipped');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^deepfocus-128: MODEL CHANGED: sha256:\w{12} became sha256:\w{12}; /);
  });

  it('fails when the same file answers otherwise: the runtime changed', async () => {
    const { code, stdout } = await parity('drifted');
    expect(code).toBe(1);
    expect(stdout).toMatch(/RUNTIME CHANGED: same model .*written with onnxruntime 1\.0\.0 on /);
    expect(stdout).toMatch(/stigmatorX: largest difference \S+, tolerance \S+, beyond it\n/);
  });

  it('has no evidence without a golden set, or with a damaged one', async () => {
    const bare = await parity('bare');
    expect(bare).toMatchObject({ code: 3, stdout: '' });
    expect(bare.stderr).toContain('Write it with semfocus parity --write');
    const damaged = await parity('damaged', '--json');
    expect(damaged).toMatchObject({ code: 3, stdout: '' });
    expect(damaged.stderr).toMatch(/cannot read .*golden\.json/);
  });

  it('writes the golden set of a network of one’s own beside it', async () => {
    const written = await parity('bare', '--write');
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect((await parity('bare')).code).toBe(0);
    const [own, shipped] = await Promise.all(
      [at('bare'), join(weights, 'deepfocus-128')].map(async (place) =>
        JSON.parse(await readFile(join(place, 'golden.json'), 'utf8')),
      ),
    );
    expect(own.inputSha256).toBe(shipped.inputSha256);
  });

  it('refuses names that are none, and providers that are not there', async () => {
    const unknown = await inProcess('parity', 'deepfocus-129');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('model must be deepfocus-128, ');
    const elsewhere = await parity('same', '--execution-provider', 'abacus');
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain('executionProvider must be "cpu"');
  });
});
