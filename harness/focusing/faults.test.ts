import { describe, expect, it } from 'vitest';
import type { AutofocusAlgorithm, PairEstimator } from '../algorithm/index.ts';
import { addFocus, type FocusState } from '../microscope/index.ts';
import { type Fault, faults, lateMs } from '../microscope/testing/faults.ts';
import { ScriptedMicroscope } from '../microscope/testing/ScriptedMicroscope.ts';
import { RandomStream } from '../numeric/index.ts';
import { type FocusOptions, focusMicroscope } from './focusMicroscope.ts';
import type { LookBack } from './lookBack.ts';
import { openSession } from './openSession.ts';

const start: FocusState = { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 };

/** A pair 5 um apart on either side, then 8 um, 4 um, ... nearer. */
const halving: AutofocusAlgorithm = {
  ...{ name: 'halving', version: '1', parameters: {} },
  async *run({ microscope, frame, signal }) {
    for (let iteration = 1; ; iteration++) {
      const before = await microscope.readFocus({ signal });
      for (const offset of [-5, 5]) {
        const workingDistanceUm = before.workingDistanceUm + offset;
        await microscope.writeFocus({ workingDistanceUm }, { signal });
        await microscope.acquireFrame(frame, { signal });
      }
      const correction = { workingDistanceUm: 8 / 2 ** iteration, stigmatorX: 0, stigmatorY: 0 };
      const focus = await microscope.writeFocus(addFocus(before, correction), { signal });
      yield { iteration, correction, focus, framesUsed: 2, computeMs: 0 };
    }
  },
};

/** Noise tells nothing. */
const blind: PairEstimator = {
  estimate: async () => ({
    correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
    astigmatismUm: { a: 0, b: 0 },
    declined: 'it is noise',
  }),
};

/** Where the microscope is, and what was said of it, after a fault from the third call on. */
async function outcomeOf(fault: Fault) {
  const inner = new ScriptedMicroscope();
  const session = await openSession(fault.of(inner, 3), {
    limits: { workingDistanceUm: 60, stigmator: 20 },
    callMarginMs: lateMs / 2,
  });
  let look: LookBack | undefined;
  const said = await focusMicroscope(session, {
    algorithm: halving,
    frame: { width: 64, height: 64, pixelSizeNm: 10, dwellTimeNs: 200 },
    calibration: {} as FocusOptions['calibration'],
    random: new RandomStream(1, 'algorithm', 0),
    iterations: 2,
    margins: { workingDistanceUm: 1, stigmator: 0.25 },
    endsInside: true,
    signal: new AbortController().signal,
    clock: { nowMs: () => 0 },
    afterwards: {
      mode: 'compare',
      witnesses: { ofFocus: blind, ofStart: blind },
      onBack: (shown) => {
        look = shown;
      },
    },
  }).then(
    ({ doubt }) => doubt,
    (error: unknown) => error,
  );
  return { inner, said, look };
}

const { none, ...real } = faults;

describe('focusing an instrument that fails', () => {
  it('does not fail without a fault', async () => {
    const { inner, said } = await outcomeOf(none);
    expect(said).toBe('the algorithm does not say how sure it is');
    expect(inner.focus.workingDistanceUm).toBe(4506);
  });

  it.each(Object.entries(real))(
    '%s: ends, and is back at the start or says that it is not',
    async (_, fault) => {
      const { inner, said, look } = await outcomeOf(fault);
      if (!(said instanceof Error) || said instanceof AggregateError) {
        // It came to its end, or says why the start is not back.
        expect(String(said)).toMatch(/the algorithm does not say|starting state could not be/);
        return;
      }
      expect(inner.focus).toEqual(start);
      expect(look).toMatchObject({ shows: 'nothing' });
      expect(inner.calls.at(-1)).toMatchObject({ name: 'blankBeam', argument: true });
    },
  );

  it('puts the start back after a set that lands when it was given up', async () => {
    const { inner, said } = await outcomeOf(faults['set-late']);
    expect(said).toMatchObject({ tag: 'Timeout' });
    await expect.poll(() => inner.calls.filter(({ name }) => name === 'blankBeam')).toHaveLength(2);
    expect(inner.focus).toEqual(start);
  });
});
