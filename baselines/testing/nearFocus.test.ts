import { beforeAll, describe, expect, it } from 'vitest';
import type { AutofocusStep, Json } from '../../harness/algorithm/index.ts';
import type { FocusState } from '../../harness/microscope/index.ts';
import { baselines } from '../entries.ts';
import { blankSeries, type FocusSeries, focusSeries, ToyMicroscope } from './ToyMicroscope.ts';

const best: FocusState = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -2 };
const start: FocusState = { ...best, workingDistanceUm: 4502 };

let frames: FocusSeries;
beforeAll(() => {
  frames = focusSeries({ counts: 2000, side: 256 });
});

async function steps(name: string, toy: ToyMicroscope, count: number, parameters: Json = {}) {
  const entry = baselines.find((baseline) => baseline.name === name);
  const taken: AutofocusStep[] = [];
  for await (const step of entry?.create(parameters).run(toy.context()) ?? []) {
    taken.push(step);
    expect(step.focus).toEqual(toy.focus);
    if (taken.length === count) break;
  }
  return taken;
}

describe.each(['heuristic', 'afss'])('%s, the rules of every step', (name) => {
  it('counts every frame', async () => {
    const toy = new ToyMicroscope(frames, best, start);
    const taken = await steps(name, toy, 5);
    expect(taken.reduce((sum, { framesUsed }) => sum + framesUsed, 0)).toBe(toy.exposed);
    expect(taken.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5]);
  });

  it('comes nearer', async () => {
    const toy = new ToyMicroscope(frames, best, start);
    await steps(name, toy, 8);
    expect(Math.abs(toy.focus.workingDistanceUm - best.workingDistanceUm)).toBeLessThan(1.2);
  });

  it('declines on frames of noise alone, without moving', async () => {
    const toy = new ToyMicroscope(blankSeries({ counts: 200, side: 256 }), best, start);
    const taken = await steps(name, toy, 20);
    expect(toy.focus).toEqual(start);
    expect(taken.at(-1)?.declined).toMatch(/beyond noise|more than noise/);
  });

  it('puts the start back, and ends, once the image is less sharp than at the start', async () => {
    const toy = new ToyMicroscope(frames, best, start);
    toy.blurUmAt = (frame) => (frame < 6 ? 0 : 12);
    const taken = await steps(name, toy, 20);
    expect(toy.focus).toEqual(start);
    expect(taken.length).toBeLessThan(20);
    expect(taken.at(-1)?.declined).toMatch(/the start was put back/);
  });

  it('ends as soon as its signal is aborted', async () => {
    const controller = new AbortController();
    const toy = new ToyMicroscope(frames, best, start, { signal: controller.signal });
    toy.blurUmAt = (frame) => {
      if (frame === 4) controller.abort(new Error('enough'));
      return 0;
    };
    await expect(steps(name, toy, 20)).rejects.toThrow('enough');
    expect(toy.exposed).toBeLessThanOrEqual(5);
  });

  it('refuses a frame too small', () => {
    const entry = baselines.find((baseline) => baseline.name === name);
    expect(() => entry?.checkFrame?.({ width: 2000, height: 60 })).toThrow(
      /at least \d+ px wide and high/,
    );
  });
});

it('the heuristic does not make a correction that is out of range', async () => {
  const wide = new ToyMicroscope(frames, best, start);
  const narrow = new ToyMicroscope(frames, best, start);
  await steps('heuristic', wide, 3);
  await steps('heuristic', narrow, 3, { range: [1e-3, 1e-3, 1e-3] });
  expect(wide.focus.workingDistanceUm).not.toBe(start.workingDistanceUm);
  expect(narrow.focus).toEqual(start);
});

it('afss refuses an even number of frames', () => {
  const entry = baselines.find((baseline) => baseline.name === 'afss');
  expect(() => entry?.create({ frames: 4 })).toThrow(
    'parameters of afss: frames: must be an odd number, 3 or more. Received 4',
  );
});
