import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMicroscope, usualCheckLimits } from '../../harness/conformance/index.ts';
import { faults } from '../../harness/microscope/testing/faults.ts';
import { witnessesFor } from '../focus/witnessesFor.ts';
import { openMicroscope } from '../lab/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { startSemfocus } from '../testing/semfocus.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

// Even tissue: in `tissue` one body can fill so small a frame.
const small = ['--width', '512', '--height', '384', '--seed', '3', '--specimen', 'tissue-dense'];
const check = (uri: string, ...args: string[]) =>
  inProcess('check', 'microscope', uri, ...small, ...args);

interface Document {
  readonly passed: boolean;
  readonly frames: number;
  readonly checks: readonly { readonly name: string; readonly result: string }[];
}
const namesOf = ({ checks }: Pick<Document, 'checks'>, wanted: string) =>
  checks.filter(({ result }) => result === wanted).map(({ name }) => name);

describe('semfocus check microscope', () => {
  // Wrong directions of both stigmators, a disc with every imperfection, 90 degrees of scan rotation.
  it.each(['merlin-real', 'ultraplus', 'random:7131'])('passes sim:%s', async (preset) => {
    const { code, stdout, stderr } = await check(`sim:${preset}`, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document: Document = JSON.parse(stdout);
    expect(namesOf(document, 'failed')).toEqual([]);
    // So small a frame of so much blur may hold too few electrons for it.
    expect(namesOf(document, 'not-told').filter((name) => name !== 'polarity')).toEqual([]);
    expect(document).toMatchObject({ schema: 1, microscope: `sim:${preset}`, passed: true });
  });

  it('passes a microscope of which only a guess is known, and says what it has cost', async () => {
    const opened = await openMicroscope('sim:ultraplus-real', {
      ...{ specimen: 'tissue-dense', specimenPixelSize: 10, seed: 3, startUm: 1.5 },
    });
    const { microscope, pixelSizeNm, dwellTimeNs } = opened;
    const checks = [];
    for await (const one of checkMicroscope(microscope, {
      frame: { width: 512, height: 384, pixelSizeNm, dwellTimeNs },
      limits: usualCheckLimits(await microscope.describe()),
      guessMrad: 10,
      witnessesFor,
      wait: async () => {},
      signal: new AbortController().signal,
    })) {
      checks.push(one);
    }
    expect(namesOf({ checks }, 'failed')).toEqual([]);
  });

  it('names what fails, and what to do; the exit code is 1', async () => {
    const { code, stdout } = await check('sim:merlin~hysteresis=1', '--log', join(folder, 'log'));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAIL {2}hysteresis .*\n {6}a frame depends on the moves before it\n {6}To do: approach/m,
    );
    // The play keeps the lens from its start as well.
    expect(stdout).toMatch(/^FAIL {2}put-back .*\n {6}it is read back, but a frame shows another/m);
    expect(stdout).toMatch(
      /\nsim:merlin~hysteresis=1: 20 checks passed, 2 failed, 0 could not be told; 25 frames, 451\.\d e\/nm²\.\n$/,
    );
    const calls = (await readFile(join(folder, 'log'), 'utf8')).trimEnd().split('\n');
    const named = (name: string) => calls.filter((line) => JSON.parse(line).call === name);
    expect(named('acquireFrame').length).toBeGreaterThanOrEqual(25);
    expect(JSON.parse(named('blankBeam').at(-1) ?? '')).toMatchObject({ request: true });
  });

  it('does not tell on a blank specimen what it cannot see', async () => {
    const { code, stdout } = await check('sim:merlin', '--specimen', 'blank', '--json');
    const document: Document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(namesOf(document, 'failed')).toEqual([]);
    expect(namesOf(document, 'not-told')).toEqual([
      ...['settling', 'hysteresis', 'moves-show', 'working-distance', 'stigmator-x'],
      ...['stigmator-y', 'reduced-raster', 'pixel-size', 'scan-rotation', 'polarity'],
    ]);
  });

  it.each([
    ['bottom-up', ['reduced-raster', 'scan-rotation']],
    ['clamped-lying', ['working-distance']],
  ] as const)('finds in pictures that the instrument is %s', async (name, names) => {
    const { microscope, calibration, ...scan } = await openMicroscope('sim:merlin', {
      ...{ specimen: 'tissue-dense', specimenPixelSize: 10, seed: 3, startUm: 1.5 },
    });
    const checks = [];
    for await (const one of checkMicroscope(faults[name].of(microscope, 1), {
      frame: { width: 512, height: 384, ...scan },
      limits: usualCheckLimits(await microscope.describe()),
      calibration,
      guessMrad: 8,
      witnessesFor,
      wait: async () => {},
      signal: new AbortController().signal,
    })) {
      checks.push(one);
    }
    expect(namesOf({ checks }, 'failed')).toEqual(expect.arrayContaining([...names]));
  });

  it('keeps the limits of a file, and those of the command line before them', async () => {
    const limits = join(folder, 'limits.json');
    await writeFile(limits, JSON.stringify({ schema: 1, doseElectronsPerNm2: 60 }));
    const frames = async (...args: string[]): Promise<number> => {
      const { code, stdout } = await check('sim:merlin', '--limits', limits, '--json', ...args);
      expect(code).toBe(0);
      return JSON.parse(stdout).frames;
    };
    // 18.6 electrons/nm2 each, the fifth with a quarter of the dwell time.
    expect(await frames()).toBe(3);
    expect(await frames('--dose-limit', '100')).toBe(6);
  });

  it('puts the start back when it is interrupted', async () => {
    const args = ['check', 'microscope', 'sim:merlin', '--log', 'calls.jsonl', ...small];
    const { child, ended } = startSemfocus(folder, args);
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      if (/^pass {2}settling/m.test(text) && !child.killed) child.kill('SIGINT');
    });
    expect(await ended).toMatchObject({
      code: 130,
      stderr: 'interrupted: focus and stage are back, the beam is blanked\n',
    });
    const calls = (await readFile(join(folder, 'calls.jsonl'), 'utf8')).trimEnd().split('\n');
    const focus = calls.flatMap((line) => {
      const { call, result } = JSON.parse(line);
      return call === 'readFocus' ? [result] : [];
    });
    expect(focus.at(-1)).toEqual(focus[0]);
    expect(JSON.parse(calls.at(-1) ?? '')).toMatchObject({ call: 'blankBeam', request: true });
  });

  it('refuses what it cannot open', async () => {
    const { code, stderr } = await inProcess('check', 'microscope', 'sim:merln');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean merlin?');
    const none = await inProcess('check', 'microscope');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('microscope needs <uri>: sim:PRESET');
  });
});
