import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile, rowMajorValues } from '../image/index.ts';
import type { Frame } from '../microscope/index.ts';
import { ScriptedMicroscope } from '../microscope/testing/ScriptedMicroscope.ts';
import { readSeries } from './readSeries.ts';
import { recordSeries } from './recordSeries.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'semfocus-record-'));
});
afterAll(() => rm(parent, { recursive: true }));

const request = { width: 12, height: 8, pixelSizeNm: 10, dwellTimeNs: 200 };
const greys = (frame: Pick<Frame, 'pixels'>) => [...rowMajorValues(frame.pixels).data];
const begin = async (name: string) => {
  const microscope = new ScriptedMicroscope();
  const folder = join(parent, name);
  const recording = await recordSeries(folder, microscope, {});
  return { microscope, folder, recording };
};

describe('recordSeries', () => {
  it('leaves a folder that is complete after every frame', async () => {
    const { microscope, folder, recording } = await begin('frames');
    await expect(readSeries(recording.manifest)).rejects.toThrow(/cannot read/);
    const frames: Frame[] = [];
    for (const workingDistanceUm of [4495, 4505]) {
      await microscope.writeFocus({ workingDistanceUm });
      const frame = await microscope.acquireFrame(request);
      await recording.keep(frame);
      frames.push(frame);
      const series = await readSeries(recording.manifest);
      expect(series.frames.map((one) => one.workingDistanceUm)).toEqual(
        frames.map((one) => one.actual.focus.workingDistanceUm),
      );
      const pixels = await Promise.all(series.frames.map(({ path }) => readImageFile(path)));
      expect(pixels.map((one) => greys({ pixels: one }))).toEqual(frames.map(greys));
    }
    const { instrument, start, frames: entries } = await readSeries(recording.manifest);
    expect(instrument.description).toEqual(await microscope.describe());
    expect(start).toEqual({
      ...{ workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 },
      stage: { xUm: 0, yUm: 0 },
    });
    expect(entries[0]).toMatchObject({
      ...{ file: 'frame-0001.tif', place: '1', stigmatorX: 2, stigmatorY: -1 },
      ...{ pixelSizeNm: 10, dwellTimeNs: 200, passes: 1, frameTimeS: 1, raster: null },
      ...{ stage: { xUm: 0, yUm: 0 }, acquiredAt: '1970-01-01T00:00:00.000Z' },
      doseElectronsPerNm2: frames[0]?.doseElectronsPerNm2,
    });
    expect((await readdir(folder)).sort()).toEqual([
      ...['frame-0001.tif', 'frame-0002.tif', 'series.json'],
    ]);
  });

  it('keeps the calibration beside the frames, and the raster and place of each', async () => {
    const microscope = new ScriptedMicroscope();
    const calibration = {
      convergenceMrad: 8,
      stigmatorMatrixUmPerUnit: [
        [1, 0],
        [0, 2],
      ] as [[number, number], [number, number]],
      imageShiftNmPerUm: { x: 0, y: 0 },
      residualSpotNm: 3,
      psf: 'disc' as const,
    };
    const about = { calibration, preset: 'merlin' };
    const recording = await recordSeries(join(parent, 'calibrated'), microscope, about);
    await microscope.moveStage({ xUm: 30, yUm: 0 });
    const region = { x: 2, y: 1, width: 6, height: 4 };
    await recording.keep(await microscope.acquireFrame({ ...request, region }));
    const { instrument, start, frames } = await readSeries(recording.manifest);
    expect(instrument.preset).toBe('merlin');
    expect(JSON.parse(await readFile(instrument.calibration ?? '', 'utf8'))).toEqual(calibration);
    expect(start?.stage).toEqual({ xUm: 0, yUm: 0 });
    expect(frames[0]).toMatchObject({
      stage: { xUm: 30, yUm: 0 },
      raster: { width: 12, height: 8, x: 2, y: 1 },
    });
    expect((await readImageFile(frames[0]?.path ?? '')).shape).toEqual([4, 6]);
  });

  it('ends where a frame cannot be written, and keeps what it has', async () => {
    const { microscope, folder, recording } = await begin('full');
    await recording.keep(await microscope.acquireFrame(request));
    await mkdir(join(folder, 'frame-0002.tif'));
    const second = await microscope.acquireFrame(request);
    await expect(recording.keep(second)).rejects.toThrow(/cannot write .*frame-0002.tif/);
    expect(String(recording.failure)).toMatch(/cannot write .*frame-0002.tif/);
    await rm(join(folder, 'frame-0002.tif'), { recursive: true });
    await recording.keep(second);
    expect(recording.frames).toBe(1);
    expect((await readSeries(recording.manifest)).frames).toHaveLength(1);
  });

  it('writes one frame after the other, however they come', async () => {
    const { microscope, recording } = await begin('together');
    const frames = [await microscope.acquireFrame(request), await microscope.acquireFrame(request)];
    await Promise.all(frames.map((frame) => recording.keep(frame)));
    const series = await readSeries(recording.manifest);
    const pixels = await Promise.all(series.frames.map(({ path }) => readImageFile(path)));
    expect(pixels.map((one) => greys({ pixels: one }))).toEqual(frames.map(greys));
  });

  it('refuses what no manifest can hold', async () => {
    const { microscope, recording } = await begin('nonsense');
    const { actual, ...frame } = await microscope.acquireFrame(request);
    const focus = { ...actual.focus, stigmatorX: Number.NaN };
    await expect(recording.keep({ ...frame, actual: { ...actual, focus } })).rejects.toThrow(
      /^frame-0001.tif: stigmatorX .* Received NaN$/,
    );
  });

  it('refuses a folder that holds something', async () => {
    const folder = join(parent, 'taken');
    await mkdir(folder);
    await writeFile(join(folder, 'series.json'), '{}');
    await expect(recordSeries(folder, new ScriptedMicroscope(), {})).rejects.toThrow(
      `--record must be a new or empty folder. ${folder} holds series.json`,
    );
  });
});
