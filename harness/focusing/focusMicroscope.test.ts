import { describe, expect, it } from 'vitest';
import type { AutofocusAlgorithm, AutofocusStep, PairEstimator } from '../algorithm/index.ts';
import { addFocus, DeviceError, type FocusState } from '../microscope/index.ts';
import { ScriptedMicroscope } from '../microscope/testing/ScriptedMicroscope.ts';
import { RandomStream } from '../numeric/index.ts';
import { type FocusOptions, focusMicroscope } from './focusMicroscope.ts';
import type { LookBack } from './lookBack.ts';
import { openSession } from './openSession.ts';

const start: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };
const frame = { width: 64, height: 64, pixelSizeNm: 10, dwellTimeNs: 200 };

/** Halves what it thinks it is off by, 8 um, and is sure of it within a tenth of a um. */
const halving: AutofocusAlgorithm = {
  ...{ name: 'halving', version: '1', parameters: {} },
  async *run({ microscope, signal }) {
    for (let iteration = 1; ; iteration++) {
      const correction = { workingDistanceUm: 8 / 2 ** iteration, stigmatorX: 0, stigmatorY: 0 };
      const before = await microscope.readFocus({ signal });
      const focus = await microscope.writeFocus(addFocus(before, correction), { signal });
      const correctionSd = { workingDistanceUm: 0.1, stigmatorX: 0.1, stigmatorY: 0.1 };
      yield { iteration, correction, correctionSd, focus, framesUsed: 0, computeMs: 0 };
    }
  },
};

const focus = async (
  inner: ScriptedMicroscope,
  changes: Partial<FocusOptions> = {},
  doseBudgetElectronsPerNm2 = 1e6,
) => {
  const limits = { workingDistanceUm: 20, stigmator: 5 };
  const session = await openSession(inner, { limits, doseBudgetElectronsPerNm2 });
  return focusMicroscope(session, {
    algorithm: halving,
    frame,
    calibration: {} as FocusOptions['calibration'],
    random: new RandomStream(1, 'algorithm', 0),
    iterations: 5,
    margins: { workingDistanceUm: 1, stigmator: 0.25 },
    endsInside: false,
    signal: new AbortController().signal,
    clock: { nowMs: () => 0 },
    afterwards: 'stay',
    ...changes,
  });
};

const lastCalls = ({ calls }: ScriptedMicroscope) =>
  calls
    .filter(({ name }) => name === 'writeFocus' || name === 'blankBeam')
    .slice(-2)
    .map(({ argument }) => argument);

describe('focusMicroscope', () => {
  it('uses all iterations without margins, and blanks the beam', async () => {
    const inner = new ScriptedMicroscope();
    const { steps, endedBy, end } = await focus(inner);
    expect([steps.length, endedBy, end.workingDistanceUm]).toEqual([5, 'iterations', 4507.75]);
    expect(lastCalls(inner)).toEqual([{ ...start, workingDistanceUm: 4507.75 }, true]);
  });

  it('ends when the algorithm is inside the margins by its own account', async () => {
    const { steps, endedBy } = await focus(new ScriptedMicroscope(), { endsInside: true });
    expect([steps.length, endedBy]).toEqual([3, 'margins']);
  });

  it('says so when the algorithm has ended by itself', async () => {
    const two: AutofocusAlgorithm = {
      ...halving,
      async *run(context) {
        for await (const step of halving.run(context)) {
          yield step;
          if (step.iteration === 2) return;
        }
      },
    };
    const { steps, endedBy } = await focus(new ScriptedMicroscope(), { algorithm: two });
    expect([steps.length, endedBy]).toEqual([2, 'algorithm']);
  });

  it('puts the start back where the instrument does not take what it is told', async () => {
    const inner = new ScriptedMicroscope();
    inner.before = async (name) => {
      if (name === 'readFocus' && inner.focus.workingDistanceUm > 4505) {
        inner.focus = { ...inner.focus, workingDistanceUm: 4505 };
      }
    };
    await expect(focus(inner)).rejects.toThrow('is 4505 um as read back, but was set to 4506 um');
    expect(inner.focus).toEqual(start);
    expect(lastCalls(inner)).toEqual([start, true]);
  });

  it('says both where the start cannot be put back', async () => {
    const inner = new ScriptedMicroscope();
    const stop = new AbortController();
    const onStep = ({ iteration }: AutofocusStep) => {
      if (iteration < 2) return;
      inner.before = async (name) => {
        if (name === 'writeFocus') throw new DeviceError('lens current', { code: '17' });
      };
      stop.abort(new Error('enough'));
    };
    const error: unknown = await focus(inner, { onStep, signal: stop.signal }).catch((e) => e);
    expect(error).toBeInstanceOf(AggregateError);
    expect(String(error)).toMatch(/enough; then the starting state could not be restored: lens/);
    expect(lastCalls(inner).at(-1)).toBe(true);
  });

  it('puts the start back after a set that lands when all was stopped', async () => {
    const inner = new ScriptedMicroscope();
    const stop = new AbortController();
    inner.before = async (name) => {
      if (name !== 'writeFocus' || inner.calls.length < 5) return;
      inner.before = async () => {};
      stop.abort(new Error('enough'));
      // An instrument that does not hear an abort is told the start only when this has landed.
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await expect(focus(inner, { signal: stop.signal })).rejects.toThrow('enough');
    expect(inner.focus).toEqual(start);
    const sets = inner.calls.filter(({ name }) => name === 'writeFocus');
    expect(sets.at(-1)?.argument).toEqual(start);
    expect(sets.at(-3)?.argument).not.toEqual(start);
  });

  it('does not wait for an algorithm that does not hear', async () => {
    const inner = new ScriptedMicroscope();
    const stop = new AbortController();
    const deaf: AutofocusAlgorithm = {
      ...halving,
      async *run(context) {
        for await (const step of halving.run(context)) {
          yield step;
          setImmediate(() => stop.abort(new Error('enough')));
          await new Promise(() => {});
        }
      },
    };
    await expect(focus(inner, { algorithm: deaf, signal: stop.signal })).rejects.toThrow('enough');
    expect(inner.focus).toEqual(start);
  });

  describe('after the way back', () => {
    const zero = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
    const small = { workingDistanceUm: 0.01, stigmatorX: 0.01, stigmatorY: 0.01 };
    const saying = (workingDistanceUm: number): PairEstimator => ({
      estimate: async () => ({
        ...{ correction: { ...zero, workingDistanceUm }, correctionSd: small },
        astigmatismUm: { a: 0, b: 0 },
      }),
    });
    const looked = async (
      ofStart: PairEstimator,
      {
        mode = 'back' as 'back' | 'compare',
        budget = 1e6,
        fails = false,
        inner = new ScriptedMicroscope(),
      } = {},
    ) => {
      const looks: LookBack[] = [];
      const afterwards = {
        ...{ mode, witnesses: { ofStart, ofFocus: saying(0) } },
        onBack: (look: LookBack) => looks.push(look),
      };
      const onStep = () => {
        if (fails) throw new DeviceError('gone astray', { code: '3' });
      };
      const iterations = 1;
      const run = focus(inner, { afterwards, iterations, onStep }, budget);
      const error: unknown = await run.then(
        () => undefined,
        (reason) => reason,
      );
      const frames = inner.calls.filter(({ name }) => name === 'acquireFrame').length;
      return { inner, looks, frames, error };
    };

    it('looks once more, and blanks the beam again', async () => {
      const { inner, looks, frames } = await looked(saying(0));
      expect({ looks, frames }).toEqual({ looks: [{ shows: 'start' }], frames: 2 });
      const calls = inner.calls.map(({ name }) => name);
      expect(calls.lastIndexOf('acquireFrame')).toBeGreaterThan(calls.lastIndexOf('writeFocus'));
      expect(calls.lastIndexOf('blankBeam')).toBeGreaterThan(calls.lastIndexOf('acquireFrame'));
    });

    it('sees that the microscope is elsewhere, after an error too', async () => {
      const { looks, error } = await looked(saying(2), { mode: 'compare', fails: true });
      expect(looks).toEqual([{ shows: 'other' }]);
      expect(error).toMatchObject({ message: 'gone astray' });
    });

    it('exposes nothing beyond the dose limit', async () => {
      // 18.7 e/nm2 a frame.
      const { looks, frames } = await looked(saying(0), { budget: 30 });
      expect(frames).toBe(1);
      expect(looks).toEqual([
        { shows: 'nothing', reason: expect.stringContaining('more than the budget of 30') },
      ]);
    });

    it('has nothing to compare with where the first frame failed', async () => {
      const inner = new ScriptedMicroscope();
      inner.before = async (name) => {
        if (name === 'acquireFrame') throw new DeviceError('the detector is off', { code: '17' });
      };
      const { looks, error } = await looked(saying(0), { inner });
      expect(looks).toEqual([{ shows: 'nothing', reason: 'there is no frame from before' }]);
      expect(error).toMatchObject({ message: 'the detector is off' });
    });
  });
});
