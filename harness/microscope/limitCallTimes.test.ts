import { describe, expect, it } from 'vitest';
import { Busy, DeviceError, OutOfRange, Timeout } from './errors.ts';
import { limitCallTimes } from './limitCallTimes.ts';
import { ScriptedMicroscope } from './testing/ScriptedMicroscope.ts';

const request = { width: 40, height: 30, pixelSizeNm: 10, dwellTimeNs: 200 };
const never = () => new Promise<never>(() => {});

describe('limitCallTimes', () => {
  it.each([
    ['readFocus', 'readFocus was not answered within 0.0 s'],
    // The settle time of the working distance, 0.2 s.
    ['writeFocus', 'writeFocus was not answered within 0.2 s'],
    ['acquireFrame', 'acquireFrame was not answered within 0.0 s'],
    ['blankBeam', 'blankBeam was not answered within 0.0 s'],
  ])('gives up a %s that is not answered', async (name, message) => {
    const inner = new ScriptedMicroscope();
    inner.before = (called) => (called === name ? never() : Promise.resolve());
    const { microscope } = limitCallTimes(inner, 10);
    const call = {
      readFocus: () => microscope.readFocus(),
      writeFocus: () => microscope.writeFocus({ workingDistanceUm: 4501 }),
      acquireFrame: () => microscope.acquireFrame(request),
      blankBeam: () => microscope.blankBeam(true),
    }[name];
    const error: unknown = await call?.().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Timeout);
    expect(error).toHaveProperty('message', message);
  });

  it('gives a frame twice its beam time beside the margin', async () => {
    const inner = new ScriptedMicroscope();
    inner.passes = 4;
    inner.before = (called) => (called === 'acquireFrame' ? never() : Promise.resolve());
    const { microscope } = limitCallTimes(inner, 10);
    // 20 x 10 px, 4 passes of 100 us: 0.08 s.
    const region = { x: 0, y: 0, width: 20, height: 10 };
    await expect(
      microscope.acquireFrame({ ...request, dwellTimeNs: 100_000, region }),
    ).rejects.toThrow('acquireFrame was not answered within 0.2 s');
  });

  it('begins a call when the one before has been answered, also if its caller has left', async () => {
    const inner = new ScriptedMicroscope();
    let release = () => {};
    inner.before = (name) =>
      name === 'writeFocus' && inner.calls.length === 1
        ? new Promise((resolve) => {
            release = resolve;
          })
        : Promise.resolve();
    const { microscope } = limitCallTimes(inner, 10_000);
    const late = microscope.writeFocus({ workingDistanceUm: 4540 });
    const back = microscope.writeFocus({ workingDistanceUm: 4500 });
    await expect.poll(() => inner.calls.length).toBe(1);
    release();
    await Promise.all([late, back]);
    expect(inner.focus.workingDistanceUm).toBe(4500);
  });

  it('begins a call when the one before was given up, and says what may still be carried out', async () => {
    const inner = new ScriptedMicroscope();
    inner.before = (name) =>
      name === 'writeFocus' && inner.calls.length === 1 ? never() : Promise.resolve();
    const timed = limitCallTimes(inner, 10);
    const late = timed.microscope.writeFocus({ stigmatorX: 3 });
    const back = timed.microscope.writeFocus({ stigmatorX: 2 });
    await expect(late).rejects.toBeInstanceOf(Timeout);
    await back;
    expect(timed.takeDoubt()).toBe(true);
    expect(timed.takeDoubt()).toBe(false);
  });

  it('does not begin a call whose signal was aborted while it waited', async () => {
    const inner = new ScriptedMicroscope();
    const { microscope } = limitCallTimes(inner, 1000);
    const stop = new AbortController();
    const reading = microscope.readFocus();
    const moving = microscope.writeFocus({ stigmatorX: 3 }, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(moving).rejects.toThrow('enough');
    await reading;
    expect(inner.calls.map(({ name }) => name)).toEqual(['readFocus']);
  });

  it('repeats what was refused as busy', async () => {
    const inner = new ScriptedMicroscope();
    inner.before = async () => {
      if (inner.calls.length < 3) throw new Busy('another command is in flight');
    };
    const { microscope, takeDoubt } = limitCallTimes(inner, 10_000);
    await microscope.writeFocus({ stigmatorX: 3 });
    expect(inner.calls).toHaveLength(3);
    expect(takeDoubt()).toBe(false);
  });

  it('does not repeat it for ever', async () => {
    const inner = new ScriptedMicroscope();
    inner.before = async () => {
      throw new Busy('another command is in flight');
    };
    await expect(limitCallTimes(inner, 100).microscope.readFocus()).rejects.toBeInstanceOf(Timeout);
    const sent = inner.calls.length;
    // Longer than the wait that was under way: what was given up is not sent any more.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(inner.calls).toHaveLength(sent);
  });

  it('stops repeating it at once when it is aborted', async () => {
    const inner = new ScriptedMicroscope();
    const stop = new AbortController();
    inner.before = async () => {
      setImmediate(() => stop.abort(new Error('enough')));
      throw new Busy('another command is in flight');
    };
    const { microscope } = limitCallTimes(inner, 10_000);
    await expect(microscope.writeFocus({ stigmatorX: 3 }, { signal: stop.signal })).rejects.toThrow(
      'enough',
    );
    expect(inner.calls).toHaveLength(1);
  });

  it('holds a move that ended in an error for doubtful, unless it was refused', async () => {
    const inner = new ScriptedMicroscope();
    const timed = limitCallTimes(inner, 1000);
    const fail = async (error: Error) => {
      inner.before = async () => {
        throw error;
      };
      await expect(timed.microscope.writeFocus({ stigmatorX: 3 })).rejects.toBe(error);
      return timed.takeDoubt();
    };
    const refusal = { parameter: 'stigmatorX', requested: 3, allowed: 'less' };
    expect(await fail(new OutOfRange(refusal))).toBe(false);
    expect(await fail(new DeviceError('no', { code: '4' }))).toBe(true);
  });

  it('refuses a margin that is no time', () => {
    for (const margin of [0, -1, Number.NaN]) {
      expect(() => limitCallTimes(new ScriptedMicroscope(), margin)).toThrow(RangeError);
    }
  });
});
