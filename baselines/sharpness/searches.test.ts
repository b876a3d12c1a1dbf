import { beforeAll, describe, expect, it } from 'vitest';
import type { AutofocusStep, Json } from '../../harness/algorithm/index.ts';
import type { FocusState } from '../../harness/microscope/index.ts';
import { baselines } from '../entries.ts';
import {
  blankSeries,
  type FocusSeries,
  focusSeries,
  ToyMicroscope,
} from '../testing/ToyMicroscope.ts';

const best: FocusState = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -2 };
const start: FocusState = { workingDistanceUm: 4509, stigmatorX: -1, stigmatorY: 0 };

let frames: FocusSeries;
beforeAll(() => {
  frames = focusSeries({ counts: 2000, side: 256 });
});

async function search(name: string, toy: ToyMicroscope, parameters: Json = {}) {
  const entry = baselines.find((baseline) => baseline.name === name);
  const steps: AutofocusStep[] = [];
  for await (const step of entry?.create(parameters).run(toy.context()) ?? []) {
    steps.push(step);
    expect(step.focus).toEqual(toy.focus);
  }
  return steps;
}

const framesOf = (steps: readonly AutofocusStep[]) =>
  steps.reduce((sum, { framesUsed }) => sum + framesUsed, 0);

function expectNearBest({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState): void {
  expect(Math.abs(workingDistanceUm - best.workingDistanceUm)).toBeLessThan(1);
  expect(Math.abs(stigmatorX - best.stigmatorX)).toBeLessThan(0.3);
  expect(Math.abs(stigmatorY - best.stigmatorY)).toBeLessThan(0.3);
}

describe.each(['sharpness-simplex', 'sharpness-sweep'])('%s', (name) => {
  it('comes closer than a micrometre, leaves the microscope there and counts its frames', async () => {
    const toy = new ToyMicroscope(frames, best, start);
    const steps = await search(name, toy);
    expectNearBest(toy.focus);
    expect(framesOf(steps)).toBe(toy.exposed);
    expect(steps.at(-1)?.diagnostics).toMatchObject({ isRolledBack: false });
    expect(steps.at(-1)?.declined).toBeUndefined();
    const corrections = steps.reduce((sum, step) => sum + step.correction.workingDistanceUm, 0);
    expect(start.workingDistanceUm + corrections).toBeCloseTo(toy.focus.workingDistanceUm, 6);
  });

  it('declines on frames of noise alone, without moving', async () => {
    const toy = new ToyMicroscope(blankSeries({ counts: 200, side: 256 }), best, start);
    const steps = await search(name, toy);
    expect(toy.focus).toEqual(start);
    expect(steps.at(-1)?.declined).toMatch(/no more than noise|more than noise/);
    for (const { correction } of steps) {
      expect(correction).toEqual({ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 });
    }
  });

  it('treats what the guard refuses as no place to go, and goes on', async () => {
    const toy = new ToyMicroscope(frames, best, start, { limitUm: 14 });
    const steps = await search(name, toy);
    expectNearBest(toy.focus);
    expect(steps.at(-1)?.declined).toBeUndefined();
  });

  it('says so where it ends at the limit, and puts the start back', async () => {
    const toy = new ToyMicroscope(frames, best, start, { limitUm: 7 });
    const steps = await search(name, toy);
    expect(steps.at(-1)?.declined).toBe(
      'the search ended at the limit of workingDistanceUm; the start was put back',
    );
    expect(toy.focus).toEqual(start);
  });

  it('puts the start back when a last look finds the end no sharper', async () => {
    const toy = new ToyMicroscope(frames, best, start);
    // The specimen moves out of focus at the last frame alone: whatever was found is worth nothing.
    const counted = new ToyMicroscope(frames, best, start);
    await search(name, counted);
    toy.blurUmAt = (frame) => (frame === counted.exposed - 1 ? 20 : 0);
    const steps = await search(name, toy);
    expect(toy.focus).toEqual(start);
    expect(steps.at(-1)?.declined).toMatch(/no sharper than the start; the start was put back/);
  });

  it('ends as soon as its signal is aborted', async () => {
    const controller = new AbortController();
    const toy = new ToyMicroscope(frames, best, start, { signal: controller.signal });
    toy.blurUmAt = (frame) => {
      if (frame === 6) controller.abort(new Error('enough'));
      return 0;
    };
    await expect(search(name, toy)).rejects.toThrow('enough');
    expect(toy.exposed).toBeLessThanOrEqual(7);
  });

  it('refuses an unknown metric with the list, and a frame too small', () => {
    const entry = baselines.find((baseline) => baseline.name === name);
    expect(() => entry?.create({ metric: 'entropy' })).toThrow(
      `parameters of ${name}: metric must be normalised-variance, tenengrad, laplacian, brenner, spectral-band or autocorrelation. Received "entropy"`,
    );
    expect(() => entry?.checkFrame?.({ width: 60, height: 2000 })).toThrow(
      /at least \d+ px wide and high/,
    );
  });
});

describe('sharpness-simplex', () => {
  it('begins with the start simplex, and stops at 1.05 times the score of a good focus', async () => {
    const inFocus = new ToyMicroscope(frames, best, best);
    const [first] = await search('sharpness-simplex', inFocus);
    expect(first).toMatchObject({ iteration: 1, framesUsed: 4 });
    const score = first?.diagnostics?.score as number;

    const toy = new ToyMicroscope(frames, best, start);
    const all = await search('sharpness-simplex', toy);
    const threshold = new ToyMicroscope(frames, best, start);
    const steps = await search('sharpness-simplex', threshold, { referenceScore: score });
    expect(steps.length).toBeLessThan(all.length);
    expect(steps.at(-2)?.diagnostics?.score).toBeLessThanOrEqual(1.05 * score);
    expect(steps.at(-3)?.diagnostics?.score).toBeGreaterThan(1.05 * score);
    expect(steps.at(-1)?.declined).toBeUndefined();
  });

  it('restores the start and says so when it does not reach the reference', async () => {
    const toy = new ToyMicroscope(frames, best, start);
    const steps = await search('sharpness-simplex', toy, {
      referenceScore: 1e-6,
      maxIterations: 8,
    });
    expect(toy.focus).toEqual(start);
    expect(steps.at(-1)).toMatchObject({
      framesUsed: 0,
      declined: 'the search did not converge (max-iterations); the start was put back',
    });
  });

  it('jitters when nothing improves, and draws the jitter from the stream it was handed', async () => {
    const movesWith = async (seed: number) => {
      const toy = new ToyMicroscope(frames, best, best, { seed });
      const steps = await search('sharpness-simplex', toy, { maxIterations: 14 });
      expect(steps.map(({ diagnostics }) => diagnostics?.move)).toContain('jitter');
      return toy.visited.map(({ workingDistanceUm }) => workingDistanceUm);
    };
    expect(await movesWith(1)).toEqual(await movesWith(1));
    expect(await movesWith(1)).not.toEqual(await movesWith(2));
  });
});

describe('sharpness-sweep', () => {
  it('makes one item of every sweep, and extends one whose end is the sharpest', async () => {
    const toy = new ToyMicroscope(frames, best, { ...best, workingDistanceUm: 4515 });
    const steps = await search('sharpness-sweep', toy, {
      rounds: [{ lowPassPx: 4, workingDistanceUm: 6, stigmator: 0, samples: 5 }],
    });
    expect(steps.map(({ diagnostics }) => diagnostics?.axis)).toEqual([
      'workingDistanceUm',
      undefined,
    ]);
    expect(steps[0]?.framesUsed).toBeGreaterThan(5);
    expect(Math.abs(toy.focus.workingDistanceUm - 4500)).toBeLessThan(1);
    expect(steps[0]?.correctionSd?.workingDistanceUm).toBeGreaterThan(0);
    expect(steps[0]?.correctionSd?.stigmatorX).toBe(0);
  });
});
