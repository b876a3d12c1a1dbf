import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTrajectory } from '../../experiment/run/index.ts';
import { planSuite, type Registry } from '../../experiment/suite/index.ts';
import { fakeRegistry } from '../../experiment/testing/fakeRegistry.ts';
import { fakeSuite } from '../../experiment/testing/fakeSuite.ts';
import { testServices } from '../../experiment/testing/testServices.ts';
import { greyPixels } from '../../numeric/index.ts';
import type { ProgramHost } from '../../program/index.ts';
import { runningPrograms } from '../../program/index.ts';
import type { AlgorithmEntry } from '../AlgorithmEntry.ts';
import { inspectProgram } from './inspectProgram.ts';
import { type ProgramSource, programSource } from './ProgramSource.ts';
import { programEntry } from './programEntry.ts';

const script = fileURLToPath(new URL('./testing/halvingProgram.mjs', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const hostWith = (timeoutMs = 200_000): ProgramHost => ({
  folder,
  timeoutMs,
});
const command = (...words: string[]) => programSource(words.map((word) => `"${word}"`).join(' '));
const sourceOf = (...args: string[]): ProgramSource => command(process.execPath, script, ...args);
/** No program runs, and no frame is left. */
const allIsGone = async () => {
  while ((await readdir(folder)).length > 0) await wait(10);
};

/** A program whose faults show only after it was planned. */
async function entryOf(args: readonly string[], host = hostWith()): Promise<AlgorithmEntry> {
  const source = sourceOf(...args);
  return programEntry(source, await inspectProgram(source, host), host);
}

/** The record of one trajectory. */
async function trajectoryOf(entry: AlgorithmEntry, signal?: AbortSignal) {
  const fake = fakeRegistry();
  const registry: Registry = { ...fake, algorithms: new Map([[entry.name, entry]]) };
  const algorithms = [{ name: entry.name, iterations: 5, dwellTimesNs: [200] }];
  const [scenario] = planSuite(fakeSuite({ algorithms }), registry).scenarios;
  if (scenario === undefined) throw new Error('an empty plan');
  const services = testServices(signal === undefined ? {} : { signal });
  return (await runTrajectory(scenario, registry, services)).record;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const isDead = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await wait(10);
};

describe('a program that keeps to the protocol', () => {
  it('focuses by itself: steps, frames and corrections are what was seen from outside', async () => {
    const host = hostWith();
    const record = await trajectoryOf(await entryOf(['free'], host));
    expect(record.message).toBeUndefined();
    expect(record.outcome).toBe('converged');
    expect(record.iterations).toHaveLength(6);
    const [start, first] = record.iterations;
    expect(first?.framesTotal).toBe(1);
    expect(first?.correction?.workingDistanceUm).toBeCloseTo(
      (first?.focus.workingDistanceUm ?? 0) - (start?.focus.workingDistanceUm ?? 0),
      9,
    );
    expect(record.scenario.algorithm).toEqual({
      name: 'halving-free',
      version: '3',
      parameters: { gain: 0.5 },
      sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await allIsGone();
  });

  it('does the same in another process, seed and all', async () => {
    const entry = await entryOf(['free']);
    const rows = async () =>
      (await trajectoryOf(entry)).iterations.map(({ computeMs: _, ...row }) => row);
    expect(await rows()).toEqual(await rows());
  });

  it('estimates pairs, in a run and by itself', async () => {
    const entry = await entryOf(['pair']);
    expect((await trajectoryOf(entry)).outcome).toBe('converged');
    const { calibration } = fakeRegistry().presetNamed('plain');
    const pixels = (um: number) => {
      const data = new Uint16Array(64).fill(32768);
      data[0]! += 100 * um;
      data[1]! += 100;
      return greyPixels(data, 8, 8);
    };
    const pair = { under: pixels(1), over: pixels(5), pixelSizeNm: 10, perturbationUm: 2 };
    expect(await entry.createEstimator?.(calibration).estimate(pair)).toEqual({
      correction: { workingDistanceUm: -1.5, stigmatorX: -0.5, stigmatorY: expect.closeTo(0) },
      astigmatismUm: { a: expect.closeTo(-3.6, 9), b: expect.closeTo(0) },
    });
    expect(entry.perturbationFor?.(calibration, 10, { perturbationUm: 4 })).toBe(4);
    expect(() => entry.create({ gian: 1 })).toThrow('field must be gain or perturbationUm');
    expect(() => entry.create({ perturbationUm: -1 })).toThrow('must be a number above 0 um');
  });
});

describe('a program that goes wrong', () => {
  it.each([
    ['crashes', ['free', 'crash', '4'], /stopped with exit code 3: out of memory/],
    [
      'writes something else',
      ['free', 'chatty', '2'],
      /must answer in JSON. Received "hello world"/,
    ],
    ['answers what is no number', ['pair', 'nan'], /must answer in JSON. Received .*NaN/],
    [
      'misspells its answer',
      ['pair', 'misspelt'],
      /field must be correction, .* did you mean corr/,
    ],
    ['answers twice', ['pair', 'twice'], /nothing that it is not asked for/],
    ['says that it cannot go on', ['pair', 'refuse'], /: no licence$/],
    ['asks for what there is not', ['free', 'unknown'], /do must be .* Received "bestFocus"/],
    ['asks for ever', ['free', 'endless'], /after at most 2000 requests. Received one more/],
  ])('that %s has failed, and says why', async (_, args, message) => {
    const entry = await entryOf(args);
    const record = await trajectoryOf(entry);
    expect(record).toMatchObject({ outcome: 'failed', failureClass: 'exception' });
    expect(record.message).toMatch(message);
    // The guard has put the start back.
    expect(record.iterations.at(-1)?.focus).toEqual(record.iterations[0]?.focus);
    await allIsGone();
  });

  it('is stopped when it is silent: a failure of its own class', async () => {
    const host = hostWith();
    const args = ['free', 'silent', '2'];
    const identity = await inspectProgram(sourceOf(...args), host);
    const impatient = { ...host, timeoutMs: 4000 };
    const record = await trajectoryOf(programEntry(sourceOf(...args), identity, impatient));
    expect(record).toMatchObject({ outcome: 'failed', failureClass: 'timeout' });
    expect(record.message).toMatch(/gave no answer within 4.0 s and was stopped: thinking$/);
    await allIsGone();
  });

  it('that goes beyond the limits has diverged, if it does not know what to do with the refusal', async () => {
    // Its next answer would be computed from a frame that is not there: it crashes.
    const record = await trajectoryOf(await entryOf(['free', 'far', '2']));
    expect(record.outcome).toBe('diverged');
    expect(record.message).toMatch(/^workingDistanceUm must be within 60 um/);
  });

  it('takes what it has started along', async () => {
    const record = await trajectoryOf(await entryOf(['free', 'child']));
    const pid = Number(/child (\d+)/.exec(record.message ?? '')?.[1]);
    expect(pid).toBeGreaterThan(0);
    await isDead(pid);
  });

  it('is killed by an abort while it computes', async () => {
    // Its own limit must not be what ends it.
    const host = hostWith(600_000);
    const entry = await entryOf(['free', 'deaf', '2'], host);
    const abort = new AbortController();
    const ended = trajectoryOf(entry, abort.signal);
    while (runningPrograms(folder).length === 0) await wait(10);
    const [pid = 0] = runningPrograms(folder);
    // Long enough for it to be in its endless loop, most of the time.
    await wait(500);
    abort.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    await isDead(pid);
    await allIsGone();
  });
});

describe('what a program is', () => {
  it('is refused where it cannot be asked', async () => {
    const inspect = (...words: string[]) => inspectProgram(command(...words), hostWith());
    await expect(inspect('no-such-program')).rejects.toMatchObject({
      tag: 'ConfigError',
      message: expect.stringMatching(/^no-such-program could not be started/),
    });
    await expect(inspectProgram(sourceOf('free', 'future'), hostWith())).rejects.toThrow(
      /^the answer of node.* to hello: protocol must be 1. Received 2$/,
    );
    await expect(inspectProgram(sourceOf('free', 'nameless'), hostWith())).rejects.toThrow(
      /name must be text/,
    );
    await expect(inspectProgram(sourceOf('none'), hostWith())).rejects.toThrow(
      /kind must be pair or free. Received "none"/,
    );
  });

  it('is in its hash: a changed script is another algorithm, and is not run as the old one', async () => {
    const path = join(folder, 'own.mjs');
    const write = (comment: string) =>
      writeFile(path, `// ${comment}\nimport '${script.replaceAll('\\', '/')}';\n`);
    await write('first');
    const source = command(process.execPath, path, 'free');
    const host = hostWith();
    const before = await inspectProgram(source, host);
    expect((await inspectProgram(source, host)).sha256).toBe(before.sha256);
    await write('second');
    expect((await inspectProgram(source, host)).sha256).not.toBe(before.sha256);
    const record = await trajectoryOf(programEntry(source, before, host));
    expect(record.message).toMatch(/own.mjs free has changed since the run was planned/);
    await rm(path);
  });
});
