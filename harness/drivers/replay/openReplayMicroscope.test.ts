import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../focusing/index.ts';
import { rowMajorValues, writeTiffFile } from '../../image/index.ts';
import type { FocusState, Frame, FrameRequest } from '../../microscope/index.ts';
import { ScriptedMicroscope } from '../../microscope/testing/ScriptedMicroscope.ts';
import { greyPixels } from '../../numeric/index.ts';
import { recordSeries } from '../../series/index.ts';
import type { PlayedFrame } from './FramePicker.ts';
import { openReplayMicroscope } from './openReplayMicroscope.ts';

let parent: string;
let folders = 0;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'semfocus-replay-'));
});
afterAll(() => rm(parent, { recursive: true }));

const request: FrameRequest = { width: 24, height: 16, pixelSizeNm: 10, dwellTimeNs: 200 };
const start: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const greys = ({ pixels }: Frame) => [...rowMajorValues(pixels).data];

/** Records a frame in each of the states, and opens the replay. */
async function recorded(
  states: readonly Partial<FocusState>[],
  asked: Partial<FrameRequest> = {},
  setUp: (microscope: ScriptedMicroscope) => Promise<unknown> = async () => {},
) {
  const microscope = new ScriptedMicroscope();
  const folder = join(parent, String(folders++));
  const recording = await recordSeries(folder, microscope, {});
  await setUp(microscope);
  const frames: Frame[] = [];
  for (const state of states) {
    await microscope.writeFocus(state);
    const frame = await microscope.acquireFrame({ ...request, ...asked });
    await recording.keep(frame);
    frames.push(frame);
  }
  const played: PlayedFrame[] = [];
  const replay = await openReplayMicroscope(recording.manifest, (frame) => played.push(frame));
  return { replay, frames, played, manifest: recording.manifest, microscope };
}

const at = (...workingDistancesUm: number[]) =>
  workingDistancesUm.map((workingDistanceUm) => ({ workingDistanceUm }));

describe('openReplayMicroscope', () => {
  it('answers the calls of the recording with its frames, in their order', async () => {
    const states = at(4500, 4495, 4505, 4495, 4500);
    const { replay, frames, played } = await recorded(states);
    expect(await replay.readFocus()).toEqual(start);
    const again: Frame[] = [];
    for (const state of states) {
      expect(await replay.writeFocus(state)).toEqual({ ...start, ...state });
      again.push(await replay.acquireFrame(request));
    }
    expect(again.map(greys)).toEqual(frames.map(greys));
    const rest = ({ pixels: _, ...frame }: Frame) => frame;
    expect(again.map(rest)).toEqual(frames.map(rest));
    expect(played.map(({ distanceUm }) => distanceUm)).toEqual([0, 0, 0, 0, 0]);
  });

  it('describes itself as what was recorded, with how far a frame may lie', async () => {
    const { replay, microscope } = await recorded(at(4500, 4506));
    const description = await replay.describe();
    const { parameters, ...rest } = await microscope.describe();
    expect(description).toMatchObject({ ...rest, name: 'replay of scripted', isSimulated: true });
    // Half of the step of 6 um; 4 um of focal shift per unit of a stigmator where nothing is known.
    expect(description.parameters).toEqual({
      ...parameters,
      workingDistanceUm: { ...parameters.workingDistanceUm, readBackTolerance: 3 },
      stigmatorX: { ...parameters.stigmatorX, readBackTolerance: 0.75 },
      stigmatorY: { ...parameters.stigmatorY, readBackTolerance: 0.75 },
    });
  });

  it('plays the nearest frame, and says how near it was', async () => {
    const { replay, played } = await recorded(at(4500, 4506));
    await replay.writeFocus({ workingDistanceUm: 4504, stigmatorX: 2.25 });
    const { actual } = await replay.acquireFrame(request);
    // Not as if it were the state asked for.
    expect(actual.focus).toEqual({ ...start, workingDistanceUm: 4506 });
    expect(played[0]).toMatchObject({
      ...{ number: 1, file: 'frame-0002.tif' },
      change: { workingDistanceUm: 2, stigmatorX: -0.25, stigmatorY: 0 },
      distanceUm: expect.closeTo(Math.hypot(2, 4 * 0.25), 9),
    });
  });

  it('lets a session pass that compares what it sees', async () => {
    const { replay } = await recorded(at(4500, 4506));
    const limits = { workingDistanceUm: 20, stigmator: 5 };
    const session = await openSession(replay, { limits });
    await session.microscope.writeFocus({ workingDistanceUm: 4503.5 });
    const { actual } = await session.microscope.acquireFrame(request);
    expect(actual.focus.workingDistanceUm).toBe(4506);
    expect(await session.restore()).toEqual(start);
  });

  it('refuses a state that no frame is near, before and after it is set', async () => {
    const { replay } = await recorded(at(4500, 4502, 4520, 4522));
    await expect(replay.writeFocus({ workingDistanceUm: 4524 })).rejects.toThrow(
      'workingDistanceUm must be from 4499.000 to 4523.000 um, as recorded. Received 4524 (replay)',
    );
    await expect(replay.writeFocus({ stigmatorX: Number.NaN })).rejects.toThrow(/finite/);
    expect(await replay.readFocus()).toEqual(start);
    await replay.writeFocus({ workingDistanceUm: 4510 });
    await expect(replay.acquireFrame(request)).rejects.toMatchObject({
      tag: 'OutOfRange',
      message:
        'workingDistanceUm must be with its stigmators within 1 um of focal shift of a recorded state; the nearest, of frame-0002.tif, is 8 um away. Received 4510 (replay)',
    });
  });

  it.each<[string, Partial<FrameRequest>]>([
    ['size', { width: 48 }],
    ['pixel size', { pixelSizeNm: 11 }],
    ['dwell time', { dwellTimeNs: 400 }],
  ])('refuses a %s that was not recorded', async (_name, change) => {
    const { replay } = await recorded(at(4500));
    const { width, pixelSizeNm, dwellTimeNs } = { ...request, ...change };
    await expect(replay.acquireFrame({ ...request, ...change })).rejects.toMatchObject({
      tag: 'Unsupported',
      message: `the record holds frames of 24 x 16 px at 10 nm and 200 ns at this place. Received ${width} x 16 px at ${pixelSizeNm} nm and ${dwellTimeNs} ns`,
    });
  });

  it('plays no frame twice in a row', async () => {
    const { replay, frames } = await recorded(at(4500, 4500.5));
    const again = [];
    for (let i = 0; i < 3; i++) again.push(await replay.acquireFrame(request));
    const [first, second] = frames.map(greys);
    expect(again.map(greys)).toEqual([first, second, first]);
    const single = await recorded(at(4500));
    await single.replay.acquireFrame(request);
    await expect(single.replay.acquireFrame(request)).rejects.toMatchObject({
      ...{ tag: 'DeviceError', code: 'replay' },
      message:
        'the record holds one frame of this state, frame-0001.tif, and it was played just before',
    });
  });

  it('cuts a part out of a whole frame, and plays a part that was recorded', async () => {
    const region = { x: 4, y: 2, width: 8, height: 6 };
    const whole = await recorded(at(4500));
    const { pixels } = await whole.replay.acquireFrame({ ...request, region });
    expect(pixels.shape).toEqual([6, 8]);
    expect(pixels.get(0, 0)).toBe(whole.frames[0]?.pixels.get(2, 4));
    const part = await recorded(at(4500), { region });
    const { replay, frames } = part;
    expect((await replay.acquireFrame({ ...request, region })).pixels.shape).toEqual([6, 8]);
    expect(frames[0]?.pixels.shape).toEqual([6, 8]);
    await expect(replay.acquireFrame(request)).rejects.toThrow(
      'holds frames of 8 x 6 px from (4, 2) of 24 x 16 px at 10 nm and 200 ns at this place. Received 24 x 16 px at 10 nm and 200 ns',
    );
  });

  it('moves the stage between the places of the record and its start', async () => {
    const { replay, frames } = await recorded(at(4500), {}, (inner) =>
      inner.moveStage({ xUm: 30, yUm: 0 }),
    );
    expect(await replay.readStage()).toEqual({ xUm: 0, yUm: 0 });
    await expect(replay.acquireFrame(request)).rejects.toThrow(/holds frames of nothing at this/);
    expect(await replay.moveStage({ xUm: 30, yUm: 0 })).toEqual({ xUm: 30, yUm: 0 });
    const { actual, pixels } = await replay.acquireFrame(request);
    expect(actual.stage).toEqual({ xUm: 30, yUm: 0 });
    expect(pixels.size).toBe(frames[0]?.pixels.size);
    await expect(replay.moveStage({ xUm: 60, yUm: 0 })).rejects.toThrow(
      'stageXUm must be with stageYUm at a recorded place: (0.0, 0.0) um, (30.0, 0.0) um. Received 60 (replay)',
    );
  });

  it('goes back to the start also where no frame was exposed there', async () => {
    const { replay } = await recorded(at(4480));
    await replay.writeFocus({ workingDistanceUm: 4480 });
    expect(await replay.writeFocus(start)).toEqual(start);
  });

  it('does no more once it is closed, or aborted', async () => {
    const { replay } = await recorded(at(4500));
    await expect(
      replay.acquireFrame(request, { signal: AbortSignal.abort('enough') }),
    ).rejects.toBe('enough');
    await replay.close();
    await expect(replay.readFocus()).rejects.toThrow('the replay was closed');
  });
});

describe('a manifest of files', () => {
  const write = async (frames: readonly object[], depths: readonly (8 | 16)[] = [8, 8]) => {
    const folder = await mkdtemp(join(parent, 'files-'));
    for (const [i, depth] of depths.entries()) {
      const ramp = Array.from({ length: 384 }, (_, k) => k % 256);
      const values = depth === 8 ? Uint8Array.from(ramp) : Uint16Array.from(ramp);
      await writeTiffFile(join(folder, `${i}.tif`), greyPixels(values, 24, 16));
    }
    const manifest = join(folder, 'series.json');
    const entries = frames.map((frame, i) => ({ file: `${i}.tif`, pixelSizeNm: 10, ...frame }));
    await writeFile(manifest, JSON.stringify({ schema: 1, frames: entries }));
    return manifest;
  };
  const known = { workingDistanceUm: 0, dwellTimeNs: 200 };

  it('plays without anything else being known', async () => {
    const crop = { x: 0, y: 0, width: 24, height: 12 };
    const replay = await openReplayMicroscope(await write([{ ...known, crop }], [16]));
    expect(await replay.readFocus()).toEqual({
      ...{ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
    });
    const { parameters, ...description } = await replay.describe();
    expect(description).toEqual({
      ...{ name: 'replay of a series', isSimulated: true, beamCurrentNanoAmp: 0, passes: 1 },
      ...{ bitDepth: 16, canBlankBeam: true },
    });
    expect(parameters.workingDistanceUm).toMatchObject({ min: -1, max: 1, readBackTolerance: 1 });
    expect(parameters.height.choices).toEqual([12]);
    await expect(replay.readStage()).rejects.toMatchObject({ tag: 'Unsupported' });
    const frame = await replay.acquireFrame({ ...request, height: 12 });
    expect(frame.pixels.shape).toEqual([12, 24]);
    expect(frame).toMatchObject({ doseElectronsPerNm2: 0, frameTimeS: 0 });
  });

  it.each<[string, readonly object[], RegExp, (8 | 16)[]?]>([
    ['a dwell time', [{ workingDistanceUm: 0 }], /lacks dwellTimeNs of 0\.tif$/],
    [
      'a stigmator of one frame',
      [{ ...known, stigmatorX: 1 }, known],
      /must give stigmatorX of every frame or of none\. It lacks that of 1\.tif$/,
    ],
    ['one bit depth', [known, known], /0\.tif has 8 bit, 1\.tif has 16 bit$/, [8, 16]],
    ['a file', [known, known], /1\.tif/, [8]],
  ])('refuses one that lacks %s', async (_what, frames, message, depths) => {
    await expect(openReplayMicroscope(await write(frames, depths))).rejects.toThrow(message);
  });

  it('reads the manifest as people write it', async () => {
    const manifest = await write([known]);
    expect(JSON.parse(await readFile(manifest, 'utf8')).frames[0].stage).toBeUndefined();
    const { pixelSizeNm, dwellTimeNs } = await openReplayMicroscope(manifest);
    expect({ pixelSizeNm, dwellTimeNs }).toEqual({ pixelSizeNm: 10, dwellTimeNs: 200 });
  });
});
