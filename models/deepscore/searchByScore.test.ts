import { describe, expect, it } from 'vitest';
import type { AutofocusContext, AutofocusStep } from '../../harness/algorithm/index.ts';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import {
  AlgorithmError,
  type FocusState,
  type Frame,
  type FrameRequest,
  OutOfRange,
} from '../../harness/microscope/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import type { ModelCard } from '../card/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import { deepScoreParametersSchema } from './deepScoreParameters.ts';
import { FrameScorer } from './FrameScorer.ts';
import { searchByScore } from './searchByScore.ts';

const best: FocusState = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -2 };
const start: FocusState = { workingDistanceUm: 4506, stigmatorX: 0, stigmatorY: -1 };
const side = 20;
/** Grey of 8 bit per um of distance from focus. */
const greyPerUm = 4;

/** Flat frames, the brighter the farther from focus; one unit of a stigmator counts as one um. */
class FlatMicroscope extends ScriptedMicroscope {
  exposed = 0;
  limitUm = Number.POSITIVE_INFINITY;
  override focus = start;

  override async writeFocus(target: Partial<FocusState>): Promise<FocusState> {
    const requested = target.workingDistanceUm ?? start.workingDistanceUm;
    if (Math.abs(requested - start.workingDistanceUm) > this.limitUm) {
      throw new OutOfRange({ parameter: 'workingDistanceUm', requested, allowed: 'nearer' });
    }
    return super.writeFocus(target);
  }

  override async acquireFrame(request: FrameRequest, options?: object): Promise<Frame> {
    const frame = await super.acquireFrame(request, options);
    this.exposed++;
    const grey = 257 * Math.min(255, 128 + greyPerUm * this.distanceUm);
    return { ...frame, pixels: greyPixels(new Uint16Array(side * side).fill(grey), side, side) };
  }

  get distanceUm(): number {
    const { workingDistanceUm, stigmatorX, stigmatorY } = this.focus;
    return Math.hypot(
      workingDistanceUm - best.workingDistanceUm,
      stigmatorX - best.stigmatorX,
      stigmatorY - best.stigmatorY,
    );
  }
}

/** Knows the distance from the grey. */
const columns = [
  { bias: 0, ofMean: [128 / greyPerUm] },
  { bias: 0, ofMean: [0] },
];
const scored = (...inFocusScore: readonly { doseElectronsPerNm2: number; score: number }[]) => ({
  heldOut: { onePatchMeanAbsoluteError: {}, inFocusScore: [...inFocusScore] },
});
const modelOf = (card: Partial<ModelCard> = {}) =>
  linearModel({ kind: 'frameScores', columns, card });

async function search(
  microscope: FlatMicroscope,
  {
    card = {},
    parameters = {},
    signal = new AbortController().signal,
  }: {
    card?: Partial<ModelCard>;
    parameters?: object;
    signal?: AbortSignal;
  } = {},
): Promise<AutofocusStep[]> {
  let ms = 0;
  const context: AutofocusContext = {
    microscope,
    frame: { width: side, height: side, pixelSizeNm: 10, dwellTimeNs: 200 },
    calibration: merlinCalibration,
    random: new RandomStream(1, 'algorithm'),
    signal,
    clock: { nowMs: () => ms++ },
  };
  const filledIn = deepScoreParametersSchema.parse({ patches: 1, ...parameters });
  const steps: AutofocusStep[] = [];
  for await (const step of searchByScore(context, modelOf(card), filledIn)) {
    steps.push(step);
    expect(step.focus).toEqual(microscope.focus);
  }
  return steps;
}

describe('searchByScore', () => {
  it('comes to the score of frames in focus, and stays there', async () => {
    const microscope = new FlatMicroscope();
    const steps = await search(microscope, { parameters: { referenceScore: 0.5 } });
    expect(microscope.distanceUm).toBeLessThan(0.525 + 1e-3);
    expect(steps.at(-1)?.declined).toBeUndefined();
    expect(steps.at(-1)?.diagnostics?.threshold).toBeCloseTo(0.525, 9);
  });

  it('accounts for every frame and for its computing time; the first item holds the first simplex', async () => {
    const microscope = new FlatMicroscope();
    const steps = await search(microscope, { parameters: { referenceScore: 0.5 } });
    expect(steps[0]?.framesUsed).toBe(4);
    expect(steps.map(({ iteration }) => iteration)).toEqual(steps.map((_, i) => i + 1));
    expect(steps.reduce((sum, { framesUsed }) => sum + framesUsed, 0)).toBe(microscope.exposed);
    // The clock ticks once between the two readings about each frame.
    for (const { framesUsed, computeMs } of steps) expect(computeMs).toBe(framesUsed);
  });

  it('ends in the best state met, the corrections adding up to the way there', async () => {
    const microscope = new FlatMicroscope();
    const steps = await search(microscope, { parameters: { referenceScore: 0.5 } });
    const way = steps.reduce((sum, { correction }) => sum + correction.workingDistanceUm, 0);
    expect(start.workingDistanceUm + way).toBeCloseTo(microscope.focus.workingDistanceUm, 9);
    const scores = steps.map(({ diagnostics }) => Number(diagnostics?.score));
    expect(Math.min(...scores)).toBe(scores.at(-1));
  });

  it('stops at the score that it is given, and at none of other specimens', async () => {
    const card = scored({ doseElectronsPerNm2: 18.7, score: 2 });
    const own = await search(new FlatMicroscope(), { card, parameters: { referenceScore: 0.6 } });
    expect(own[0]?.diagnostics?.threshold).toBeCloseTo(0.63, 9);
    const [first] = await search(new FlatMicroscope(), { card });
    expect(first?.diagnostics?.threshold).toBeNull();
  });

  it('has converged where nothing improves any more, if the score in focus is unknown', async () => {
    const microscope = new FlatMicroscope();
    const parameters = { patienceIterations: 20 };
    const steps = await search(microscope, { parameters });
    expect(microscope.distanceUm).toBeLessThan(0.5);
    expect(steps.at(-1)?.declined).toBeUndefined();
    expect(steps[0]?.diagnostics?.threshold).toBeNull();
  });

  it.each([
    [
      { referenceScore: 1e-6 },
      'the search did not come to a score of 0.000 (max-iterations); the start was put back',
    ],
    [{}, 'the search did not settle (max-iterations); the start was put back'],
  ])('puts the start back where it has not converged: %j', async (given, declined) => {
    const microscope = new FlatMicroscope();
    const steps = await search(microscope, { parameters: { ...given, maxIterations: 4 } });
    expect(microscope.focus).toEqual(start);
    expect(steps.at(-1)).toMatchObject({ declined, diagnostics: { isRolledBack: true } });
    expect(steps).toHaveLength(6);
    const way = steps.reduce((sum, { correction }) => sum + correction.workingDistanceUm, 0);
    expect(way).toBeCloseTo(0, 9);
  });

  it('takes a corner that the instrument refuses for the worst, without a frame', async () => {
    const microscope = new FlatMicroscope();
    microscope.limitUm = 4.9;
    const steps = await search(microscope, { parameters: { referenceScore: 2 } });
    expect(steps[0]?.framesUsed).toBe(3);
    expect(steps.every(({ diagnostics }) => diagnostics?.score !== null)).toBe(true);
  });

  it('hands its signal to the microscope and ends with it', async () => {
    const controller = new AbortController();
    const microscope = new FlatMicroscope();
    microscope.before = async (name) => {
      if (name === 'acquireFrame' && microscope.exposed === 6)
        controller.abort(new Error('enough'));
    };
    const parameters = { referenceScore: 1e-6 };
    await expect(search(microscope, { parameters, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(microscope.exposed).toBeLessThanOrEqual(7);
    const calls = microscope.calls.filter(({ name }) => name === 'acquireFrame');
    expect(
      calls.every(({ options }) => (options as { signal: unknown }).signal === controller.signal),
    ).toBe(true);
  });
});

describe('FrameScorer', () => {
  const parameters = deepScoreParametersSchema.parse({ patches: 40 });
  /** Left half of one grey, right half of another; 100 x 30 px. */
  const halves = (left: number, right: number) =>
    greyPixels(
      Uint8Array.from({ length: 3000 }, (_, at) => (at % 100 < 50 ? left : right)),
      100,
      30,
    );

  it('believes the best patch of each kind by itself, and adds both up', async () => {
    const opposite = [
      { bias: 10, ofMean: [-8] },
      { bias: 5, ofMean: [8] },
    ];
    const scorer = new FrameScorer(
      linearModel({ kind: 'frameScores', columns: opposite }),
      parameters,
    );
    // Means of -0.5 and 0.5: 14 and 6 um, 1 and 9 units.
    expect(await scorer.score(halves(64, 192), 10)).toEqual({
      defocusUm: expect.closeTo(6, 4),
      stigmation: expect.closeTo(1, 4),
      score: expect.closeTo(7, 4),
    });
  });

  it('tells frames apart even where the network answers with less than nothing', async () => {
    const scorer = new FrameScorer(modelOf(), parameters);
    const [better, worse] = [
      await scorer.score(halves(100, 200), 10),
      await scorer.score(halves(110, 200), 10),
    ];
    expect(better.score).toBeCloseTo(-28 / greyPerUm, 4);
    expect(worse.score).toBeGreaterThan(better.score);
  });

  it('does not take an answer that is not finite for the best', async () => {
    // 1 um where the patch is grey throughout, minus infinity where it is not.
    const overflowing = [
      { bias: 1, ofMean: [-256 * 3e38] },
      { bias: 0, ofMean: [0] },
    ];
    const scorer = new FrameScorer(
      linearModel({ kind: 'frameScores', columns: overflowing }),
      parameters,
    );
    expect((await scorer.score(halves(128, 255), 10)).defocusUm).toBe(1);
    await expect(scorer.score(halves(255, 255), 10)).rejects.toThrow(AlgorithmError);
  });

  it('shows the network pixels of its own size', async () => {
    const scorer = new FrameScorer(modelOf(), parameters);
    const frame = greyPixels(new Uint8Array(900).fill(200), 30, 30);
    expect((await scorer.score(frame, 20)).defocusUm).toBeCloseTo(18, 3);
    await expect(scorer.score(frame, 5)).rejects.toThrow(/patches of 32 x 32 px/);
  });
});
