import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../focusing/index.ts';
import type { Microscope } from '../../microscope/index.ts';
import { openProgramMicroscope } from './openProgramMicroscope.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-test-'));
});
afterAll(async () => {
  // Every program is out of the books, and its folder gone.
  while ((await readdir(folder)).length > 0) await wait(10);
  await rm(folder, { recursive: true });
});

const script = join(import.meta.dirname, 'testing', 'noisyProgram.mjs');
const host = { timeoutMs: 200_000, now: () => new Date(7) };
const open = (...args: string[]) =>
  openProgramMicroscope([process.execPath, script, ...args].map((word) => `"${word}"`).join(' '), {
    ...{ ...host, folder },
  });
async function withProgram(args: string[], use: (microscope: Microscope) => Promise<void>) {
  const microscope = await open(...args);
  try {
    await use(microscope);
  } finally {
    await microscope.close();
  }
}
const request = { width: 12, height: 8, pixelSizeNm: 10, dwellTimeNs: 200 };

describe('a program that is a microscope', () => {
  it('does what it is asked for', () =>
    withProgram([], async (microscope) => {
      expect(await microscope.describe()).toMatchObject({ name: 'noisy', passes: 2 });
      const focus = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: 2 };
      expect(await microscope.readFocus()).toEqual(focus);
      const there = { ...focus, stigmatorX: 3 };
      expect(await microscope.writeFocus({ stigmatorX: 3 })).toEqual(there);
      const stage = { xUm: 5, yUm: -5 };
      expect(await microscope.moveStage(stage)).toEqual(stage);
      expect(await microscope.readStage()).toEqual(stage);
      await microscope.blankBeam(true);
      const { pixels, ...frame } = await microscope.acquireFrame(request);
      expect([pixels.shape, pixels.get(0, 0), pixels.get(0, 1)]).toEqual([[8, 12], 1, 8]);
      expect(frame).toEqual({
        request,
        actual: { pixelSizeNm: 10, dwellTimeNs: 200, passes: 2, focus: there, stage },
        // 6.24 electrons in 1 nA and 1 ns.
        doseElectronsPerNm2: expect.closeTo((2 * 6.241509 * 200) / 100, 6),
        acquiredAt: new Date(7),
        frameTimeS: expect.closeTo(2 * 12 * 8 * 200e-9, 12),
      });
      const region = { x: 0, y: 0, width: 4, height: 3 };
      expect((await microscope.acquireFrame({ ...request, region })).pixels.shape).toEqual([3, 4]);
    }));

  it('refuses what lies beyond its range, before it is asked', () =>
    withProgram(['crash', 'writeFocus'], async (microscope) => {
      await expect(microscope.writeFocus({ workingDistanceUm: 9001 })).rejects.toThrow(
        /^workingDistanceUm must be in \[0, 9000\] um. Received 9001$/,
      );
      await expect(
        microscope.acquireFrame({ ...request, dwellTimeNs: 9001 }),
      ).rejects.toMatchObject({ tag: 'OutOfRange', parameter: 'dwellTimeNs' });
      await expect(microscope.moveStage({ xUm: 0, yUm: 9001 })).rejects.toMatchObject({
        ...{ tag: 'OutOfRange', parameter: 'stageYUm' },
      });
      await expect(microscope.writeFocus({ stigmatorX: Number.NaN })).rejects.toThrow(/finite/);
      expect((await microscope.readFocus()).workingDistanceUm).toBe(4500);
    }));

  it('cannot be made to blank a beam that it cannot blank', () =>
    withProgram(['unblankable'], async (microscope) => {
      await expect(microscope.blankBeam(true)).rejects.toMatchObject({ tag: 'Unsupported' });
    }));

  it.each<[string, object]>([
    ['crash', { tag: 'Disconnected', message: /stopped with exit code 3:\s+out of memory$/ }],
    ['rubbish', { tag: 'DeviceError', code: 'protocol', message: /JSON. Received "hello world"$/ }],
    ['nan', { tag: 'DeviceError', code: 'protocol', hint: /NaN is not JSON/ }],
    ['misspelt', { tag: 'DeviceError', code: 'protocol', message: /answer to acquire: .*"fokus"/ }],
    ['refuses', { tag: 'Busy', message: /^the lens is busy$/, hint: /^wait$/ }],
    ['range', { tag: 'OutOfRange', message: /^too far$/, allowed: /^less$/ }],
    ['fails', { tag: 'DeviceError', code: 'program', message: /: the gun is off$/, hint: /on$/ }],
    ['elsewhere', { tag: 'DeviceError', code: 'frame', message: /Received "..\/f.npy"$/ }],
    ['nothing', { tag: 'DeviceError', code: 'frame', message: /g.npy': there is no such file$/ }],
    ['floats', { tag: 'DeviceError', code: 'frame', message: /its values are "<f8"/ }],
  ])('that goes wrong (%s) is an error that says how', async (fault, expected) => {
    await withProgram([fault], async (microscope) => {
      const error = await microscope.acquireFrame(request).catch((thrown: object) => thrown);
      for (const [name, value] of Object.entries(expected)) {
        const found = Reflect.get(error ?? {}, name);
        if (value instanceof RegExp) expect(found).toMatch(value);
        else expect(found).toBe(value);
      }
    });
  });

  it('goes on after a refusal, and after nothing else', async () => {
    await withProgram(['refuses'], async (microscope) => {
      await expect(microscope.acquireFrame(request)).rejects.toThrow();
      expect((await microscope.acquireFrame(request)).pixels.size).toBe(96);
    });
    await withProgram(['crash'], async (microscope) => {
      await expect(microscope.acquireFrame(request)).rejects.toThrow();
      await expect(microscope.readFocus()).rejects.toMatchObject({ tag: 'Disconnected' });
    });
  });

  it('answers a question that was given up before the next one is asked', () =>
    withProgram(['slow'], async (microscope) => {
      const limits = { workingDistanceUm: 20, stigmator: 5 };
      const session = await openSession(microscope, { limits, callMarginMs: 100 });
      await expect(session.microscope.acquireFrame(request)).rejects.toMatchObject({
        tag: 'Timeout',
      });
      expect((await microscope.readFocus()).workingDistanceUm).toBe(4500);
    }));

  it('that never answers is given up, and killed at the end', async () => {
    const microscope = await open('silent');
    const limits = { workingDistanceUm: 20, stigmator: 5 };
    const session = await openSession(microscope, { limits, callMarginMs: 100 });
    await expect(session.microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'Timeout',
    });
    await expect(session.restore()).rejects.toMatchObject({ tag: 'Timeout' });
    await microscope.close();
    await expect(microscope.readFocus()).rejects.toMatchObject({ tag: 'Disconnected' });
  });

  it('is told of the end by that of its input, and may do what is left to do', async () => {
    const diary = join(folder, '..', `${process.pid}-diary.txt`);
    const microscope = await open('none', 'x', diary);
    await microscope.close();
    expect(readFileSync(diary, 'utf8')).toBe('blanked\n');
    await rm(diary);
  });

  it('takes what it has started along', async () => {
    const microscope = await open('child');
    const error = await microscope.acquireFrame(request).catch((thrown: Error) => thrown);
    const pid = Number(/child (\d+)/.exec(String(error))?.[1]);
    expect(pid).toBeGreaterThan(0);
    await microscope.close();
    while (isRunning(pid)) await wait(10);
  });

  it.each<[string, string[], RegExp]>([
    ['that is an algorithm', ['future'], /answer to hello: protocol must be 1. Received 2$/],
    ['that stops', ['crash', 'hello'], /stopped with exit code 3:\s+out of memory$/],
    ['that writes something else', ['rubbish', 'hello'], /must answer in JSON/],
  ])('is refused: one %s', async (_name, args, message) => {
    await expect(open(...args)).rejects.toMatchObject({
      tag: 'ConfigError',
      message: expect.stringMatching(message),
    });
  });

  it('is refused where it cannot be started, is silent, or is not named', async () => {
    const options = { ...host, folder };
    await expect(openProgramMicroscope('no-such-program', options)).rejects.toMatchObject({
      tag: 'ConfigError',
      message: expect.stringMatching(/^no-such-program could not be started/),
    });
    await expect(openProgramMicroscope(' ', options)).rejects.toThrow(/followed by a command/);
    const silent = `"${process.execPath}" "${script}" silent hello`;
    await expect(
      openProgramMicroscope(silent, { ...options, timeoutMs: 100 }),
    ).rejects.toMatchObject({
      tag: 'ConfigError',
      message: expect.stringMatching(/gave no answer within 0.1 s and was stopped$/),
    });
  });
});

function isRunning(pid: number): boolean {
  // A process that has ended may wait for its parent to look.
  if (existsSync(`/proc/${pid}/stat`)) {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
