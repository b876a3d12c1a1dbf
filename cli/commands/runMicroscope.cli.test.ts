import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  addFocus,
  type CallOptions,
  type FocusChange,
  focusParameters,
  type Microscope,
  type MicroscopeDescription,
  subtractFocus,
  Unsupported,
} from '../../harness/microscope/index.ts';
import { isInsideMargins, type TrajectoryRecord } from '../../harness/record/index.ts';
import { readSeries } from '../../harness/series/index.ts';
import type { Summary } from '../../reports/index.ts';
import { calibrationOf, presetNamed } from '../../sim/index.ts';
import { openSimulation } from '../lab/index.ts';
import { serveForTest } from '../serve/testing/serveForTest.ts';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { startSemfocus } from '../testing/semfocus.ts';
import { tinySuite, writeSuite } from '../testing/tinySuite.ts';

let folder: string;
let suite: string;
let calibration: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  suite = await writeSuite(folder, 'tiny', {
    frame: { width: 320, height: 256 },
    algorithms: tinySuite.algorithms.map((one) => ({
      ...one,
      parameters: { patchSidePx: 128, patches: 4 },
      iterations: 3,
    })),
  });
  calibration = at('calibration.json');
  await writeFile(calibration, JSON.stringify(calibrationOf('merlin').values));
});
afterAll(() => rm(folder, { recursive: true }));

/** On a slow machine a line says every 30 s how far a run has come. */
const withoutProgress = (stderr: string) => stderr.replaceAll(/^ *\d+ % of .*\n/gm, '');

async function run(...args: string[]) {
  const { stderr, ...ended } = await inProcess('run', suite, ...args);
  return { ...ended, stderr: withoutProgress(stderr) };
}

/** A simulated merlin behind a server, 2 um off, with what only the simulator knows. */
async function served(change: (microscope: Microscope) => Microscope = (same) => same) {
  const { microscope, truth } = await openSimulation(presetNamed('merlin'), {
    ...{ specimen: 'tissue', specimenPixelSize: 10, seed: 3 },
  });
  const off: FocusChange = { workingDistanceUm: 2, stigmatorX: 0.2, stigmatorY: -0.1 };
  const start = await microscope.writeFocus(addFocus(truth.bestFocus(), off));
  let isBlanked = false;
  const instrument: Microscope = {
    ...change(microscope),
    blankBeam(blanked, options) {
      isBlanked = blanked;
      return microscope.blankBeam(blanked, options);
    },
  };
  const { server, url } = await serveForTest(instrument);
  onTestFinished(() => server.close());
  const found = async () => ({
    focus: await microscope.readFocus(),
    stage: await microscope.readStage(),
    isBlanked,
  });
  const asItWas = { focus: start, stage: { xUm: 0, yUm: 0 }, isBlanked: true };
  return { url, truth, server, found, asItWas };
}

const measured = async (out: string) => (await recordsOf(out)) as TrajectoryRecord[];

async function firstRecord(out: string): Promise<void> {
  const path = join(out, 'records.partial.jsonl');
  while (!existsSync(path) || !(await readFile(path, 'utf8')).includes('\n')) await setTimeout(20);
}

describe('semfocus run --microscope', () => {
  it('measures what the simulator behind a server knows, and leaves it as it was', async () => {
    const { url, truth, found, asItWas } = await served();
    const out = at('served');
    const args = ['--microscope', url, '--calibration', calibration, '--out', out];
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await found()).toEqual({
      ...asItWas,
      focus: {
        ...asItWas.focus,
        workingDistanceUm: expect.closeTo(asItWas.focus.workingDistanceUm, 9),
      },
    });
    const records = await measured(out);
    expect(records.map(({ scenario: { stage, preset } }) => [stage, preset])).toEqual(
      [0, 80, 0, 80].map((yUm) => [{ xUm: 0, yUm }, 'sim:merlin']),
    );
    // What is added to the truth is the error of the reference, which its standard deviation tells.
    const errors = records.flatMap(({ iterations, reference }) =>
      focusParameters.map((parameter) => {
        const { focus, residual } = iterations.at(-1) ?? {};
        if (focus === undefined || residual === undefined || reference === undefined) return NaN;
        const distance = subtractFocus(focus, truth.bestFocus());
        return (distance[parameter] - residual[parameter]) / reference.sd[parameter];
      }),
    );
    const rms = Math.sqrt(errors.reduce((sum, z) => sum + z ** 2, 0) / errors.length);
    expect(rms).toBeLessThan(2);
    expect(records.map(({ iterations }) => iterations.at(-1)?.insideMargins)).toEqual(
      records.map(({ iterations, scenario: { margins } }) => {
        const last = iterations.at(-1)?.focus;
        return last && isInsideMargins(subtractFocus(last, truth.bestFocus()), margins);
      }),
    );
    expect(stdout).toContain('tiny: instrument sim:merlin, reference mapfost, 200 ns');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Measured on sim:merlin, where the truth is not known: mapfost at 200 ns focused before and after each of 4 trajectories, .* It took \d+ frames at 2 places, \d+ e\/nm² at each beside the trajectories\./,
    );
    expect(await readdir(join(out, 'previews'))).toHaveLength(12);
    const again = await run(...args);
    expect(again.stderr).toContain('4 of 4 trajectories were done before;');
  });

  it('is at one place where the stage cannot be moved, and says so', async () => {
    const { url, found, asItWas } = await served((microscope) => ({
      ...microscope,
      async describe(): Promise<MicroscopeDescription> {
        const { parameters, ...about } = await microscope.describe();
        const still = (name: 'stageXUm' | 'stageYUm') => ({ ...parameters[name], settable: false });
        return {
          ...about,
          parameters: { ...parameters, stageXUm: still('stageXUm'), stageYUm: still('stageYUm') },
        };
      },
      moveStage: () => Promise.reject(new Unsupported('the stage is locked')),
    }));
    const args = ['--microscope', url, '--calibration', calibration, '--algorithms', 'mapfost'];
    const dry = await run(...args, '--dry-run');
    expect(dry.stdout).toContain(
      'The stage cannot be moved: all trajectories are at one place, which is exposed again and again.',
    );
    const { code, stdout } = await run(...args, '--out', at('still'));
    expect(code).toBe(0);
    expect((await measured(at('still'))).map(({ scenario: { stage } }) => stage)).toEqual([
      { xUm: 0, yUm: 0 },
      { xUm: 0, yUm: 0 },
    ]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'The stage could not be moved: all trajectories were at one place, which received',
    );
    expect((await found()).stage).toEqual(asItWas.stage);
  });

  it('is compared with the same suite in simulation', async () => {
    expect((await run('--out', at('simulated'))).code).toBe(0);
    expect((await run('--microscope', 'sim:merlin', '--out', at('here'))).code).toBe(0);
    const { stdout } = await inProcess('report', at('here'), at('simulated'), '--json');
    const { simToReal, groups }: Summary = JSON.parse(stdout);
    expect(groups.map(({ condition, reference }) => [condition.preset, reference?.method])).toEqual(
      [
        ['merlin', undefined],
        ['merlin', undefined],
        ['sim:merlin', 'mapfost'],
        ['sim:merlin', 'mapfost'],
      ],
    );
    expect(simToReal).toHaveLength(1);
    expect(simToReal[0]).toMatchObject({
      measured: { suite: 'tiny', preset: 'sim:merlin', reference: 'mapfost' },
      simulated: { suite: 'tiny', preset: 'merlin', psf: 'gaussian', specimen: 'tissue' },
      notCompared: [],
    });
    const page = await inProcess('report', at('here'), at('simulated'), '--out', at('both.html'));
    expect(page.code).toBe(0);
    expect(await readFile(at('both.html'), 'utf8')).toContain('<h2>Instrument and simulation</h2>');
    const alone = await readFile(at('here', 'report.html'), 'utf8');
    expect(alone).toContain('semfocus report MEASURED SIMULATED');
    expect(await readFile(at('simulated', 'report.html'), 'utf8')).not.toContain(
      'id="sim-to-real"',
    );
  });

  it('runs on a program as well, and says so where there is nothing to focus on', async () => {
    const noisy = fileURLToPath(
      new URL('../../harness/drivers/program/testing/noisyProgram.mjs', import.meta.url),
    );
    const microscope = `exec:"${process.execPath}" "${noisy}"`;
    const out = at('noisy');
    const args = ['--microscope', microscope, '--calibration', calibration, '--out', out];
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^0 of 4 trajectories are in \S+; the same command goes on with the others\nerror: the reference method mapfost declined in iteration 1: .*\nevery place needs structure/,
    );
  });
});

describe('what a run on a microscope exposes', () => {
  it('is told before anything moves', async () => {
    const { code, stdout } = await run('--microscope', 'sim:merlin', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Tiny, on sim:merlin: 4 trajectories, 60 frames, about 18.5 s
      Frames: 320 x 256 px of 10.03 nm
      Reference: mapfost at 200 ns, 2 to 6 iterations before and after each trajectory (counted as 2)
      guard: within 60 µm and 20 % of the start, no dose limit

      place  x, µm  y, µm  runs  frames       dose    time
      1          0      0     2      30  558 e/nm²  9.25 s
      2          0     80     2      30  558 e/nm²  9.25 s

      Dose and frames: if each trajectory uses all its iterations. Searches may take more or fewer frames.
      Dry run: nothing was moved or exposed.
      "
    `);
    const { stdout: json } = await run('--microscope', 'sim:merlin', '--dry-run', '--json');
    const { places, ...total } = JSON.parse(json);
    expect(places).toHaveLength(2);
    expect(total).toMatchObject({ suite: 'tiny', name: 'sim:merlin', trajectories: 4, frames: 60 });
    expect(existsSync('results/tiny')).toBe(false);
  });

  it('is what it then exposes, where each trajectory uses all its iterations', async () => {
    const { stdout } = await run('--microscope', 'sim:merlin', '--dry-run', '--json');
    const { places }: { places: { frames: number; doseElectronsPerNm2: number }[] } =
      JSON.parse(stdout);
    const records = await measured(at('here'));
    const sum = (of: (record: TrajectoryRecord) => number) =>
      records.reduce((total, record) => total + of(record), 0);
    const told = (name: 'frames' | 'doseElectronsPerNm2') =>
      places.reduce((total, place) => total + place[name], 0);
    expect(
      sum(
        ({ iterations, reference }) =>
          (iterations.at(-1)?.framesTotal ?? 0) + (reference?.frames ?? 0),
      ),
    ).toBe(told('frames'));
    expect(
      sum(
        ({ iterations, reference }) =>
          (iterations.at(-1)?.doseElectronsPerNm2Total ?? 0) +
          (reference?.doseElectronsPerNm2 ?? 0),
      ),
    ).toBeCloseTo(told('doseElectronsPerNm2'), 6);
  });

  it('is recorded for replay:', async () => {
    const args = ['--algorithms', 'mapfost', '--out', at('recorded'), '--record', at('frames')];
    const { code, stderr } = await run('--microscope', 'sim:merlin', ...args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Recording: .*frames\/series\.json, 34 frames\n$/);
    expect((await readSeries(at('frames/series.json'))).frames).toHaveLength(34);
    const replayed = await run(
      ...['--microscope', `replay:${at('frames/series.json')}`, '--algorithms', 'mapfost'],
      ...['--out', at('replayed')],
    );
    expect(replayed.stderr).toMatch(/replay: 34 frames, recorded in the states asked for\n$/);
    const essence = async (name: string) =>
      (await measured(at(name))).map(({ iterations, reference, outcome }) => ({
        ...{ iterations, reference, outcome },
      }));
    expect(await essence('replayed')).toEqual(await essence('recorded'));
  });
});

describe('a run on a microscope that is broken off', () => {
  it('by Ctrl-C puts the start back, keeps what has ended, and goes on', async () => {
    const { url, found, asItWas } = await served();
    const out = at('broken');
    const args = ['--microscope', url, '--calibration', calibration, '--out', out];
    const { child, ended } = startSemfocus(folder, ['run', suite, ...args]);
    await firstRecord(out);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(withoutProgress(stderr)).toMatch(
      /^interrupted: putting the start back \(again to leave at once, with the microscope as it is\)\n[1-3] of 4 trajectories are in \S+; the same command goes on with the others\ninterrupted: focus and stage are back, the beam is blanked\n$/,
    );
    const focus = { ...asItWas.focus };
    expect(await found()).toEqual({
      ...asItWas,
      focus: { ...focus, workingDistanceUm: expect.closeTo(focus.workingDistanceUm, 9) },
    });
    const resumed = await run(...args);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/^[1-3] of 4 trajectories were done before;/);
    expect(await measured(out)).toHaveLength(4);
  });

  it('by a server that is gone says so, and keeps what has ended', async () => {
    let frames = 0;
    const { url, server } = await served((microscope) => ({
      ...microscope,
      async acquireFrame(request, options?: CallOptions) {
        // In the midst of the second trajectory.
        if (++frames === 24) void server.close();
        return microscope.acquireFrame(request, options);
      },
    }));
    const out = at('gone');
    const args = ['--microscope', url, '--calibration', calibration, '--out', out];
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^1 of 4 trajectories are in \S+; the same command goes on with the others\nerror: .*then the starting state could not be restored: .*\nput working distance, stigmators and stage back by hand, and blank the beam\n$/,
    );
    const other = await served();
    const resumed = await run(...args.with(1, other.url));
    expect(resumed.code).toBe(0);
    expect(await measured(out)).toHaveLength(4);
  });
});

describe('options of semfocus run', () => {
  it('are refused where they have no effect, with the reason', async () => {
    const sim = ['--microscope', 'sim:merlin'];
    const refusal = async (...args: string[]) => {
      const { code, stderr } = await run(...args);
      return `${code} ${stderr.replaceAll(folder, 'FOLDER').trimEnd()}`;
    };
    const limits = async (name: string, content: object) => {
      await writeFile(at(name), JSON.stringify({ schema: 1, ...content }));
      return ['--limits', at(name)];
    };
    const varied = await writeSuite(folder, 'varied', {
      axes: {
        design: 'grid',
        axes: [{ of: { imperfection: 'driftNmPerMin' }, levels: [50] }],
      },
    });
    const ofVaried = await inProcess('run', varied, ...sim);
    expect([
      await refusal(...sim, '--workers', '4'),
      await refusal(...sim, '--shard', '1/2'),
      await refusal(...sim, '--preset', 'merlin'),
      await refusal(...sim, '--timing'),
      await refusal('--microscope', 'http://127.0.0.1:1', '--specimen', 'tin'),
      await refusal('--arm'),
      await refusal('--record', at('never')),
      await refusal('--limits', 'x.json'),
      await refusal('--dry-run'),
      await refusal('--call-timeout', '5'),
      await refusal(...sim, '--reference', 'sharpness-simplex'),
      await refusal(
        ...sim,
        ...(await limits('near.json', { fromStart: { workingDistanceUm: 15 } })),
      ),
      await refusal(...sim, ...(await limits('low.json', { doseElectronsPerNm2: 100 }))),
      ofVaried.stderr.trimEnd(),
    ]).toMatchInlineSnapshot(`
      [
        "2 error: --workers must be left out with --microscope: one microscope exposes one frame at a time",
        "2 error: --shard must be left out with --microscope: one microscope runs the whole plan",
        "2 error: --preset must be left out with --microscope: the microscope is the instrument",
        "2 error: --timing must be left out with --microscope: trajectories run one at a time anyway, and a warm-up would expose the specimen",
        "2 error: --specimen must be left out unless --microscope is sim:PRESET: what lies under the microscope is as it is",
        "2 error: --arm must come with --microscope: a simulation needs no leave",
        "2 error: --record must come with --microscope: a simulated run can be computed again from its seeds at any time",
        "2 error: --limits must come with --microscope: a simulation has the limits of its suite",
        "2 error: --dry-run must come with --microscope: semfocus plan says what a simulated run takes",
        "2 error: --call-timeout must come with --microscope: a simulation answers at once",
        "2 error: --reference must be mapfost, mapfost-published, spectral, deepfocus-128, deepfocus-256, deepfocus-384, deepfocus-384-ultraplus, deepfocus-512, deepfocus-pixel-384, deepfocus-score-384 or deepfocus-spectral-384. Received "sharpness-simplex"",
        "2 error: --limits must allow workingDistanceUm to change by 17 um from the start for suite tiny. Received 15 um",
        "2 error: --limits must allow a dose of 559 electrons/nm2 at a place for suite tiny. Received 100 electrons/nm2
      --dry-run lists the places; --algorithms or --only runs a part of the suite",
        "error: suite tiny varies the simulated instrument, which no microscope lets a program do
      semfocus suites lists the others",
      ]
    `);
    expect(existsSync(at('never'))).toBe(false);
  });
});
