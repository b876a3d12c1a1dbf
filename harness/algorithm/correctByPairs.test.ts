import { describe, expect, it } from 'vitest';
import type { FocusState, Frame, FrameRequest } from '../microscope/index.ts';
import { ScriptedMicroscope } from '../microscope/testing/ScriptedMicroscope.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import type { AutofocusStep } from './AutofocusAlgorithm.ts';
import { correctByPairs, type WhenWorse } from './correctByPairs.ts';
import type { PairEstimator } from './PairEstimator.ts';

const side = 128;
const best = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const start = { ...best, workingDistanceUm: 4510 };

/** Boxes of random grey, blurred by a running mean as wide as the defocus, under white noise. */
class BlurringMicroscope extends ScriptedMicroscope {
  readonly #isBlank: boolean;
  #frames = 0;

  constructor(isBlank = false) {
    super();
    this.#isBlank = isBlank;
    this.focus = start;
  }

  override async acquireFrame(request: FrameRequest): Promise<Frame> {
    const frame = await super.acquireFrame(request);
    const random = new RandomStream(1, 'boxes');
    const boxes = Array.from({ length: 26 * 26 }, () =>
      this.#isBlank ? 130 : 60 + 140 * random.uniform(),
    );
    const offUm = Math.abs(this.focus.workingDistanceUm - best.workingDistanceUm);
    const reach = this.#isBlank ? 0 : Math.round(offUm);
    const noise = new RandomStream(2, 'noise', this.#frames++);
    const data = new Uint8Array(side * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let sum = 0;
        for (let i = -reach; i <= reach; i++) {
          for (let j = -reach; j <= reach; j++) {
            sum += boxes[26 * Math.floor((y + 31 + i) / 8) + Math.floor((x + 31 + j) / 8)] ?? 0;
          }
        }
        data[y * side + x] = Math.round(sum / (2 * reach + 1) ** 2 + 10 * noise.normal());
      }
    }
    return { ...frame, pixels: greyPixels(data, side, side) };
  }
}

/** Says that the state is off by as much each time, whatever the frames show. */
const always = (workingDistanceUm: number): PairEstimator => ({
  estimate: async () => ({
    correction: { workingDistanceUm, stigmatorX: 0, stigmatorY: 0 },
    correctionSd: { workingDistanceUm: 0.01, stigmatorX: 0.01, stigmatorY: 0.01 },
    astigmatismUm: { a: 0, b: 0 },
  }),
});

async function run(
  microscope: ScriptedMicroscope,
  estimator: PairEstimator,
  whenWorse: WhenWorse,
  most = 5,
): Promise<AutofocusStep[]> {
  let ms = 0;
  const steps: AutofocusStep[] = [];
  const context = {
    microscope,
    frame: { width: side, height: side, pixelSizeNm: 10, dwellTimeNs: 200 },
    calibration: {
      convergenceMrad: 8.74,
      stigmatorMatrixUmPerUnit: [
        [1, 0],
        [0, 1],
      ] as [[number, number], [number, number]],
      imageShiftNmPerUm: { x: 0, y: 0 },
      residualSpotNm: 0,
      psf: 'gaussian' as const,
    },
    random: new RandomStream(3, 'algorithm'),
    signal: new AbortController().signal,
    clock: { nowMs: () => ms++ },
  };
  for await (const step of correctByPairs(context, estimator, 2, whenWorse)) {
    steps.push(step);
    if (steps.length >= most) break;
  }
  return steps;
}

const frames = (microscope: ScriptedMicroscope) =>
  microscope.calls.filter(({ name }) => name === 'acquireFrame').length;

describe('an estimator that lies', () => {
  it('is stopped where its correction blurs the frames, in the state of the start', async () => {
    const microscope = new BlurringMicroscope();
    const steps = await run(microscope, always(8), 'return');
    expect(steps.map(({ declined }) => declined)).toEqual([
      undefined,
      'the corrections made the frames less sharp: back at the sharpest state met',
    ]);
    expect(microscope.focus).toEqual(start);
    expect(steps.at(-1)?.correction.workingDistanceUm).toBe(-8);
    expect(Number(steps.at(-1)?.diagnostics?.sharpness)).toBeLessThan(
      Number(steps.at(-1)?.diagnostics?.sharpestMet),
    );
  });

  it('is brought back to the sharpest state, not to the start, when it runs past focus', async () => {
    const microscope = new BlurringMicroscope();
    await run(microscope, always(-9), 'return');
    expect(microscope.focus.workingDistanceUm).toBe(4501);
  });

  it('is followed all the way where asked for, so that its divergence can be shown', async () => {
    const microscope = new BlurringMicroscope();
    const steps = await run(microscope, always(8), 'continue', 3);
    expect(steps.every(({ declined }) => declined === undefined)).toBe(true);
    expect(microscope.focus.workingDistanceUm).toBe(4534);
  });

  it('costs no frame more for being watched', async () => {
    for (const whenWorse of ['return', 'continue'] as const) {
      const microscope = new BlurringMicroscope();
      const steps = await run(microscope, always(0), whenWorse, 3);
      expect(frames(microscope)).toBe(6);
      expect(steps.map(({ framesUsed }) => framesUsed)).toEqual([2, 2, 2]);
    }
  });
});

it('lets an honest loop converge', async () => {
  const microscope = new BlurringMicroscope();
  const honest: PairEstimator = {
    estimate: (pair) => {
      const offUm = (pair.under.shape[0] ?? 0) > 0 ? microscope.focus.workingDistanceUm - 4502 : 0;
      return always(-0.8 * offUm).estimate(pair);
    },
  };
  const steps = await run(microscope, honest, 'return', 6);
  expect(steps).toHaveLength(6);
  expect(Math.abs(microscope.focus.workingDistanceUm - 4500)).toBeLessThan(0.1);
});

it('does not take the noise of a blank place for a change of sharpness', async () => {
  for (const wrong of [8, -9]) {
    const microscope = new BlurringMicroscope(true);
    const steps = await run(microscope, always(wrong), 'return', 4);
    expect(steps.every(({ declined }) => declined === undefined)).toBe(true);
  }
});

it('never hands on a correction that is not a number', async () => {
  const microscope = new BlurringMicroscope();
  await expect(run(microscope, always(Number.NaN), 'return')).rejects.toThrow(
    'the estimated workingDistanceUm must be finite. Received NaN',
  );
});

it('leaves the unperturbed state where nothing is corrected', async () => {
  const microscope = new BlurringMicroscope();
  await run(microscope, always(0), 'return', 1);
  const expected: FocusState = start;
  expect(microscope.focus).toEqual(expected);
});
