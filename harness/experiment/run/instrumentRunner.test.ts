import { describe, expect, it } from 'vitest';
import type { AutofocusContext, AutofocusStep } from '../../algorithm/index.ts';
import { addFocus, type FocusState, subtractFocus, Timeout } from '../../microscope/index.ts';
import { ScriptedMicroscope } from '../../microscope/testing/ScriptedMicroscope.ts';
import { contradictionOf, type Scenario, trajectoryRecordSchema } from '../../record/index.ts';
import { planSuite, type Registry } from '../suite/index.ts';
import { fakeRegistry } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { testServices } from '../testing/testServices.ts';
import { instrumentRunner } from './instrumentRunner.ts';

const middle: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const sd = { workingDistanceUm: 0.03, stigmatorX: 0.01, stigmatorY: 0.02 };
const at = (workingDistanceUm: number): FocusState => ({ ...middle, workingDistanceUm });
const never = new AbortController().signal;
const nothing = () => {};

/** Goes to a state with a pair of frames, then stays there. */
async function* goTo(
  { microscope, frame }: AutofocusContext,
  target: FocusState,
): AsyncGenerator<AutofocusStep> {
  for (let iteration = 1; ; iteration++) {
    const before = await microscope.readFocus();
    for (let frames = 0; frames < 2; frames++) await microscope.acquireFrame(frame);
    const focus = await microscope.writeFocus(target);
    const correction = subtractFocus(focus, before);
    yield { iteration, correction, correctionSd: sd, focus, framesUsed: 2, computeMs: 1 };
  }
}

/** @param finds - What the reference method finds, measurement by measurement; at last the same for ever. */
function workplace(
  finds: readonly number[],
  algorithms: Parameters<typeof fakeRegistry>[0] = {},
  hasStage = true,
) {
  const left = [...finds];
  const registry: Registry = fakeRegistry({
    method: (context) => goTo(context, at((left.length > 1 ? left.shift() : left[0]) ?? 0)),
    good: (context) => goTo(context, at(4500.1)),
    ...algorithms,
  });
  const instrument: NonNullable<Scenario['instrument']> = {
    hasStage,
    reference: {
      algorithm: { name: 'method', version: '1', parameters: {} },
      dwellTimeNs: 400,
    },
  };
  const { scenarios } = planSuite(
    fakeSuite({
      algorithms: ['good', ...Object.keys(algorithms)].map((name) => ({
        ...{ name, iterations: 3, dwellTimesNs: [200] },
      })),
    }),
    { ...registry, presetNamed: (name) => ({ ...registry.presetNamed(name), instrument }) },
  );
  const microscope = new ScriptedMicroscope();
  const { clock, now } = testServices();
  const runOne = instrumentRunner(microscope, registry, { clock, now, timeoutS: 60 });
  const run = async (name: string, trajectory = 0, signal = never) => {
    const scenario = scenarios.find(
      (one) => one.algorithm.name === name && one.trajectory === trajectory,
    );
    if (scenario === undefined) throw new Error('no such scenario');
    return runOne(scenario, signal, nothing);
  };
  return { microscope, registry, scenarios, run };
}

describe('a trajectory on an instrument', () => {
  it('is measured from the middle of what the method finds before and after', async () => {
    const { run, microscope } = workplace([4499.8, 4500.6]);
    const { record, previews } = await run('good');
    expect(trajectoryRecordSchema.parse(record)).toEqual(record);
    expect(contradictionOf(record)).toBeUndefined();
    const { reference, iterations, scenario, outcome } = record;
    expect(reference).toMatchObject({ before: at(4499.8), after: at(4500.6) });
    // Half of the drift of 0.8 um; 0.03 um twice, of the mean of two.
    expect(reference?.sd.workingDistanceUm).toBeCloseTo(Math.hypot(0.4, 0.03 / Math.SQRT2), 9);
    expect(reference?.sd.stigmatorY).toBeCloseTo(0.02 / Math.SQRT2, 9);
    const distances = iterations.map(({ residual }) => residual.workingDistanceUm);
    // The start was counted from what was known then, 0.4 um below the middle.
    expect(distances[0]).toBeCloseTo(scenario.start.workingDistanceUm - 0.4, 9);
    expect(distances.slice(1)).toEqual([-0.1, -0.1, -0.1].map((um) => expect.closeTo(um, 9)));
    expect(outcome).toBe('converged');
    expect(iterations.at(-1)).toMatchObject({ framesTotal: 6, insideMargins: true });
    // Twice two pairs at 400 ns, three pictures at 200 ns.
    expect(reference?.frames).toBe(11);
    const picture = (6.241509 * 1.5 * 200) / 100;
    expect(reference?.doseElectronsPerNm2).toBeCloseTo(8 * 2 * picture + 3 * picture, 6);
    expect(Object.keys(previews ?? {})).toEqual(['before', 'after', 'inFocus']);
    const exposed = microscope.calls.flatMap(({ name, argument }) =>
      name === 'acquireFrame' ? [(argument as { dwellTimeNs: number }).dwellTimeNs] : [],
    );
    expect(exposed).toEqual([
      ...[400, 400, 400, 400],
      ...[200, 200, 200, 200, 200, 200, 200, 200],
      ...[400, 400, 400, 400],
      200,
    ]);
  });

  it('may end inside the margins by what was known before, and outside in the end', async () => {
    const { run } = workplace([4500, 4503]);
    const { record } = await run('good');
    expect(record).toMatchObject({ outcome: 'missed', failureClass: 'false-optimum' });
    expect(record.iterations.at(-1)?.insideMargins).toBe(false);
    expect(contradictionOf(record)).toBeUndefined();
  });

  it('takes over what was found after the one before at the same place, and at no other', async () => {
    const { run, microscope } = workplace([4500, 4500.2, 4500.4, 4500.6, 4500.8], {
      other: (context) => goTo(context, at(4500)),
    });
    microscope.stage = { xUm: 1000, yUm: -50 };
    const first = await run('good', 0);
    const second = await run('other', 0);
    const elsewhere = await run('good', 1);
    const references = [first, second, elsewhere].map(({ record: { reference } }) => [
      reference?.before.workingDistanceUm,
      reference?.after.workingDistanceUm,
      reference?.frames,
    ]);
    expect(references).toEqual([
      [4500, 4500.2, 11],
      [4500.2, 4500.4, 7],
      [4500.6, 4500.8, 11],
    ]);
    expect(microscope.stage).toEqual({ xUm: 1000, yUm: 30 });
  });

  it('is at the one place of an instrument whose stage cannot be moved', async () => {
    const { run, microscope, scenarios } = workplace([4500], {}, false);
    const { record } = await run('good', 0);
    const { record: second } = await run('good', 1);
    expect(scenarios.map(({ stage }) => stage)).toEqual(scenarios.map(() => ({ xUm: 0, yUm: 0 })));
    expect([record, second].map(({ reference }) => reference?.frames)).toEqual([11, 7]);
    expect(microscope.calls.map(({ name }) => name)).not.toContain('moveStage');
  });
});

describe('what goes wrong', () => {
  it('with the algorithm is in its record, and the next begins from its own start', async () => {
    const { run, microscope } = workplace([4500], {
      broken: () => {
        throw new Error('out of order');
      },
      runaway: (context) => goTo(context, at(4600)),
      lost: async function* (context) {
        await context.microscope.moveStage({ xUm: 7, yUm: 7 });
        yield* goTo(context, middle);
      },
    });
    const { record: broken } = await run('broken');
    expect(broken).toMatchObject({ outcome: 'failed', failureClass: 'exception' });
    expect(broken.iterations.at(-1)?.focus).toEqual(addFocus(middle, broken.scenario.start));
    const { record: runaway } = await run('runaway');
    expect(runaway).toMatchObject({ outcome: 'diverged', failureClass: 'diverged' });
    expect(runaway.message).toMatch(/^workingDistanceUm must be within 60 um of the starting/);
    const { record: lost } = await run('lost');
    expect(lost.outcome).toBe('converged');
    expect(microscope.stage).toEqual({ xUm: 0, yUm: 0 });
    for (const record of [broken, runaway, lost]) expect(contradictionOf(record)).toBeUndefined();
    expect((await run('good')).record.outcome).toBe('converged');
  });

  it('with the instrument is thrown, even if the algorithm went on as if nothing had been', async () => {
    const gone = new Timeout('acquireFrame was not answered');
    const { run, microscope } = workplace([4500], {
      stoic: async function* (context) {
        microscope.before = async (name) => {
          if (name === 'acquireFrame') throw gone;
        };
        await context.microscope.acquireFrame(context.frame).catch(nothing);
        microscope.before = async () => {};
        yield* goTo(context, middle);
      },
    });
    await expect(run('stoic')).rejects.toBe(gone);
    // What was found before may not hold any more.
    expect((await run('good')).record.reference?.frames).toBe(11);
  });

  it('with the reference method is thrown, with what to do', async () => {
    const declining = workplace([4500], {
      method: async function* ({ microscope }) {
        const correction = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
        const focus = await microscope.readFocus();
        const declined = 'there is nothing to see';
        yield { iteration: 1, correction, focus, framesUsed: 2, computeMs: 1, declined };
      },
    });
    await expect(declining.run('good')).rejects.toMatchObject({
      message: 'the reference method method declined in iteration 1: there is nothing to see',
      hint: expect.stringContaining('--reference'),
    });
    const restless = workplace([4500], {
      method: async function* ({ microscope }) {
        for (let iteration = 1; ; iteration++) {
          const correction = { workingDistanceUm: 2.5, stigmatorX: 0, stigmatorY: 0 };
          const focus = await microscope.readFocus();
          yield { iteration, correction, correctionSd: sd, focus, framesUsed: 2, computeMs: 1 };
        }
      },
    });
    await expect(restless.run('good')).rejects.toThrow(
      'the reference method method did not say within 6 iterations that it is inside the margins (1 um, 0.25): its last correction was 2.50 ± 0.06 um and 0.00 ± 0.02, 0.00 ± 0.04',
    );
  });

  it('in time is a record of its own: the algorithm is stopped, the reference measured', async () => {
    const { registry, scenarios, microscope } = workplace([4500], {
      endless: async function* (context) {
        yield* goTo(context, middle);
      },
    });
    const endless = scenarios.find(({ algorithm }) => algorithm.name === 'endless');
    if (endless === undefined) throw new Error('no scenario');
    const slow = {
      ...registry,
      algorithms: new Map(registry.algorithms).set('endless', {
        ...registry.algorithms.get('endless')!,
        create: () => ({
          name: 'endless',
          version: '1',
          parameters: {},
          async *run({ signal }: AutofocusContext) {
            await new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            });
          },
        }),
      }),
    };
    const { clock, now } = testServices();
    const runOne = instrumentRunner(microscope, slow, { clock, now, timeoutS: 0.01 });
    const { record } = await runOne(endless, never, nothing);
    expect(record).toMatchObject({
      ...{ outcome: 'failed', failureClass: 'timeout' },
      message: 'took longer than 0.01 s and was stopped',
    });
    expect(contradictionOf(record)).toBeUndefined();
  });

  it('by an abort ends in its reason, wherever it was', async () => {
    const abort = new AbortController();
    const { run, microscope } = workplace([4500]);
    let frames = 0;
    microscope.before = async (name) => {
      if (name === 'acquireFrame' && ++frames === 7) abort.abort(new Error('enough'));
    };
    await expect(run('good', 0, abort.signal)).rejects.toThrow('enough');
    const count = microscope.calls.length;
    await expect(run('good', 0, abort.signal)).rejects.toThrow('enough');
    expect(microscope.calls).toHaveLength(count);
  });
});
