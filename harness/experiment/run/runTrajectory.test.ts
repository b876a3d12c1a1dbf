import { describe, expect, it } from 'vitest';
import type { AutofocusStep } from '../../algorithm/index.ts';
import { decodeImage } from '../../image/index.ts';
import type { FocusChange, FocusState, GroundTruth } from '../../microscope/index.ts';
import {
  type IterationRow,
  type Scenario,
  scenarioKey,
  type TrajectoryOutcome,
  trajectoryRecordSchema,
} from '../../record/index.ts';
import { planSuite, type Registry, type Suite } from '../suite/index.ts';
import { fakeRegistry, halve, type Run } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { testServices } from '../testing/testServices.ts';
import { runTrajectory } from './runTrajectory.ts';
import type { TrajectoryServices } from './TrajectoryServices.ts';

function scenarioFor(
  registry: Registry,
  algorithm: string,
  changes: Partial<Suite> = {},
): Scenario {
  const algorithms = [{ name: algorithm, iterations: 8, dwellTimesNs: [200] }];
  const [scenario] = planSuite(fakeSuite({ algorithms, ...changes }), registry).scenarios;
  if (scenario === undefined) throw new Error('an empty plan');
  return scenario;
}

/** One trajectory of an algorithm written for the test. */
function outcomeOf(
  run: Run,
  changes: Partial<Suite> = {},
  services: Partial<TrajectoryServices> = {},
): Promise<TrajectoryOutcome> {
  const registry = fakeRegistry({ mine: run });
  const scenario = scenarioFor(registry, 'mine', changes);
  return runTrajectory(scenario, registry, testServices(services));
}

/** An algorithm that behaves for `after` iterations and then does something else. */
function thenChanged(after: number, change: (step: AutofocusStep) => AutofocusStep): Run {
  return async function* run(context) {
    for await (const step of halve(context)) {
      yield step.iteration > after ? change(step) : step;
    }
  };
}

describe('an observer', () => {
  it('is told of the frames of the algorithm, and of none of the previews', async () => {
    let frames = 0;
    const onFrame = () => {
      frames += 1;
    };
    const { record } = await outcomeOf(halve, {}, { onFrame, previews: true });
    expect(frames).toBe(record.iterations.at(-1)?.framesTotal);
    expect(frames).toBeGreaterThan(0);
  });
});

describe('the record of a trajectory', () => {
  it('fits its schema, is plain JSON and carries the key of its scenario', async () => {
    const registry = fakeRegistry();
    const scenario = scenarioFor(registry, 'halving');
    const { record } = await runTrajectory(scenario, registry, testServices());
    expect(trajectoryRecordSchema.parse(record)).toEqual(record);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(record.key).toBe(scenarioKey(scenario));
    expect(record.timing.startedAt).toBe('2024-02-29T12:00:00.000Z');
  });

  it('holds the bound of one pair where the scenario has one, asked for when all is over', async () => {
    const registry = fakeRegistry();
    const scenario = scenarioFor(registry, 'halving');
    const sd = { workingDistanceUm: 0.01, stigmatorX: 0.002, stigmatorY: 0.003 };
    const withBound = async (bound: FocusChange | undefined) => {
      let framesWhenAsked = -1;
      const asked: Registry = {
        ...registry,
        openScenario: async (one) => {
          const opened = await registry.openScenario(one);
          let frames = 0;
          const microscope: typeof opened.microscope = {
            ...opened.microscope,
            acquireFrame: (...args) => {
              frames += 1;
              return opened.microscope.acquireFrame(...args);
            },
          };
          const pairBoundSd = () => {
            framesWhenAsked = frames;
            return bound;
          };
          return { ...opened, microscope, pairBoundSd };
        },
      };
      const { record } = await runTrajectory(scenario, asked, testServices());
      expect(framesWhenAsked).toBe(record.iterations.at(-1)?.framesTotal);
      return record;
    };
    const record = await withBound(sd);
    expect(record.pairBoundSd).toEqual(sd);
    expect(trajectoryRecordSchema.parse(record)).toEqual(record);
    expect('pairBoundSd' in (await withBound(undefined))).toBe(false);
    expect((await runTrajectory(scenario, registry, testServices())).record.key).toBe(record.key);
  });

  it('begins with the start of the scenario, before any frame', async () => {
    const { record } = await outcomeOf(halve);
    const [start] = record.iterations;
    expect(start?.iteration).toBe(0);
    for (const parameter of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
      expect(start?.residual[parameter]).toBeCloseTo(record.scenario.start[parameter], 9);
    }
    expect(start).toMatchObject({ framesTotal: 0, settleTotalS: 0, insideMargins: false });
  });

  it('has one row per iteration, residuals against the truth and sums from the start', async () => {
    const { record } = await outcomeOf(halve);
    expect(record.iterations.map(({ iteration }) => iteration)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    for (const [i, row] of record.iterations.entries()) {
      const expected = record.scenario.start.workingDistanceUm / 2 ** i;
      expect(row.residual.workingDistanceUm).toBeCloseTo(expected, 1);
      expect(row.framesTotal).toBe(i);
      expect(row.pixelsTotal).toBe(i * 64 * 64);
      expect(row.beamOnTotalS).toBeCloseTo(i * 64 * 64 * 200e-9, 12);
      expect(row.doseElectronsPerNm2Total).toBeCloseTo(i * 18.724527, 9);
      expect(row.settleTotalS).toBeCloseTo(i * 0.1, 9);
      expect(row.microscopeTotalS).toBeCloseTo(i * (64 * 64 * 200e-9 + 0.01 + 0.1), 9);
      expect(row.insideMargins).toBe(
        Math.abs(row.residual.workingDistanceUm) <= 1 &&
          Math.abs(row.residual.stigmatorX) <= 0.25 &&
          Math.abs(row.residual.stigmatorY) <= 0.25,
      );
    }
    expect(record.outcome).toBe('converged');
    expect(record.message).toBeUndefined();
  });

  it('is the same again but for computing and wall time', async () => {
    const [first, second] = await Promise.all([outcomeOf(halve), outcomeOf(halve)]);
    expect(second).toEqual(first);
  });

  it('is told row by row while it runs', async () => {
    const rows: IterationRow[] = [];
    const { record } = await outcomeOf(halve, {}, { onStep: (row) => rows.push(row) });
    expect(rows).toEqual(record.iterations);
  });
});

describe('how a trajectory ends', () => {
  it('missed: outside of the margins', async () => {
    const { record } = await outcomeOf((context) => halve(context, 0.01));
    expect(record.outcome).toBe('missed');
  });

  it('declined: the algorithm saw nothing, and says why', async () => {
    const none = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
    const { record } = await outcomeOf(async function* ({ microscope }) {
      const focus = await microscope.readFocus();
      const declined = 'no texture';
      yield { iteration: 1, correction: none, focus, framesUsed: 0, computeMs: 0, declined };
    });
    expect(record).toMatchObject({ outcome: 'declined', message: 'no texture' });
    expect(record.iterations).toHaveLength(2);
  });

  it('diverged: more than twice as far away as at the start', async () => {
    const limits = { workingDistanceUm: 400, stigmator: 400 };
    const { record } = await outcomeOf((context) => halve(context, -0.1), { limits });
    expect(record).toMatchObject({ outcome: 'diverged' });
    expect(record.iterations).toHaveLength(9);
  });

  it('diverged: the guard stopped a step beyond the limits, counted from the start', async () => {
    const limits = { workingDistanceUm: 15, stigmator: 10 };
    const { record } = await outcomeOf((context) => halve(context, -1), { limits });
    expect(record.outcome).toBe('diverged');
    expect(record.message).toMatch(/workingDistanceUm must be .* Received 45\d\d/);
    expect(record.iterations).toHaveLength(3);
    expect(record.iterations[2]).toMatchObject({
      stopped: record.message,
      focus: record.iterations[0]?.focus,
      framesTotal: 2,
    });
  });

  it('missed, not diverged: twice as far as at the start, but by less than the margin', async () => {
    const { trajectories } = fakeSuite();
    const start: Suite['trajectories']['start'] = {
      workingDistanceUm: [0.6, 0.6],
      stigmatorX: [0, 0],
      stigmatorY: [0, 0],
    };
    const moveBy = (um: number): Run =>
      async function* ({ microscope }) {
        const { workingDistanceUm } = await microscope.readFocus();
        const correction = { workingDistanceUm: um, stigmatorX: 0, stigmatorY: 0 };
        const focus = await microscope.writeFocus({ workingDistanceUm: workingDistanceUm + um });
        yield { iteration: 1, correction, focus, framesUsed: 0, computeMs: 0 };
      };
    const outcomes = [0.7, 1.1].map(async (um) => {
      const { record } = await outcomeOf(moveBy(um), { trajectories: { ...trajectories, start } });
      return record.outcome;
    });
    expect(await Promise.all(outcomes)).toEqual(['missed', 'diverged']);
  });

  it('failed: an exception, told with the rows up to it', async () => {
    const { record } = await outcomeOf(
      thenChanged(2, () => {
        throw new Error('matrix is\nsingular');
      }),
    );
    expect(record).toMatchObject({ outcome: 'failed', message: 'matrix is singular' });
    expect(record.iterations.map(({ iteration, stopped }) => [iteration, stopped])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, undefined],
      [3, 'matrix is singular'],
    ]);
  });

  it('failed: the start is restored, and the record ends in the state that is left', async () => {
    const inFocus = { workingDistanceUm: [0.1, 0.1], stigmatorX: [0, 0], stigmatorY: [0, 0] };
    const start = inFocus as Suite['trajectories']['start'];
    const { trajectories } = fakeSuite();
    const asked: FocusState[] = [];
    const registry = fakeRegistry({
      mine: async function* (context) {
        const { microscope, frame } = context;
        const { workingDistanceUm } = await microscope.readFocus();
        await microscope.acquireFrame(frame);
        await microscope.writeFocus({ workingDistanceUm: workingDistanceUm + 30 });
        await microscope.writeFocus({ stigmatorX: Number.NaN });
        yield* halve(context);
      },
    });
    const watched: Registry = {
      ...registry,
      openScenario: async (scenario) => {
        const { microscope, truth } = await registry.openScenario(scenario);
        const frameAt: GroundTruth['frameAt'] = (focus, request) => {
          asked.push(focus);
          return truth.frameAt(focus, request);
        };
        return { microscope, truth: { ...truth, frameAt } };
      },
    };
    const scenario = scenarioFor(registry, 'mine', { trajectories: { ...trajectories, start } });
    const services = testServices({ previews: true });
    const { record } = await runTrajectory(scenario, watched, services);
    expect(record.outcome).toBe('failed');
    expect(trajectoryRecordSchema.parse(record)).toEqual(record);
    const last = record.iterations.at(-1);
    expect(last).toMatchObject({ iteration: 1, framesTotal: 1, insideMargins: false });
    expect(last?.residual.workingDistanceUm).toBeCloseTo(0.1, 9);
    expect(last?.settleTotalS).toBeCloseTo(0.3, 9);
    expect(asked[1]).toEqual(last?.focus);
  });

  it('failed: the algorithm closed the microscope, which harms no other', async () => {
    const { record } = await outcomeOf(async function* (context) {
      await context.microscope.close();
      yield* halve(context);
    });
    expect(record).toMatchObject({
      outcome: 'failed',
      message: 'acquireFrame is refused: the guarded microscope was closed',
    });
  });

  it('failed after the last iteration: the row of the stop takes its number', async () => {
    const { record } = await outcomeOf(async function* (context) {
      try {
        yield* halve(context);
      } finally {
        await context.microscope.writeFocus({ workingDistanceUm: 4507 });
      }
    });
    expect(record.outcome).toBe('failed');
    expect(record.iterations.slice(-2).map(({ iteration }) => iteration)).toEqual([8, 8]);
  });

  it('failed: the protocol was broken, however well the microscope is focused', async () => {
    const broken: Record<string, Run> = {
      'no number': thenChanged(1, (s) => ({
        ...s,
        correction: { ...s.correction, stigmatorX: Number.NaN },
      })),
      'negative deviation': thenChanged(1, (s) => ({
        ...s,
        correctionSd: { workingDistanceUm: 1, stigmatorX: -1, stigmatorY: 1 },
      })),
      'infinite computing time': thenChanged(1, (s) => ({ ...s, computeMs: Infinity })),
      'iteration repeated': thenChanged(1, (s) => ({ ...s, iteration: 1 })),
      'invented focus': thenChanged(1, (s) => ({
        ...s,
        focus: { workingDistanceUm: 4400, stigmatorX: 0, stigmatorY: 0 },
      })),
      'a diagnostic that JSON cannot say': thenChanged(1, (s) => ({
        ...s,
        diagnostics: { score: Number.NaN },
      })),
      'no step at all': async function* () {},
      'moved after the last step': async function* (context) {
        for await (const step of halve(context)) {
          yield step;
          if (step.iteration === 7) break;
        }
        await context.microscope.writeFocus({ workingDistanceUm: 4507 });
      },
    };
    const messages: string[] = [];
    for (const [name, run] of Object.entries(broken)) {
      const { record } = await outcomeOf(run);
      expect(record.outcome, name).toBe('failed');
      messages.push(`${name}: ${record.message?.replaceAll(/\d+\.\d+/g, 'X')}`);
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "no number: iteration 2: correction.stigmatorX must be a finite number. Received NaN",
        "negative deviation: iteration 2: correctionSd.stigmatorX must be a finite number of at least 0. Received -1",
        "infinite computing time: iteration 2: computeMs must be a finite number of at least 0. Received Infinity",
        "iteration repeated: iterations must count 1, 2, ... Expected 2, received 1",
        "invented focus: iteration 2: focus.workingDistanceUm must be what the microscope reads back, X. Received 4400",
        "a diagnostic that JSON cannot say: iteration 2: diagnostics.score must be finite. Received NaN",
        "no step at all: the algorithm ended without a single step",
        "moved after the last step: after the last iteration: focus.workingDistanceUm must be what the microscope reads back, 4507. Received X",
      ]
    `);
  });
});

describe('a request that is no number', () => {
  it('is a failure, not a search that ran away', async () => {
    const { record } = await outcomeOf(async function* (context) {
      await context.microscope.writeFocus({ workingDistanceUm: Number.NaN });
      yield* halve(context);
    });
    expect(record.outcome).toBe('failed');
    expect(record.message).toMatch(/workingDistanceUm must be .* Received NaN/);
  });
});

describe('an algorithm that goes on for ever', () => {
  it('is stopped after the iterations of the scenario, and may clean up', async () => {
    let cleanedUp = 0;
    let asked = 0;
    const { record } = await outcomeOf(async function* (context) {
      try {
        for await (const step of halve(context)) {
          asked++;
          yield step;
        }
      } finally {
        cleanedUp++;
      }
    });
    expect(record.iterations).toHaveLength(9);
    expect(asked).toBe(8);
    expect(cleanedUp).toBe(1);
  });

  it('is cancelled by the signal, whose reason comes through', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let innermost: AbortSignal | undefined;
    const running = outcomeOf(
      async function* (context) {
        for await (const step of halve(context)) {
          innermost = context.signal;
          if (step.iteration === 3) controller.abort(reason);
          yield step;
        }
      },
      {},
      { signal: controller.signal },
    );
    await expect(running).rejects.toBe(reason);
    expect(innermost?.aborted).toBe(true);
  });

  it('is cancelled even if it does not listen', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = outcomeOf(
      async function* (context) {
        setImmediate(() => controller.abort(reason));
        await new Promise(() => {});
        yield* halve(context);
      },
      {},
      { signal: controller.signal },
    );
    await expect(running).rejects.toBe(reason);
  });
});

describe('the calibration that an algorithm is handed', () => {
  it("is the preset's own, or the scenario's where it has one; a copy either way", async () => {
    const convergences: number[] = [];
    const registry = fakeRegistry({
      mine: (context) => {
        convergences.push(context.calibration.convergenceMrad);
        Object.assign(context.calibration, { convergenceMrad: 1 });
        return halve(context);
      },
    });
    const scenario = scenarioFor(registry, 'mine');
    await runTrajectory(scenario, registry, testServices());
    const { calibration } = registry.presetNamed('plain');
    const other = { ...scenario, calibration: { ...calibration, convergenceMrad: 5 } };
    await runTrajectory(other, registry, testServices());
    await runTrajectory(scenario, registry, testServices());
    expect(convergences).toEqual([8.74, 5, 8.74]);
  });

  it('must be one', async () => {
    const registry = fakeRegistry();
    const good = scenarioFor(registry, 'halving');
    const scenario = { ...good, calibration: { ...good.calibration, convergenceMrad: 0 } };
    await expect(runTrajectory(scenario, registry, testServices())).rejects.toThrow(
      /the calibration: convergenceMrad must be a number above 0 and at most 50 mrad\. Received 0/,
    );
  });
});

describe('previews', () => {
  it('show the middle of the field at the start, at the end and in focus', async () => {
    const frame = { width: 600, height: 300 };
    const asked: Parameters<GroundTruth['frameAt']>[] = [];
    const registry = fakeRegistry();
    const watched: Registry = {
      ...registry,
      openScenario: async (scenario) => {
        const { microscope, truth } = await registry.openScenario(scenario);
        const frameAt: GroundTruth['frameAt'] = (...args) => {
          asked.push(args);
          return truth.frameAt(...args);
        };
        return { microscope, truth: { ...truth, frameAt } };
      },
    };
    const scenario = scenarioFor(registry, 'halving', { frame });
    const services = testServices({ previews: true });
    const { record, previews } = await runTrajectory(scenario, watched, services);

    expect(asked.map(([, { region }]) => region)).toEqual(
      Array(3).fill({ x: 60, y: 0, width: 480, height: 300 }),
    );
    const [before, after, inFocus] = asked.map(([focus]) => focus);
    expect(before).toEqual(record.iterations[0]?.focus);
    expect(after).toEqual(record.iterations.at(-1)?.focus);
    const { truth } = await registry.openScenario(scenario);
    expect(inFocus).toEqual(truth.bestFocus());
    for (const png of Object.values(previews ?? {})) {
      expect(decodeImage(png, 'preview.png').shape).toEqual([300, 480]);
    }
    expect(Object.keys(previews ?? {})).toEqual(['before', 'after', 'inFocus']);
    expect(record.iterations[0]?.framesTotal).toBe(0);
  });

  it('are not made unless asked for', async () => {
    expect((await outcomeOf(halve)).previews).toBeUndefined();
  });
});
