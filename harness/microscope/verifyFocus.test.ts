import { describe, expect, it } from 'vitest';
import type { MicroscopeDescription } from './MicroscopeDescription.ts';
import { ScriptedMicroscope } from './testing/ScriptedMicroscope.ts';
import { verifyFocus } from './verifyFocus.ts';

const request = { width: 4, height: 3, pixelSizeNm: 10, dwellTimeNs: 200 };

/** An instrument that takes stigmators in steps of 0.1 and says so, and wanders by 1 nm. */
class SteppingMicroscope extends ScriptedMicroscope {
  override async describe(): Promise<MicroscopeDescription> {
    const description = await super.describe();
    const { parameters } = description;
    return {
      ...description,
      parameters: {
        ...parameters,
        workingDistanceUm: { ...parameters.workingDistanceUm, readBackTolerance: 1e-3 },
        stigmatorX: { ...parameters.stigmatorX, step: 0.1 },
      },
    };
  }
}

describe('verifyFocus', () => {
  it('finds out an instrument that limits in silence', async () => {
    const inner = new ScriptedMicroscope();
    const microscope = verifyFocus(inner);
    inner.before = async (name) => {
      if (name === 'readFocus') inner.focus = { ...inner.focus, stigmatorX: 10 };
    };
    await expect(microscope.writeFocus({ stigmatorX: 12.5 })).rejects.toMatchObject({
      tag: 'DeviceError',
      code: 'read-back',
      message: 'stigmatorX is 10 % as read back, but was set to 12.5 %',
    });
  });

  it('finds out one that takes a value late, or somebody who turns a knob, by what a frame says', async () => {
    const inner = new ScriptedMicroscope();
    const microscope = verifyFocus(inner);
    await microscope.writeFocus({ workingDistanceUm: 4510 });
    await microscope.acquireFrame(request);
    inner.focus = { ...inner.focus, workingDistanceUm: 4500 };
    await expect(microscope.acquireFrame(request)).rejects.toThrow(
      'workingDistanceUm is 4500 um as the frame says, but was set to 4510 um',
    );
  });

  it('takes what lies within the resolution of the instrument, and no more', async () => {
    const inner = new SteppingMicroscope();
    const microscope = verifyFocus(inner);
    const readBack = (focus: Partial<typeof inner.focus>) => {
      inner.before = async (name) => {
        if (name === 'readFocus') inner.focus = { ...inner.focus, ...focus };
      };
    };
    readBack({ stigmatorX: 1.2, workingDistanceUm: 4500.001 });
    const reached = await microscope.writeFocus({ stigmatorX: 1.25, workingDistanceUm: 4500 });
    expect(reached).toEqual({ workingDistanceUm: 4500.001, stigmatorX: 1.2, stigmatorY: -1 });
    readBack({ workingDistanceUm: 4500.002 });
    await expect(microscope.writeFocus({ stigmatorX: 1.2 })).rejects.toThrow('4500.002 um');
  });

  it('does not ask of parameters that were never set, nor after a set that was refused', async () => {
    const inner = new ScriptedMicroscope();
    const microscope = verifyFocus(inner);
    inner.before = async (name) => {
      if (name === 'writeFocus') throw new RangeError('no');
    };
    await expect(microscope.writeFocus({ stigmatorX: 99 })).rejects.toThrow('no');
    inner.focus = { workingDistanceUm: 1, stigmatorX: 2, stigmatorY: 3 };
    expect((await microscope.acquireFrame(request)).actual.focus).toEqual(inner.focus);
  });
});
