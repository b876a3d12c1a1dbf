import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrateMicroscope, calibrationLimits } from '../../baselines/index.ts';
import { parseConfig } from '../../harness/config/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import { calibrationSchema, type Frame, type Microscope } from '../../harness/microscope/index.ts';
import { presetCalibration, presetNamed } from '../../sim/index.ts';
import { openMicroscope } from '../lab/index.ts';
import { inProcess } from '../testing/inProcess.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Few frames: good to several percent, in a few seconds. */
const small = ['--places', '2', '--seed', '7401'];

describe('semfocus calibrate', () => {
  // 90 degrees of scan rotation in ultraplus, the other handedness in random:7131.
  it.each(['merlin', 'ultraplus', 'random:7131'])(
    'finds what %s is, by moves alone',
    async (name) => {
      const out = join(folder, `${name.replace(':', '-')}.json`);
      const args = ['--microscope', `sim:${name}`, '--out', out, ...small];
      const { code, stdout, stderr } = await inProcess('calibrate', ...args, '--json');
      // A slow machine tells how far it is.
      expect({ code, stderr: stderr.replace(/^ *\d+ % of .*\n/gm, '') }).toEqual({
        code: 0,
        stderr: '',
      });
      const { calibration, stigmatorMatrix } = JSON.parse(stdout);
      expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(calibration);

      const found = parseConfig(calibrationSchema, calibration, out);
      const truth = presetCalibration(presetNamed(name));
      expect(Math.abs(found.convergenceMrad / truth.convergenceMrad - 1)).toBeLessThan(0.04);
      const [[p, q], [r, s]] = truth.stigmatorMatrixUmPerUnit;
      const norm = Math.hypot(p, q, r, s);
      const error = found.stigmatorMatrixUmPerUnit
        .flat()
        .map((value, i) => value - (truth.stigmatorMatrixUmPerUnit.flat()[i] ?? Number.NaN));
      expect(Math.hypot(...error) / norm).toBeLessThan(0.08);
      expect(stigmatorMatrix.handedness).toBe(p * s - q * r > 0 ? 'direct' : 'mirrored');
      expect(Math.abs(found.imageShiftNmPerUm.x - truth.imageShiftNmPerUm.x)).toBeLessThan(1.5);
      expect(Math.abs(found.imageShiftNmPerUm.y - truth.imageShiftNmPerUm.y)).toBeLessThan(1.5);
      expect(found.psf).toBe('gaussian');
      expect(found.measured).toMatchObject({ microscope: `sim:${name}` });
    },
  );

  it('prints a table with uncertainties; the transfer function is the one of the probe', async () => {
    const out = join(folder, 'disc.json');
    const args = ['--microscope', 'sim:merlin', '--psf', 'disc', '--guess', '14', '--out', out];
    const { code, stdout } = await inProcess('calibrate', ...args, ...small);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^sim:merlin \(± 1 SD\)\n {2}convergence angle +8\.\d+ ± 0\.\d+ mrad \(disc\)\n/,
    );
    expect(stdout).toMatch(/transfer function +disc: likelier in \d of 8 pairs/);
    expect(stdout).toMatch(/in-focus spot +3.5 nm, nominal/);
    expect(stdout.endsWith(`Calibration: ${out}\n`)).toBe(true);
  });

  it('on a blank specimen writes nothing and ends with 3', async () => {
    const out = join(folder, 'blank.json');
    const args = ['--microscope', 'sim:merlin', '--specimen', 'blank', '--out', out, ...small];
    const { code, stdout, stderr } = await inProcess('calibrate', ...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /the frames show too little structure, .*\nmove to a place with fine structure/,
    );
    expect(await readdir(folder)).not.toContain('blank.json');
  });

  it('refuses what it cannot open or write before it exposes anything', async () => {
    const refusal = async (...args: string[]) => {
      const { code, stdout, stderr } = await inProcess('calibrate', ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      return stderr.replaceAll(folder, 'DIR');
    };
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    const merlin = ['--microscope', 'sim:merlin'];
    expect([
      await refusal('--microscope', 'http:'),
      await refusal('--microscope', 'replay:frames'),
      await refusal('--microscope', 'merlin'),
      await refusal('--microscope', 'sim:'),
      await refusal('--microscope', 'sim:merln'),
      await refusal(...merlin, '--out', join(folder, 'file', 'c.json')),
      await refusal(...merlin, '--out', join(folder, 'folder')),
      await refusal(...merlin, '--places', '1'),
    ]).toMatchInlineSnapshot(`
      [
        "error: --microscope must be sim:PRESET, e.g. sim:merlin or sim:random:17; http://HOST:PORT of a server; temscript:HOST:PORT; replay:FILE, a series.json; exec:COMMAND, your own program. Received "http:"
      ",
        "error: cannot read the series file frames: ENOENT: no such file or directory
      ",
        "error: --microscope must be sim:PRESET, e.g. sim:merlin or sim:random:17; http://HOST:PORT of a server; temscript:HOST:PORT; replay:FILE, a series.json; exec:COMMAND, your own program. Received "merlin"
      ",
        "error: --microscope must be sim:PRESET, e.g. sim:merlin or sim:random:17; http://HOST:PORT of a server; temscript:HOST:PORT; replay:FILE, a series.json; exec:COMMAND, your own program. Received "sim:"
      ",
        "error: preset must be merlin, merlin-real, ultraplus, ultraplus-real, ideal, random:SEED or the path of a .json file. Received "merln"; did you mean merlin?
      ",
        "error: DIR/file is a file. A folder is needed there
      ",
        "error: cannot write DIR/folder: it is a folder
      ",
        "error: --places must be a whole number from 2 to 100. Received "1"
      ",
      ]
    `);
  });

  it('refuses limits that leave no room for its moves, before anything moves', async () => {
    const limits = join(folder, 'limits.json');
    const log = join(folder, 'calls.jsonl');
    await writeFile(limits, JSON.stringify({ schema: 1, fromStart: { workingDistanceUm: 5 } }));
    const args = ['--microscope', 'sim:merlin', '--limits', limits, '--log', log];
    const { code, stderr } = await inProcess('calibrate', ...args, ...small);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: --limits must allow 15 um from the start for a calibration. Received 5 um\n',
    });
    expect(await readFile(log, 'utf8')).toBe('');
  });

  it('interrupted in the middle ends with 130 and leaves no file', async () => {
    const before = process.listeners('SIGINT');
    const out = join(folder, 'never.json');
    const running = inProcess('calibrate', '--microscope', 'sim:merlin', '--out', out, ...small);
    let interrupt: NodeJS.SignalsListener | undefined;
    while (interrupt === undefined) {
      await setTimeout(5);
      interrupt = process.listeners('SIGINT').find((listener) => !before.includes(listener));
    }
    interrupt('SIGINT');
    expect(await running).toEqual({
      code: 130,
      stdout: '',
      stderr: 'interrupted: focus and stage are back, the beam is blanked\n',
      shown: [],
    });
    expect(await readdir(folder)).not.toContain('never.json');
    expect(process.listeners('SIGINT')).toEqual(before);
  });
});

describe('a microscope whose frames lag behind its moves', () => {
  it('is refused, its focus put back', async () => {
    const { microscope, ...frame } = await openMicroscope('sim:merlin', {
      specimen: 'tissue',
      specimenPixelSize: 10,
      seed: 7402,
      startUm: 1,
    });
    const before = await microscope.readFocus();
    const limits = calibrationLimits(await microscope.describe());
    const running = calibrateMicroscope(await openSession(lagging(microscope), { limits }), {
      frame: { width: 256, height: 192, ...frame },
      guessMrad: 8,
      residualSpotNm: 3.5,
      places: 2,
    });
    await expect(running).rejects.toMatchObject({
      tag: 'CalibrationError',
      message: expect.stringMatching(/^the estimates have the wrong sign|or lag behind the moves$/),
      hint: expect.stringMatching(/stale frames/),
    });
    expect(await microscope.readFocus()).toEqual(before);
  });
});

/**
 * Every frame is the one before, and says it is not: the classic fault of a scan that was not
 * restarted. The first one was exposed before.
 */
function lagging(microscope: Microscope): Microscope {
  let last: Frame | undefined;
  return {
    ...microscope,
    async acquireFrame(request, options) {
      const frame = await microscope.acquireFrame(request, options);
      const { pixels } = last ?? (await microscope.acquireFrame(request, options));
      last = frame;
      return { ...frame, pixels };
    },
  };
}
