import { describe, expect, it } from 'vitest';
import type { Frame, ParameterDescription } from '../../microscope/index.ts';
import { greyPixels, RandomStream } from '../../numeric/index.ts';
import {
  judgeDwell,
  judgeReducedRaster,
  judgeStage,
  otherDwellTimeNs,
  reducedRaster,
} from './judgeFrames.ts';

const request = { width: 256, height: 192, pixelSizeNm: 10, dwellTimeNs: 200 };

function frameOf(pixels: Frame['pixels'], asked: Partial<Frame['request']> = {}): Frame {
  const { pixelSizeNm, dwellTimeNs } = { ...request, ...asked };
  const focus = { workingDistanceUm: 4500, stigmatorX: 0, stigmatorY: 0 };
  return {
    pixels,
    request: { ...request, ...asked },
    actual: { pixelSizeNm, dwellTimeNs, passes: 1, focus, stage: { xUm: 0, yUm: 0 } },
    doseElectronsPerNm2: 1,
    acquiredAt: new Date(0),
    frameTimeS: 1,
  };
}

function noiseOf(sd: number) {
  const random = new RandomStream(3, 'noise');
  const { width, height } = request;
  return greyPixels(
    Uint8Array.from({ length: width * height }, () => 128 + sd * random.normal()),
    width,
    height,
  );
}

describe('judgeDwell', () => {
  const short = { dwellTimeNs: 50 };
  it.each([
    ['passed', 20, 10],
    ['failed', 10, 10],
    ['failed', 30, 10],
  ])('%s where the noise is %d at a quarter of the time and %d at all of it', (result, a, b) => {
    const check = judgeDwell(frameOf(noiseOf(b)), frameOf(noiseOf(a), short));
    expect(check.result).toBe(result);
  });
});

describe('judgeStage', () => {
  it('tells a picture that does not follow the stage from a wrong pixel size', () => {
    const frame = frameOf(noiseOf(20));
    const [size, rotation] = judgeStage([frame, frame, frame]);
    expect(size).toMatchObject({
      ...{ name: 'pixel-size', result: 'failed' },
      finding: expect.stringMatching(/^moves of 0\.48 um shift the picture by 0\.0 and 0\.0 px/),
      advice: expect.stringContaining('does not follow the stage'),
    });
    expect(rotation).toMatchObject({ name: 'scan-rotation', result: 'not-told' });
  });
});

describe('otherDwellTimeNs', () => {
  const dwell = (more: Partial<ParameterDescription>): ParameterDescription => ({
    ...{ unit: 'ns', settleTimeS: 0, settable: true },
    ...more,
  });
  it.each([
    [dwell({ min: 25, max: 51_200 }), 200, 50],
    [dwell({ min: 150, max: 51_200 }), 200, 800],
    [dwell({ min: 200, max: 200 }), 200, undefined],
    [dwell({ choices: [100, 320, 1000, 3200] }), 1000, 320],
    [dwell({ choices: [100, 320, 1000, 3200] }), 100, 320],
    [dwell({}), 200, 50],
  ])('of %j at %d ns is %s', (described, at, other) => {
    expect(otherDwellTimeNs(described, at)).toBe(other);
  });
});

describe('judgeReducedRaster', () => {
  /** A scene without symmetry: blobs at places that are drawn. */
  const random = new RandomStream(5, 'scene');
  const blobs = Array.from({ length: 300 }, () => ({
    x: random.uniformBetween(0, request.width),
    y: random.uniformBetween(0, request.height),
  }));
  const scene = (x: number, y: number) =>
    60 +
    120 * blobs.reduce((sum, at) => sum + Math.exp(-((x - at.x) ** 2 + (y - at.y) ** 2) / 8), 0);
  const shown = (width: number, height: number, at: (x: number, y: number) => [number, number]) => {
    const noise = new RandomStream(width, 'noise');
    return greyPixels(
      Uint8Array.from({ length: width * height }, (_, i) =>
        Math.min(255, scene(...at(i % width, Math.floor(i / width))) + 4 * noise.normal()),
      ),
      width,
      height,
    );
  };
  const { region } = reducedRaster(request);
  const { width, height } = region;

  const turnedOver = (x: number, y: number, rows: number, top: number): [number, number] => [
    x,
    2 * top + rows - 1 - y,
  ];
  const { width: allX, height: allY } = request;

  it('passes where the part lies in the full frame', () => {
    const full = shown(allX, allY, (x, y) => [x, y]);
    const part = shown(width, height, (x, y) => [x + region.x, y + region.y]);
    expect(judgeReducedRaster(frameOf(full), frameOf(part, { region })).result).toBe('passed');
  });

  it('fails where frames are upside down, and says so', () => {
    const full = shown(allX, allY, (x, y) => turnedOver(x, y, allY, 0));
    const part = shown(width, height, (x, y) =>
      turnedOver(x + region.x, y + region.y, height, region.y),
    );
    const check = judgeReducedRaster(frameOf(full), frameOf(part, { region }));
    expect(check).toMatchObject({
      result: 'failed',
      advice: expect.stringContaining('upside down'),
    });
  });
});
