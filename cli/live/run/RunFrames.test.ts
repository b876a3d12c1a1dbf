import { describe, expect, it } from 'vitest';
import { planSuite } from '../../../harness/experiment/suite/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import { registry } from '../../lab/index.ts';
import { tinySuite } from '../../testing/tinySuite.ts';
import { RunFrames } from './RunFrames.ts';

const { scenarios } = planSuite(tinySuite, registry);
const focus = { workingDistanceUm: 4500, stigmatorX: 0, stigmatorY: 0 };
const frame = (number: number) => ({
  ...{ number, width: 1, height: 1, pixelSizeNm: 10, focus },
  grey: Uint8Array.of(number),
});

/** Two of four trajectories have room on the page. */
function begun() {
  const told: [number, number][] = [];
  const frames = new RunFrames(scenarios, 2, (index, { number }) => told.push([index, number]));
  const flags = scenarios.map((scenario) => frames.begin(scenario));
  return { frames, told, wanted: () => flags.map((flag) => flag[0]), flags };
}

/** As a worker does that exposes a frame. */
function expose(run: ReturnType<typeof begun>, index: number, number: number): void {
  const flag = run.flags[index] as Int32Array;
  if (Atomics.exchange(flag, 0, 0) !== 0)
    run.frames.take(scenarios[index] as Scenario, frame(number));
}

describe('RunFrames', () => {
  it('wants nothing before somebody asks', () => {
    const run = begun();
    expose(run, 0, 1);
    expect([run.told, run.frames.see(0), run.wanted()]).toEqual([[], undefined, [0, 0, 0, 0]]);
  });

  it('wants a frame of as many trajectories as the page has room for', () => {
    const run = begun();
    run.frames.ask();
    expect(run.wanted()).toEqual([1, 1, 0, 0]);
    run.frames.end(0);
    run.frames.ask();
    expect(run.wanted()).toEqual([1, 1, 1, 0]);
  });

  it('wants the next one only when somebody has seen the one before', () => {
    const run = begun();
    run.frames.ask();
    expose(run, 0, 1);
    run.frames.ask();
    expose(run, 0, 2);
    expect([run.told, run.frames.see(0)?.number]).toEqual([[[0, 1]], 1]);
    run.frames.ask();
    expose(run, 0, 3);
    expect([run.told.at(-1), run.frames.see(0)?.number]).toEqual([[0, 3], 3]);
  });

  it('forgets the pixels of what has ended, and does not know what is not in the plan', () => {
    const run = begun();
    run.frames.ask();
    expose(run, 0, 1);
    run.frames.end(0);
    const warmingUp = { ...(scenarios[0] as Scenario), iterations: 1 };
    run.frames.begin(warmingUp);
    run.frames.take(warmingUp, frame(9));
    expect([run.frames.see(0), run.told]).toEqual([undefined, [[0, 1]]]);
  });
});
