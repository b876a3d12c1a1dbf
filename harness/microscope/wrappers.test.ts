import { describe, expect, it } from 'vitest';
import { Unsupported } from './errors.ts';
import { guardMicroscope } from './guardMicroscope.ts';
import { limitCallTimes } from './limitCallTimes.ts';
import type { Microscope } from './Microscope.ts';
import { type RecordedCall, recordMicroscope } from './recordMicroscope.ts';
import { ScriptedMicroscope } from './testing/ScriptedMicroscope.ts';
import { verifyFocus } from './verifyFocus.ts';
import { watchFrames } from './watchFrames.ts';

const request = { width: 40, height: 30, pixelSizeNm: 10, dwellTimeNs: 200 };
const doseOfFrame = (6.241509 * 1.5 * 200) / 100;
const limits = { workingDistanceUm: 10, stigmator: 2 };

/** Every call of the contract that takes a signal. */
function everyCall(microscope: Microscope, signal: AbortSignal): (() => Promise<unknown>)[] {
  return [
    () => microscope.readFocus({ signal }),
    () => microscope.writeFocus({ stigmatorX: 2.5 }, { signal }),
    () => microscope.acquireFrame(request, { signal }),
    () => microscope.readStage({ signal }),
    () => microscope.moveStage({ xUm: 1, yUm: 2 }, { signal }),
    () => microscope.blankBeam(true, { signal }),
  ];
}

describe.each([
  ['recordMicroscope', async (inner: Microscope) => recordMicroscope(inner).microscope],
  [
    'guardMicroscope',
    async (inner: Microscope) => (await guardMicroscope(inner, { limits })).microscope,
  ],
  ['verifyFocus', async (inner: Microscope) => verifyFocus(inner)],
  ['watchFrames', async (inner: Microscope) => watchFrames(inner, () => {})],
  ['limitCallTimes', async (inner: Microscope) => limitCallTimes(inner, 1000).microscope],
])('%s', (_, wrap) => {
  it('hands the very signal of every call on to the instrument', async () => {
    const inner = new ScriptedMicroscope();
    const microscope = await wrap(inner);
    inner.calls.length = 0;
    const { signal } = new AbortController();
    for (const call of everyCall(microscope, signal)) await call();
    expect(inner.calls.length).toBeGreaterThanOrEqual(6);
    for (const { options } of inner.calls) expect(options).toHaveProperty('signal', signal);
  });

  it('rejects with the reason of an aborted signal', async () => {
    const microscope = await wrap(new ScriptedMicroscope());
    const reason = new Error('enough');
    for (const call of everyCall(microscope, AbortSignal.abort(reason))) {
      await expect(call()).rejects.toBe(reason);
    }
  });

  it('does not let the instrument behind it be reached', async () => {
    const inner = new ScriptedMicroscope();
    const microscope = await wrap(inner);
    const values = Reflect.ownKeys(microscope).map((key) => Reflect.get(microscope, key));
    expect(values).not.toContain(inner);
    expect(values.every((value) => typeof value === 'function')).toBe(true);
  });
});

describe('watchFrames', () => {
  it('tells of every frame, the very one that is handed on', async () => {
    const seen: unknown[] = [];
    const microscope = watchFrames(new ScriptedMicroscope(), async (frame) => {
      seen.push(frame);
    });
    const frame = await microscope.acquireFrame(request);
    await microscope.readFocus();
    expect(seen).toEqual([frame]);
  });
});

describe('recordMicroscope', () => {
  it('adds up frames, pixels, dose and times', async () => {
    const { microscope, log } = recordMicroscope(new ScriptedMicroscope());
    await microscope.writeFocus({ workingDistanceUm: 4505, stigmatorX: 1 });
    await microscope.acquireFrame(request);
    await microscope.writeFocus({ stigmatorY: 1 });
    await microscope.acquireFrame({ ...request, region: { x: 0, y: 0, width: 10, height: 6 } });
    expect(log).toMatchObject({ frames: 2, pixels: 1260, frameS: 2, calls: 4 });
    expect(log.settleS).toBeCloseTo(0.3, 12);
    expect(log.doseElectronsPerNm2).toBeCloseTo(2 * doseOfFrame, 9);
    expect(log.beamOnS).toBeCloseTo(1260 * 200e-9, 12);
    // Nothing grows with the number of calls.
    expect(Object.values(log).filter((sum) => typeof sum !== 'number')).toEqual([]);
  });

  it('counts beam time and dose of all passes of an averaged frame', async () => {
    const inner = new ScriptedMicroscope();
    inner.passes = 3;
    const { microscope, log } = recordMicroscope(inner);
    await microscope.acquireFrame(request);
    expect(log.pixels).toBe(1200);
    expect(log.beamOnS).toBeCloseTo(3 * 1200 * 200e-9, 12);
    expect(log.doseElectronsPerNm2).toBeCloseTo(3 * doseOfFrame, 9);
  });

  it('notes a call that failed, and does not count its frame', async () => {
    const inner = new ScriptedMicroscope();
    const calls: RecordedCall[] = [];
    const { microscope, log } = recordMicroscope(inner, (call) => calls.push(call));
    inner.before = async () => {
      throw new Error('connection lost');
    };
    await expect(microscope.acquireFrame(request)).rejects.toThrow('connection lost');
    expect(log.frames).toBe(0);
    expect(calls).toEqual([{ call: 'acquireFrame', request, error: 'connection lost' }]);
  });
});

describe('recordMicroscope, call by call', () => {
  it('notes every call with what was asked and what came back', async () => {
    const calls: RecordedCall[] = [];
    const { microscope, log } = recordMicroscope(new ScriptedMicroscope(), (call) =>
      calls.push(call),
    );
    const target = { workingDistanceUm: 4502 };
    await microscope.describe();
    await microscope.writeFocus(target);
    target.workingDistanceUm = 0;
    await microscope.readFocus();
    await microscope.acquireFrame(request);
    await microscope.moveStage({ xUm: 3, yUm: 4 });
    await microscope.readStage();
    await microscope.blankBeam(true);
    await microscope.close();
    const focus = { workingDistanceUm: 4502, stigmatorX: 2, stigmatorY: -1 };
    expect(calls).toEqual([
      { call: 'describe', result: { name: 'scripted' } },
      { call: 'writeFocus', request: { workingDistanceUm: 4502 }, result: focus },
      { call: 'readFocus', result: focus },
      {
        call: 'acquireFrame',
        request,
        result: { shape: [30, 40], doseElectronsPerNm2: doseOfFrame },
      },
      { call: 'moveStage', request: { xUm: 3, yUm: 4 }, result: { xUm: 3, yUm: 4 } },
      { call: 'readStage', result: { xUm: 3, yUm: 4 } },
      { call: 'blankBeam', request: true, result: undefined },
      { call: 'close', result: undefined },
    ]);
    expect(log.settleS).toBeCloseTo(0.2 + 1, 12);
  });

  it('asks for the settle times again when the first answer was lost', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, log } = recordMicroscope(inner);
    const describeAsBefore = inner.describe.bind(inner);
    inner.describe = () => Promise.reject(new Error('no answer'));
    await expect(microscope.writeFocus({ stigmatorX: 1 })).rejects.toThrow('no answer');
    inner.describe = describeAsBefore;
    await microscope.writeFocus({ stigmatorX: 1 });
    expect(log.settleS).toBeCloseTo(0.1, 12);
  });
});

describe('guardMicroscope', () => {
  it('allows a step of exactly the limit, however it is rounded', async () => {
    const inner = new ScriptedMicroscope();
    inner.focus = { ...inner.focus, stigmatorY: -0.4 };
    const { microscope } = await guardMicroscope(inner, {
      limits: { workingDistanceUm: 10, stigmator: 0.2 },
    });
    await microscope.writeFocus({ stigmatorY: -0.4 - 0.2 });
    expect(inner.focus.stigmatorY).toBeCloseTo(-0.6, 12);
    await expect(microscope.writeFocus({ stigmatorY: -0.601 })).rejects.toThrow(/within 0.2/);
  });

  it('refuses what leaves the limits around the start, and nothing has moved', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, { limits });
    await expect(
      microscope.writeFocus({ workingDistanceUm: 4510.1 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[OutOfRange: workingDistanceUm must be within 10 um of the starting point 4500. Received 4510.1 (guard)]`,
    );
    await expect(microscope.writeFocus({ stigmatorX: 1, stigmatorY: 1.1 })).rejects.toMatchObject({
      tag: 'OutOfRange',
      parameter: 'stigmatorY',
      requested: 1.1,
    });
    expect(inner.focus).toEqual({ workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 });
    await microscope.writeFocus({ workingDistanceUm: 4510, stigmatorX: 0 });
    expect(inner.focus.workingDistanceUm).toBe(4510);
  });

  it('refuses a step that is too large although its end is within the limits', async () => {
    const { microscope } = await guardMicroscope(new ScriptedMicroscope(), {
      limits,
      stepLimits: { workingDistanceUm: 5, stigmator: 1 },
    });
    await microscope.writeFocus({ workingDistanceUm: 4505 });
    await expect(microscope.writeFocus({ workingDistanceUm: 4499 })).rejects.toThrow(
      /within 5 um of the present value 4505/,
    );
  });

  it('lets any step through whose end is within the limits, unless steps have limits', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, { limits });
    await microscope.writeFocus({ workingDistanceUm: 4508 });
    await microscope.writeFocus({ workingDistanceUm: 4492 });
    expect(inner.focus.workingDistanceUm).toBe(4492);
  });

  it('is ended by close(), and leaves the instrument open to be restored', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, restore } = await guardMicroscope(inner, { limits });
    await microscope.writeFocus({ workingDistanceUm: 4508 });
    await microscope.close();
    expect(inner.calls.some(({ name }) => name === 'close')).toBe(false);
    await expect(microscope.acquireFrame(request)).rejects.toThrow(
      'acquireFrame is refused: the guarded microscope was closed',
    );
    await restore();
    expect(inner.focus.workingDistanceUm).toBe(4500);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %f', async (workingDistanceUm) => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, { limits });
    await expect(microscope.writeFocus({ workingDistanceUm })).rejects.toMatchObject({
      tag: 'OutOfRange',
    });
    expect(inner.calls.some(({ name }) => name === 'writeFocus')).toBe(false);
  });

  it('checks the dose budget before an exposure, per place', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, {
      limits,
      doseBudgetElectronsPerNm2: 2.5 * doseOfFrame,
    });
    await microscope.acquireFrame(request);
    await microscope.acquireFrame(request);
    await expect(microscope.acquireFrame(request)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[DoseBudgetExceeded: the next frame would bring the dose to 56.2 electrons/nm2, more than the budget of 46.811317499999994]`,
    );
    expect(inner.calls.filter(({ name }) => name === 'acquireFrame')).toHaveLength(2);
    await microscope.moveStage({ xUm: 100, yUm: 0 });
    await microscope.acquireFrame(request);
  });

  // A frame of four averaged passes was charged as one pass: with a budget of 60 electrons/nm2,
  // 223 reached the specimen.
  it('charges every pass of an averaged frame, and refuses it before the exposure', async () => {
    const inner = new ScriptedMicroscope();
    inner.passes = 4;
    const { microscope } = await guardMicroscope(inner, {
      limits,
      doseBudgetElectronsPerNm2: 3.5 * doseOfFrame,
    });
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DoseBudgetExceeded',
    });
    expect(inner.calls.some(({ name }) => name === 'acquireFrame')).toBe(false);
  });

  it.each([
    { reported: 'more than predicted', factor: 2, accepted: 2 },
    { reported: 'less than predicted', factor: 0.5, accepted: 3 },
    { reported: 'no number', factor: Number.NaN, accepted: 1 },
  ])('charges the larger dose where a frame reports $reported', async ({ factor, accepted }) => {
    const inner = new ScriptedMicroscope();
    const acquire = inner.acquireFrame.bind(inner);
    inner.acquireFrame = async (asked, options) => {
      const frame = await acquire(asked, options);
      return { ...frame, doseElectronsPerNm2: factor * frame.doseElectronsPerNm2 };
    };
    const { microscope } = await guardMicroscope(inner, {
      limits,
      doseBudgetElectronsPerNm2: 3.5 * doseOfFrame,
    });
    for (let i = 0; i < accepted; i++) await microscope.acquireFrame(request);
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DoseBudgetExceeded',
    });
    expect(inner.calls.filter(({ name }) => name === 'acquireFrame')).toHaveLength(accepted);
  });

  it('lets one command through at a time', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, { limits });
    let release = () => {};
    inner.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const first = microscope.acquireFrame(request);
    await expect(microscope.blankBeam(true)).rejects.toMatchObject({ tag: 'Busy' });
    release();
    await first;
    inner.before = async () => {};
    await microscope.blankBeam(true);
  });

  it('restores the start and blanks, also after an error and outside of what is in flight', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, restore } = await guardMicroscope(inner, { limits });
    await microscope.writeFocus({ workingDistanceUm: 4508, stigmatorX: 3 });
    await expect(microscope.writeFocus({ stigmatorX: 30 })).rejects.toThrow();
    await restore();
    expect(inner.focus).toEqual({ workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 });
    expect(inner.calls.at(-1)).toMatchObject({ name: 'blankBeam', argument: true });
  });

  it('blanks even when the focus cannot be restored, and says that it cannot', async () => {
    const inner = new ScriptedMicroscope();
    const { restore } = await guardMicroscope(inner, { limits });
    inner.before = async (name) => {
      if (name === 'writeFocus') throw new Error('column off');
    };
    await expect(restore()).rejects.toThrow('column off');
    expect(inner.calls.at(-1)?.name).toBe('blankBeam');
    expect(inner.calls.filter(({ name }) => name === 'writeFocus')).toHaveLength(3);
  });

  it('tries again what fails once on the way back, and says what was read back', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, start, restore } = await guardMicroscope(inner, { limits });
    await microscope.writeFocus({ workingDistanceUm: 4508 });
    const failed = new Set<string>();
    inner.before = async (name) => {
      if (failed.has(name)) return;
      failed.add(name);
      throw new Error(`${name} failed once`);
    };
    expect(await restore()).toEqual(start);
    expect([...failed]).toEqual(['writeFocus', 'blankBeam']);
    expect(inner.focus).toEqual(start);
  });

  it('moves the stage back where it was moved, and only there', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, restore, returnStage } = await guardMicroscope(inner, { limits });
    await returnStage();
    expect(inner.calls.some(({ name }) => name === 'moveStage')).toBe(false);
    for (const xUm of [5, 9]) await microscope.moveStage({ xUm, yUm: 1 });
    await restore();
    expect(inner.stage).toEqual({ xUm: 0, yUm: 0 });
    expect(inner.calls.at(-1)?.name).toBe('moveStage');
  });

  it('sets the start once more where a move may still have been under way', async () => {
    const inner = new ScriptedMicroscope();
    const doubts = [true, false];
    const { restore } = await guardMicroscope(inner, {
      limits,
      takeDoubt: () => doubts.shift() === true,
    });
    let sets = 0;
    inner.before = async (name) => {
      // What was under way lands between the two.
      if (name === 'writeFocus' && ++sets === 2) inner.focus = { ...inner.focus, stigmatorX: 9 };
    };
    expect((await restore()).stigmatorX).toBe(2);
    expect(sets).toBe(2);
  });

  it('moves and exposes nothing that was asked for before the way back and would come after it', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, restore } = await guardMicroscope(inner, {
      limits,
      stepLimits: { workingDistanceUm: 5, stigmator: 1 },
      doseBudgetElectronsPerNm2: 1000,
    });
    let release = () => {};
    inner.before = (name) =>
      name === 'readFocus'
        ? new Promise((resolve) => {
            release = resolve;
          })
        : Promise.resolve();
    const moving = microscope.writeFocus({ workingDistanceUm: 4503 });
    await restore();
    release();
    await expect(moving).rejects.toMatchObject({ tag: 'Disconnected' });
    expect(inner.focus.workingDistanceUm).toBe(4500);
  });

  it('counts a frame that was lost half way against the budget', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, {
      limits,
      doseBudgetElectronsPerNm2: 1.5 * doseOfFrame,
    });
    inner.before = async (name) => {
      if (name === 'acquireFrame') throw new Error('connection lost');
    };
    await expect(microscope.acquireFrame(request)).rejects.toThrow('connection lost');
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DoseBudgetExceeded',
    });
  });

  it('does not take a place for a fresh one until the frames are apart', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, {
      limits,
      doseBudgetElectronsPerNm2: 1.5 * doseOfFrame,
    });
    // 40 x 30 px of 10 nm: each frame lies in a disc of 0.25 um radius.
    await microscope.acquireFrame(request);
    await microscope.moveStage({ xUm: 0.4, yUm: 0.2 });
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DoseBudgetExceeded',
    });
    await microscope.moveStage({ xUm: 0.4, yUm: 0.4 });
    await microscope.acquireFrame(request);
    await microscope.moveStage({ xUm: 0, yUm: 0 });
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DoseBudgetExceeded',
    });
  });

  it('takes an instrument without stage read-back for one place', async () => {
    const inner = new ScriptedMicroscope();
    inner.before = async (name) => {
      if (name === 'readStage') throw new Unsupported('no stage');
    };
    const { microscope } = await guardMicroscope(inner, {
      limits,
      doseBudgetElectronsPerNm2: 1.5 * doseOfFrame,
    });
    await microscope.acquireFrame(request);
    await microscope.moveStage({ xUm: 1000, yUm: 0 });
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DoseBudgetExceeded',
    });
  });

  it.each([
    { dwellTimeNs: Number.NaN },
    { dwellTimeNs: -1 },
    { pixelSizeNm: 0 },
    { pixelSizeNm: Number.POSITIVE_INFINITY },
  ])('refuses a frame of %j whose dose means nothing', async (part) => {
    const inner = new ScriptedMicroscope();
    const { microscope } = await guardMicroscope(inner, { limits });
    await expect(microscope.acquireFrame({ ...request, ...part })).rejects.toMatchObject({
      tag: 'OutOfRange',
      parameter: Object.keys(part)[0],
    });
    expect(inner.calls.some(({ name }) => name === 'acquireFrame')).toBe(false);
  });

  it.each([
    { limits: { workingDistanceUm: Number.NaN, stigmator: 2 } },
    { limits: { workingDistanceUm: 10, stigmator: -2 } },
    { limits, stepLimits: { workingDistanceUm: 0, stigmator: 1 } },
    { limits, doseBudgetElectronsPerNm2: Number.NaN },
  ])('is not put on with limits that would let everything through: %j', async (options) => {
    await expect(guardMicroscope(new ScriptedMicroscope(), options)).rejects.toThrow(
      /^\w+(\.\w+)? must be a number above 0\. Received /,
    );
  });

  it('reads the starting state with the signal it was given', async () => {
    const inner = new ScriptedMicroscope();
    const { signal } = new AbortController();
    await guardMicroscope(inner, { limits, signal });
    expect(inner.calls).toEqual([{ name: 'readFocus', options: { signal } }]);
  });

  it('refuses an algorithm that goes on after the start was put back', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope, restore } = await guardMicroscope(inner, { limits });
    await restore();
    await expect(microscope.writeFocus({ stigmatorX: 1 })).rejects.toMatchObject({
      tag: 'Disconnected',
    });
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({ tag: 'Disconnected' });
    expect(inner.focus.stigmatorX).toBe(2);
  });

  it('keeps the first error in sight when the start cannot be put back after it', async () => {
    const inner = new ScriptedMicroscope();
    const { restore } = await guardMicroscope(inner, { limits });
    inner.before = async (name) => {
      if (name === 'writeFocus') throw new Error('column off');
    };
    const first = new Error('no estimate');
    const error: unknown = await restore({ after: first }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({
      message: 'no estimate; then the starting state could not be restored: column off',
      errors: [first, expect.objectContaining({ message: 'column off' })],
    });
  });

  it('says that the beam could not be blanked', async () => {
    const inner = new ScriptedMicroscope();
    const { restore } = await guardMicroscope(inner, { limits });
    inner.before = async (name) => {
      if (name === 'blankBeam') throw new Error('blanker stuck');
    };
    await expect(restore()).rejects.toThrow('blanker stuck');
    expect(inner.focus.workingDistanceUm).toBe(4500);
  });
});
