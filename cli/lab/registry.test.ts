import { describe, expect, it } from 'vitest';
import type { AutofocusContext } from '../../harness/algorithm/index.ts';
import { findTruthLeak, runTrajectory } from '../../harness/experiment/run/index.ts';
import { planSuite, type Registry } from '../../harness/experiment/suite/index.ts';
import type { GroundTruth } from '../../harness/microscope/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { tinySuite } from '../testing/tinySuite.ts';
import { registry } from './registry.ts';

describe('the information bound of a scenario', () => {
  const boundOf = async (
    name: string,
    dwellTimeNs: number,
    parameters: { readonly perturbationUm?: number } = {},
  ) => {
    const algorithms = [{ name, iterations: 1, dwellTimesNs: [dwellTimeNs], parameters }];
    const suite = { ...tinySuite, specimens: ['noise'], algorithms };
    const [scenario] = planSuite(suite, registry).scenarios;
    if (scenario === undefined) throw new Error('an empty plan');
    const { pairBoundSd } = await registry.openScenario(scenario);
    return { scenario, bound: pairBoundSd?.() };
  };

  it('is that of semfocus bound for the whole frame at best focus', async () => {
    const { scenario, bound } = await boundOf('mapfost', 200);
    const { stage, specimen, frame } = scenario;
    const { stdout } = await inProcess(
      ...['bound', '--specimen', 'noise', '--seed', String(specimen.seed), '--dwell', '200'],
      ...['--stage-x', String(stage.xUm), '--stage-y', String(stage.yUm), '--patches', '1'],
      ...['--width', String(frame.width), '--height', String(frame.height), '--patch-side', '64'],
      '--json',
    );
    const [, whole] = JSON.parse(stdout).areas;
    expect(whole.bounds[0].known).toEqual(bound);
  });

  it('depends on dose and perturbation', async () => {
    const { bound } = await boundOf('spectral', 200);
    const { bound: dim } = await boundOf('spectral', 50);
    const { bound: near } = await boundOf('spectral', 200, { perturbationUm: 2 });
    const ratio = (dim?.workingDistanceUm ?? 0) / (bound?.workingDistanceUm ?? 0);
    expect(ratio).toBeGreaterThan(1.3);
    expect(ratio).toBeLessThan(2.5);
    expect(near?.workingDistanceUm).not.toBe(bound?.workingDistanceUm);
  });

  it('is none for an algorithm that does not work on pairs', async () => {
    expect((await boundOf('sharpness-simplex', 200)).bound).toBeUndefined();
  });
});

describe('an algorithm on a simulated microscope', () => {
  it('would find none in the bare instrument either', async () => {
    const [scenario] = planSuite(tinySuite, registry).scenarios;
    if (scenario === undefined) throw new Error('an empty plan');
    const { microscope, truth } = await registry.openScenario(scenario);
    const answers = [await microscope.describe(), await microscope.readFocus()];
    // In focus at first, which the caller knows anyway: the answer is the truth.
    expect(findTruthLeak({ microscope }, truth)).toEqual([]);
    expect(findTruthLeak({ answers: answers.slice(0, 1) }, truth)).toEqual([]);
    expect(findTruthLeak({ answers }, truth)).not.toEqual([]);
  });

  it.each(['merlin', 'ideal'])('finds no way to the truth (%s)', async (preset) => {
    let truth: GroundTruth | undefined;
    let leaks: string[] | undefined;
    const spy = {
      name: 'spy',
      version: '1',
      parameters: {},
      async *run(context: AutofocusContext) {
        if (truth === undefined) throw new Error('the scenario was not opened');
        const { microscope, frame } = context;
        const answers = [
          await microscope.describe(),
          await microscope.readFocus(),
          await microscope.readStage(),
          await microscope.acquireFrame(frame),
          await microscope.writeFocus({ workingDistanceUm: 4510.5 }).catch((error) => error),
          await microscope.acquireFrame({ ...frame, width: 1e9 }).catch((error) => error),
        ];
        leaks = findTruthLeak({ context, answers }, truth);
        const correction = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
        const focus = await microscope.readFocus();
        yield { iteration: 1, correction, focus, framesUsed: 1, computeMs: 0 };
      },
    };
    const watched: Registry = {
      ...registry,
      algorithms: new Map([['spy', { name: 'spy', summary: 'looks around', create: () => spy }]]),
      openScenario: async (scenario) => {
        const opened = await registry.openScenario(scenario);
        truth = opened.truth;
        return opened;
      },
    };
    const suite = {
      ...tinySuite,
      presets: [preset],
      algorithms: [{ name: 'spy', iterations: 1, dwellTimesNs: [200] }],
    };
    const [scenario] = planSuite(suite, watched).scenarios;
    if (scenario === undefined) throw new Error('an empty plan');
    const { record } = await runTrajectory(scenario, watched, {
      signal: new AbortController().signal,
      clock: { nowMs: () => 0 },
      now: () => new Date(0),
    });
    expect(record.message).toBeUndefined();
    expect(leaks).toEqual([]);
  });
});
