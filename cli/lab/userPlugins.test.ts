import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { registryWith } from './registry.ts';
import { openUserAlgorithms } from './userAlgorithms.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

const own = `name: 'mine', version: '1', summary: 'mine', parameters: { perturbationUm: 5 }`;
const estimator = 'createEstimator: () => ({ estimate: () => ({ declined: "never" }) })';

/** The algorithms of a plugin. */
async function readPlugin(path: string, timeoutS = 200): Promise<readonly AlgorithmEntry[]> {
  const own = await openUserAlgorithms({ plugins: [path], timeoutS });
  own.close();
  return own.entries;
}

async function plugin(text: string, name = 'plugin.mjs'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const exporting = (text: string) => plugin(`export const algorithms = [${text}];`);

describe('a plugin', () => {
  it('makes an algorithm of a pair estimator: loop, parameters and hash are seen to', async () => {
    const [entry] = await readPlugin(await exporting(`{ ${own}, ${estimator} }`));
    expect(entry).toMatchObject({ name: 'mine', summary: 'mine' });
    expect(entry?.sourceSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(entry?.create({ perturbationUm: 3 }).parameters).toEqual({ perturbationUm: 3 });
    expect(() => entry?.create({ perturbation: 3 })).toThrow(ConfigError);
    expect(entry && registryWith(undefined, [entry]).algorithms.get('mine')).toBe(entry);
  });

  it.each([
    ['', /must export a list of algorithms: .* Received no export$/],
    ['export const algorithm = {};', /Received the exports algorithm$/],
    ['export const algorithms = [];', /must export a list of algorithms/],
    ['export const algorithms = [7];', /algorithms\[0\] must be an object. Received 7/],
    [
      `export const algorithms = [{ ${own.replace('mine', 'a/b')} , ${estimator} }];`,
      /name: must be 1 to 60 letters.* Received "a\/b"/,
    ],
    [`export const algorithms = [{ ${own} }];`, /one of two functions: .* Received neither/],
    [`export const algorithms = [{ ${own}, run() {}, ${estimator} }];`, /Received both/],
    [`export const algorithms = [{ ${own}, run: 'fast' }];`, /Received string/],
    [
      `export const algorithms = [{ ${own.replace('perturbationUm: 5', '')}, ${estimator} }];`,
      /perturbationUm must be a number above 0 um. Received nothing/,
    ],
    [`export const algorithms = [{ ${own}, ${estimator}, frames: 2 }];`, /field must be name, /],
    ['export const algorithms = [;', /cannot be loaded: /],
    ["throw new Error('no licence');", /cannot be loaded: no licence/],
    ["import 'no-such-package';", /cannot be loaded: .*no-such-package/],
    ['process.exit(0);', /cannot be loaded: the plugin plugin.mjs stopped with exit code 0$/],
    [
      `setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});`,
      /cannot be loaded: late$/,
    ],
    [
      `Promise.reject(new Error('forgotten')); await new Promise(() => {});`,
      /cannot be loaded: forgotten$/,
    ],
    [`export const algorithms = [{ ${own}, step: 2n, ${estimator} }];`, /step must be JSON. .* 2$/],
    [
      `export const algorithms = [{ ${own.replace('5', 'NaN')}, ${estimator} }];`,
      /cannot be loaded: perturbationUm must be JSON. Received NaN/,
    ],
    [
      `export const algorithms = [{ ${own.replace('1', String.raw`\x1b]0;pwn\x07`)} }];`,
      /\(mine\) must have one of two functions/,
    ],
  ])('refuses %j', async (text, message) => {
    const error = await readPlugin(await plugin(text)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(message);
  });

  it.each([
    ['for (;;);', 'computes'],
    ['await new Promise(() => {});', 'waits'],
  ])('does not wait for ever for one that %s while it is loaded', async (text) => {
    await expect(readPlugin(await plugin(text), 1)).rejects.toMatchObject({
      tag: 'ConfigError',
      message: expect.stringMatching(/cannot be loaded: .* gave no answer within 1.0 s/),
    });
  });

  it('may print what it likes', async () => {
    const text = `console.log('hello'); process.stdout.write('{}\\n');
      export const algorithms = [{ ${own}, ${estimator} }];`;
    expect((await readPlugin(await plugin(text)))[0]?.name).toBe('mine');
  });

  it('takes a lone .js for a module, and what it imports, whatever the folder says', async () => {
    await plugin('export const gain = 2;', 'gain.js');
    const text = `import { gain } from './gain.js';
      await Promise.resolve();
      export const algorithms = [{ ${own.replace('5', '5, gain')}, ${estimator} }];`;
    const read = async (name: string) => (await readPlugin(await plugin(text, name)))[0];
    expect((await read('lone.js'))?.create().parameters).toEqual({ perturbationUm: 5, gain: 2 });
    await plugin('{"type": "commonjs"}', 'package.json');
    expect((await read('other.js'))?.name).toBe('mine');
    await rm(join(folder, 'package.json'));
  });

  it('refuses a file that is not there, and one that lists a file that is not there', async () => {
    await expect(readPlugin(join(folder, 'none.js'))).rejects.toThrow(
      /cannot read the plugin file .*none.js: ENOENT/,
    );
    const path = await exporting(`{ ${own}, ${estimator}, files: ['weights.bin'] }`);
    await expect(readPlugin(path)).rejects.toThrow(/cannot read the plugin file .*weights.bin/);
  });

  it('knows what the module imports, and the files it lists, by their content', async () => {
    const neighbour = (text: string) => plugin(text, 'neighbour.mjs');
    const weights = (text: string) => writeFile(join(folder, 'weights.txt'), text);
    const text = `import './neighbour.mjs';
      export const algorithms = [{ ${own}, ${estimator}, files: ['weights.txt'] }];`;
    const hash = async () => (await readPlugin(await plugin(text)))[0]?.sourceSha256;
    await neighbour('export {};');
    await weights('1');
    const before = await hash();
    expect(await hash()).toBe(before);
    await neighbour('export {}; //');
    const after = await hash();
    expect(after).not.toBe(before);
    await weights('2');
    expect(await hash()).not.toBe(after);
  });

  it('is told by the registry when a name is taken', async () => {
    const entries = await readPlugin(
      await exporting(`{ ${own.replace("name: 'mine'", "name: 'mapfost'")}, ${estimator} }`),
    );
    expect(() => registryWith(undefined, entries)).toThrow(
      "the name of an algorithm of your own must be no other's. Received mapfost",
    );
  });
});
