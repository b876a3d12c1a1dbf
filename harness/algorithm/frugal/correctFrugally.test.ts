import { describe, expect, it } from 'vitest';
import {
  type FocusState,
  type Frame,
  type FrameRequest,
  type MicroscopeDescription,
  subtractFocus,
} from '../../microscope/index.ts';
import { ScriptedMicroscope } from '../../microscope/testing/ScriptedMicroscope.ts';
import { RandomStream } from '../../numeric/index.ts';
import type { AutofocusStep } from '../AutofocusAlgorithm.ts';
import type { PairEstimator } from '../PairEstimator.ts';
import { merlinCalibration } from '../testing/merlinCalibration.ts';
import { correctFrugally } from './correctFrugally.ts';

const best: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const frame = { width: 1024, height: 768, pixelSizeNm: 10, dwellTimeNs: 50 };
const nothing = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };

/** What an estimator says of a region of `perSide` patches each way; `undefined`: it declines. */
type Says = (perSide: number, offUm: number) => { errorUm: number; sdUm: number } | undefined;

/** One that knows the truth, and says what it is told to. */
const oracle =
  (microscope: ScriptedMicroscope, perturbationUm: number, says: Says) =>
  (perSide: number): PairEstimator => ({
    estimate: async () => {
      const { workingDistanceUm, ...rest } = microscope.focus;
      const state = { ...rest, workingDistanceUm: workingDistanceUm - perturbationUm };
      const correction = subtractFocus(best, state);
      const told = says(perSide, correction.workingDistanceUm);
      if (told === undefined) {
        return { correction: nothing, astigmatismUm: { a: 0, b: 0 }, declined: 'nothing there' };
      }
      return {
        correction: {
          ...correction,
          workingDistanceUm: correction.workingDistanceUm + told.errorUm,
        },
        correctionSd: { workingDistanceUm: told.sdUm, stigmatorX: 0.01, stigmatorY: 0.01 },
        astigmatismUm: { a: 0, b: 0 },
      };
    },
  });

/** Frames of one content under noise, so that they pass for a pair. */
class StillMicroscope extends ScriptedMicroscope {
  readonly requests: FrameRequest[] = [];
  widths: number[] | undefined;

  override async describe(): Promise<MicroscopeDescription> {
    const { parameters, ...rest } = await super.describe();
    const width = { ...parameters.width, ...(this.widths && { choices: this.widths }) };
    return { ...rest, parameters: { ...parameters, width } };
  }

  override async acquireFrame(request: FrameRequest): Promise<Frame> {
    this.requests.push(request);
    const frame = await super.acquireFrame(request);
    const content = new RandomStream(1, 'content');
    const noise = new RandomStream(1, 'noise', this.requests.length);
    const [height = 0, width = 0] = frame.pixels.shape;
    const grey = Array.from({ length: 16 * 16 }, () => 60 + 140 * content.uniform());
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 16 * (Math.floor(y / 8) % 16) + (Math.floor(x / 8) % 16);
        frame.pixels.set(y, x, Math.round((grey[at] ?? 0) + 10 * noise.normal()));
      }
    }
    return frame;
  }
}

async function run(
  says: Says,
  most = 6,
  { largestPixelNm = 10, choices }: { largestPixelNm?: number; choices?: number[] } = {},
) {
  const microscope = new StillMicroscope();
  microscope.widths = choices;
  microscope.focus = { ...best, workingDistanceUm: best.workingDistanceUm + 10 };
  const context = {
    microscope,
    frame,
    calibration: { ...merlinCalibration, imageShiftNmPerUm: { x: 0, y: 0 } },
    random: new RandomStream(2, 'algorithm'),
    signal: new AbortController().signal,
    clock: { nowMs: () => 0 },
  };
  const regions = {
    patchSidePx: 128,
    largestPixelNm,
    firstPerSide: 2,
    estimator: oracle(microscope, 5, says),
    perturbationUm: 5,
    targetUm: 0.5,
  };
  const steps: AutofocusStep[] = [];
  for await (const step of correctFrugally(context, regions)) {
    steps.push(step);
    if (steps.length === most) break;
  }
  const sides = microscope.requests.flatMap(({ region }) => region?.width ?? []);
  return { microscope, steps, sides };
}

describe('correctFrugally', () => {
  it('looks once, corrects from a region, and ends when a small one finds nothing to correct', async () => {
    const { microscope, steps, sides } = await run(() => ({ errorUm: 0.1, sdUm: 0.2 }));
    const [look, ...pairs] = microscope.requests;
    expect(look).toEqual({ width: 128, height: 96, pixelSizeNm: 80, dwellTimeNs: 50 });
    expect(sides).toEqual([256, 256, 128, 128]);
    expect(pairs.every(({ width, pixelSizeNm }) => width === 1024 && pixelSizeNm === 10)).toBe(
      true,
    );
    expect(steps.map(({ framesUsed }) => framesUsed)).toEqual([3, 2]);
    expect(microscope.focus).toEqual(steps.at(-1)?.focus);
    expect(Math.abs(microscope.focus.workingDistanceUm - best.workingDistanceUm)).toBeLessThan(0.2);
  });

  it('exposes another place for every pair, and one place for the frames of a pair', async () => {
    const { microscope } = await run(() => ({ errorUm: 0.1, sdUm: 0.2 }));
    const [first, second, third, fourth] = microscope.requests.flatMap(
      ({ region }) => region ?? [],
    );
    expect(second).toEqual(first);
    expect(fourth).toEqual(third);
    expect(third).not.toMatchObject({ x: first?.x, y: first?.y });
  });

  it('takes more of the specimen as long as it is not sure near focus', async () => {
    const { steps, sides } = await run((perSide) => ({ errorUm: 0, sdUm: 0.8 / perSide }));
    expect(sides).toEqual([256, 256, 128, 128, 256, 256, 512, 512]);
    expect(steps.at(-1)?.correctionSd?.workingDistanceUm).toBeLessThanOrEqual(0.25);
  });

  it('takes no more where the next pair will be nearer', async () => {
    const { sides } = await run((_, offUm) => {
      const far = Math.abs(offUm);
      return far > 0.6 ? { errorUm: 0.2 * far, sdUm: 0.2 * far } : { errorUm: 0, sdUm: 0.1 };
    });
    expect(sides).toEqual([256, 256, 128, 128, 128, 128]);
  });

  it('looks elsewhere where it is declined, then at more, and leaves the state', async () => {
    const { steps, sides } = await run(
      (perSide) => (perSide < 4 ? undefined : { errorUm: 0, sdUm: 0.1 }),
      4,
    );
    expect(sides).toEqual([256, 256, 256, 256, 512, 512, 128, 128]);
    expect(steps[1]).toMatchObject({ declined: 'nothing there', correction: nothing });
    expect(steps[2]).not.toHaveProperty('declined');
  });

  it('gives up where the largest square of the field is declined', async () => {
    const { steps, sides } = await run(() => undefined);
    expect(sides).toEqual([256, 256, 256, 256, 512, 512, 512, 512, 768, 768]);
    expect(steps.every(({ declined }) => declined === 'nothing there')).toBe(true);
  });

  it('scans its regions with larger pixels where those will do, at most what the instrument has', async () => {
    const coarse = await run(() => ({ errorUm: 0.1, sdUm: 0.2 }), 6, { largestPixelNm: 29 });
    const [look, pair] = coarse.microscope.requests;
    expect(look).toEqual({ width: 128, height: 96, pixelSizeNm: 80, dwellTimeNs: 50 });
    expect(pair).toMatchObject({ width: 512, height: 384, pixelSizeNm: 20 });
    const small = await run(() => ({ errorUm: 0.1, sdUm: 0.2 }), 6, { largestPixelNm: 300 });
    // A patch of 128 px must fit into the field.
    expect(small.microscope.requests[1]).toMatchObject({
      width: 170,
      height: 128,
      pixelSizeNm: 60,
    });
  });

  it('keeps to the rasters that the instrument offers', async () => {
    const { microscope } = await run(() => ({ errorUm: 0.1, sdUm: 0.2 }), 6, {
      largestPixelNm: 35,
      choices: [256, 512, 1024],
    });
    const [look, pair] = microscope.requests;
    expect(look).toMatchObject({ width: 256, height: 192, pixelSizeNm: 40 });
    expect(pair).toMatchObject({ width: 512, height: 384, pixelSizeNm: 20 });
  });

  it('goes back to the start where every correction leaves more to correct', async () => {
    const { microscope, steps } = await run((_, offUm) => ({ errorUm: -2 * offUm, sdUm: 0.1 }));
    expect(steps.map(({ declined }) => declined)).toEqual([
      undefined,
      undefined,
      'every correction left more to correct: back where least was left',
    ]);
    expect(microscope.focus.workingDistanceUm).toBe(best.workingDistanceUm + 10);
    expect(steps.at(-1)?.focus).toEqual(microscope.focus);
  });

  it('goes back where least was left where nothing is seen after a correction', async () => {
    const { microscope, steps } = await run(
      (_, offUm) => (Math.abs(offUm) < 15 ? { errorUm: -2 * offUm, sdUm: 0.1 } : undefined),
      12,
    );
    expect(steps[0]?.declined).toBeUndefined();
    expect(steps.at(-1)?.declined).toBe('nothing there');
    expect(microscope.focus.workingDistanceUm).toBe(best.workingDistanceUm + 10);
  });

  it('bears one correction that was far too small', async () => {
    const { steps, microscope } = await run((_, offUm) =>
      Math.abs(offUm) > 9.5 ? { errorUm: -0.9 * offUm, sdUm: 3 } : { errorUm: 0, sdUm: 0.1 },
    );
    expect(steps.every(({ declined }) => declined === undefined)).toBe(true);
    expect(microscope.focus.workingDistanceUm).toBeCloseTo(best.workingDistanceUm, 1);
  });
});
