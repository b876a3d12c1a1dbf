import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AutofocusAlgorithm } from '../../harness/algorithm/index.ts';
import { type RecalibrateOptions, recalibrateOnce } from '../recalibrate/recalibrateOnce.ts';
import { inProcess } from '../testing/inProcess.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Takes a frame and stays: the microscope begins near focus, and learning needs no exact one. */
const stay: AutofocusAlgorithm = {
  ...{ name: 'stay', version: '1', parameters: {} },
  async *run({ microscope, frame }) {
    await microscope.acquireFrame(frame);
    yield {
      ...{ iteration: 1, framesUsed: 1, computeMs: 0, focus: await microscope.readFocus() },
      correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
    };
  },
};

async function recalibrate(changes: Partial<RecalibrateOptions> = {}) {
  let [stdout, stderr] = ['', ''];
  const options: RecalibrateOptions = {
    ...{ microscope: 'sim:ultraplus', specimen: 'tissue', specimenPixelSize: 10, seed: 5 },
    ...{ model: 'deepfocus-128', out: join(folder, 'out'), locations: 3, heldOut: 2, pairs: 4 },
    ...{ pitch: 30, rangeWd: 15, rangeStig: 4, width: 320, height: 256, dwell: [200] },
    ...{ steps: 100, threads: 1, callTimeout: 30 },
    ...changes,
  };
  const terminal = {
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
    ...{ width: undefined, outColour: false, errIsTerminal: false, errWidth: undefined },
    show: async () => {},
  };
  const code = await recalibrateOnce(options, terminal, stay);
  return { code, stdout, stderr, out: options.out };
}

describe('semfocus recalibrate', () => {
  it('trains a network for another instrument, on pairs that it keeps', async () => {
    const { code, stdout, out } = await recalibrate();
    expect(code).toBe(0);
    const shape = stdout.replaceAll(folder, 'DIR').replaceAll(/\d+\.\d+|(?<=after )\d+/g, 'N');
    expect(shape).toMatchInlineSnapshot(`
      "deepfocus-128-recalibrated
        parent                deepfocus-128, sha256:052428fd70b7
        instrument            sim:ultraplus
        locations             3 to train on, 1 to stop by, 1 to judge by
        cost                  55 frames, at most 142 e/nm² at one place, N min of the microscope, N min of computing
        training              best after N steps
        errors                mean absolute error of one correction where no training has been
        wide, 4 pairs
          before              N um, N, N (SD N um, N, N)
          after               N um, N, N (SD N um, N, N)
        near focus, 5 pairs
          before              N um, N, N (SD N um, N, N)
          after               N um, N, N (SD N um, N, N)
      Model: DIR/out/deepfocus-128-recalibrated/model.onnx
      "
    `);

    const network = join(out, 'deepfocus-128-recalibrated');
    expect((await readdir(network)).sort()).toEqual(['card.json', 'golden.json', 'model.onnx']);
    const card = JSON.parse(await readFile(join(network, 'card.json'), 'utf8'));
    const bytes = await readFile(join(network, 'model.onnx'));
    expect(card.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const { recalibration } = card;
    expect(recalibration.parent.name).toBe('deepfocus-128');
    expect(recalibration.instrument).toBe('sim:ultraplus');
    expect(recalibration.frames).toBe(5 * 9 + 10);
    expect(recalibration.locations.map(({ use }: { use: string }) => use)).toEqual([
      ...['training', 'training', 'training', 'stopping', 'judging'],
    ]);
    expect(card.convergenceMrad).toBeCloseTo(6.6, 0);
    // The scan of the instrument is turned: of the stigmators the parent is wrong by all that there is.
    const { before, after } = recalibration.judged.wide;
    expect(after.mean[1] + after.mean[2]).toBeLessThan(0.8 * (before.mean[1] + before.mean[2]));

    const parity = await inProcess('parity', '--model', join(network, 'model.onnx'));
    expect(parity).toMatchObject({ code: 0, stderr: '' });
    const focus = await inProcess(
      ...['focus', '--microscope', 'sim:ultraplus', '--model', join(network, 'model.onnx')],
      ...['--dry-run', '--width', '320', '--height', '256', '--json'],
    );
    expect(JSON.parse(focus.stdout)).toMatchObject({
      algorithm: { name: 'deepfocus-128-recalibrated' },
      steps: [expect.anything()],
    });
  });

  it('asks nothing of the microscope where all pairs are there; a recalibrated network may go on', async () => {
    const model = join(folder, 'out', 'deepfocus-128-recalibrated', 'model.onnx');
    const microscope = 'http://127.0.0.1:1';
    const { code, stdout, out } = await recalibrate({ microscope, model, json: true });
    expect(code).toBe(0);
    const { card } = JSON.parse(stdout);
    expect(card.name).toBe('deepfocus-128-recalibrated');
    expect(card.summary).toMatch(/^[^;]+; recalibrated on sim:ultraplus$/);
    expect(card.recalibration.parent.name).toBe('deepfocus-128-recalibrated');
    expect((await readdir(out)).sort()).toEqual([
      ...['deepfocus-128-recalibrated', 'frames', 'pairs.json'],
    ]);
  });

  it('ends with 1 where its time is over, and says how to go on', async () => {
    const out = join(folder, 'late');
    const { code, stdout, stderr } = await recalibrate({ out, timeLimit: 1e-6 });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(
      `--time-limit of 0.000001 min is over: 0 pairs are kept in ${out}. Run the same command again to go on`,
    );
  });

  it('refuses hardware that is not armed, and a network that cannot be trained', async () => {
    const args = ['--out', join(folder, 'never'), '--microscope', 'exec:false'];
    const { code } = await inProcess('recalibrate', ...args, '--model', 'deepfocus-128');
    expect(code).toBe(2);
    await expect(recalibrate({ model: 'deepscore-512' })).rejects.toThrow(/Received deepscore-512/);
  });
});
