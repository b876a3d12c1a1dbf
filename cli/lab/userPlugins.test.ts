import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { runTrajectory } from '../../harness/experiment/run/index.ts';
import { planSuite } from '../../harness/experiment/suite/index.ts';
import { fakeRegistry } from '../../harness/experiment/testing/fakeRegistry.ts';
import { fakeSuite } from '../../harness/experiment/testing/fakeSuite.ts';
import { testServices } from '../../harness/experiment/testing/testServices.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
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
      'an algorithm of your own must have a name that is not taken. Received mapfost',
    );
  });
});

/** The record of a plugin that focuses by itself, on a fake microscope. */
async function recordOf(run: string): Promise<TrajectoryRecord> {
  const text = `export const algorithms = [{ ${own}, ${run} }];`;
  const algorithms = await openUserAlgorithms({ plugins: [await plugin(text)], timeoutS: 200 });
  try {
    const registry = {
      ...fakeRegistry(),
      algorithms: new Map(algorithms.entries.map((entry) => [entry.name, entry])),
    };
    const suite = fakeSuite({ algorithms: [{ name: 'mine', iterations: 3, dwellTimesNs: [200] }] });
    const [scenario] = planSuite(suite, registry).scenarios;
    if (scenario === undefined) throw new Error('an empty plan');
    return (await runTrajectory(scenario, registry, testServices({}))).record;
  } finally {
    algorithms.close();
  }
}

const step = `correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 }, computeMs: 0`;

describe('a plugin that focuses by itself', () => {
  it('is handed the contract, in a process where nothing else of semfocus is', async () => {
    const { outcome, message, iterations } = await recordOf(`
      async *run({ microscope, frame, calibration, random, signal, clock }, parameters) {
        const { parameters: described } = await microscope.describe();
        // Not one after the other: they are asked for in turns all the same.
        const [focus, stage] = await Promise.all([microscope.readFocus({ signal }), microscope.readStage()]);
        const moved = await microscope.moveStage({ xUm: stage.xUm, yUm: stage.yUm });
        await microscope.blankBeam(false);
        const region = { x: 0, y: 0, width: 16, height: 8 };
        const request = { ...frame, region };
        const part = await microscope.acquireFrame(request, { signal });
        const refused = await microscope.writeFocus({ workingDistanceUm: focus.workingDistanceUm + 1e3 })
          .catch(({ tag, name, parameter, message }) => ({ tag, name, parameter, message }));
        const invalid = await microscope.writeFocus({ workingDistanceUm: NaN }).catch(({ tag }) => tag);
        const aborted = await microscope.readFocus({ signal: AbortSignal.abort('mine') }).catch(String);
        yield {
          iteration: 1, focus, framesUsed: 1, ${step},
          diagnostics: {
            unit: described.workingDistanceUm.unit, isSameStage: moved.xUm === stage.xUm,
            shape: part.pixels.shape, type: part.pixels.dtype, grey: part.pixels.get(7, 15),
            isAt: part.actual.focus.workingDistanceUm === focus.workingDistanceUm,
            isRequest: part.request === request, passes: part.actual.passes, isDate: part.acquiredAt instanceof Date,
            psf: calibration.psf, draws: [random.uniform(), random.integerBelow(10)].length,
            isAborted: signal.aborted, clock: typeof clock.nowMs(), parameters,
            refused, invalid, aborted,
          },
        };
      }`);
    expect(message).toBeUndefined();
    expect(outcome).not.toBe('failed');
    expect(iterations[1]?.diagnostics).toEqual({
      ...{ unit: 'um', isSameStage: true, shape: [8, 16], type: 'uint16', grey: 32800 },
      ...{ isAt: true, isRequest: true, passes: 1, isDate: true, psf: 'gaussian', draws: 2 },
      ...{ isAborted: false, clock: 'number', parameters: { perturbationUm: 5 } },
      refused: {
        ...{ tag: 'OutOfRange', name: 'OutOfRange', parameter: 'workingDistanceUm' },
        message: expect.stringMatching(/^workingDistanceUm must be within 60 um .* \(guard\)$/),
      },
      ...{ invalid: 'OutOfRange', aborted: 'mine' },
    });
  });

  it('has the same random numbers in every run', async () => {
    const draws = async () =>
      (
        await recordOf(`async *run({ microscope, random }) {
          const focus = await microscope.readFocus();
          yield { iteration: 1, focus, framesUsed: 0, ${step}, diagnostics: { drawn: random.uniform() } };
        }`)
      ).iterations[1]?.diagnostics;
    const first = await draws();
    expect(first).toEqual({ drawn: expect.any(Number) });
    expect(await draws()).toEqual(first);
  });

  it('has diverged where it lets a refusal through, also after it has tidied up', async () => {
    const record = await recordOf(`async *run({ microscope }) {
      const { workingDistanceUm } = await microscope.readFocus();
      try {
        await microscope.writeFocus({ workingDistanceUm: workingDistanceUm + 1e3 });
      } finally {
        await microscope.writeFocus({ workingDistanceUm });
      }
    }`);
    expect(record.outcome).toBe('diverged');
    expect(record.message).toMatch(/^workingDistanceUm must be within 60 um/);
  });

  it.each([
    [
      'iteration: 2, focus, framesUsed: 0,',
      /iteration must be 1, as seen from outside. Received 2/,
    ],
    ['iteration: 1, focus, framesUsed: 1,', /framesUsed must be 0, as seen/],
    [
      'iteration: 1, focus: { ...focus, stigmatorX: 9 }, framesUsed: 0,',
      /focus.stigmatorX must be [-\d.e]+, as seen from outside. Received 9/,
    ],
    [
      'iteration: 1, focus, framesUsed: 0, correction: { ...focus, stigmatorY: 1 },',
      /correction.workingDistanceUm must be 0, as/,
    ],
    [
      'iteration: 1, focus, framesUsed: 0, correctionSd: { ...focus, stigmatorY: NaN },',
      /stigmatorY must be JSON. Received NaN/,
    ],
  ])('is not believed what is not so: %s', async (said, message) => {
    const record = await recordOf(`async *run({ microscope }) {
      const focus = await microscope.readFocus();
      yield { ${step}, ${said} };
    }`);
    expect(record).toMatchObject({ outcome: 'failed', failureClass: 'exception' });
    expect(record.message).toMatch(message);
  });
});
