import { describe, expect, it } from 'vitest';
import { openSession, type Session } from '../../harness/focusing/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { calibrateMicroscope, calibrationLimits } from './calibrateMicroscope.ts';
import { matrixShape } from './matrixShape.ts';

const options = {
  frame: { width: 128, height: 128, pixelSizeNm: 10, dwellTimeNs: 200 },
  guessMrad: 8,
  residualSpotNm: 3.5,
  places: 2,
};

/** A scripted microscope whose frames are all one grey: nothing is to be seen. */
function blank(): ScriptedMicroscope {
  return new ScriptedMicroscope();
}

async function sessionOf(
  microscope: ScriptedMicroscope,
  doseBudgetElectronsPerNm2 = 1e6,
): Promise<Session> {
  const limits = calibrationLimits(await microscope.describe());
  return openSession(microscope, { limits, doseBudgetElectronsPerNm2 });
}

/** The last calls on the instrument, with what was asked for. */
function lastCalls({ calls }: ScriptedMicroscope, count: number): unknown[] {
  return calls.slice(-count).map(({ name, argument }) => [name, argument]);
}

const wayBack = [
  ['writeFocus', { workingDistanceUm: 4500, stigmatorX: 2, stigmatorY: -1 }],
  // The verifier looks whether it arrived.
  ['readFocus', undefined],
  ['blankBeam', true],
];

describe('a calibration that cannot be had', () => {
  it('because nothing is to be seen is refused; focus and stage are back, the beam is blanked', async () => {
    const microscope = blank();
    microscope.stage = { xUm: 3, yUm: 4 };
    await expect(calibrateMicroscope(await sessionOf(microscope), options)).rejects.toMatchObject({
      tag: 'CalibrationError',
      message: expect.stringMatching(/^the two frames of a pair are displaced alike in 0 of 4/),
    });
    expect(lastCalls(microscope, 3)).toEqual(wayBack);
    expect(microscope.stage).toEqual({ xUm: 3, yUm: 4 });
  });

  it('because it was aborted in the middle ends with the reason, everything put back', async () => {
    const microscope = blank();
    microscope.stage = { xUm: 3, yUm: 4 };
    const controller = new AbortController();
    const reason = new Error('enough');
    let frames = 0;
    const running = calibrateMicroscope(await sessionOf(microscope), {
      ...options,
      signal: controller.signal,
      onFrame: () => {
        frames += 1;
        if (frames === 3) controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(frames).toBe(3);
    expect(lastCalls(microscope, 3)).toEqual(wayBack);
    expect(microscope.stage).toEqual({ xUm: 3, yUm: 4 });
  });

  it('because a frame was lost half way ends with that error, everything put back', async () => {
    const microscope = blank();
    microscope.stage = { xUm: 3, yUm: 4 };
    const lost = new Error('lost');
    microscope.before = async (name) => {
      if (name === 'acquireFrame') throw lost;
    };
    await expect(calibrateMicroscope(await sessionOf(microscope), options)).rejects.toBe(lost);
    expect(lastCalls(microscope, 3)).toEqual(wayBack);
    expect(microscope.stage).toEqual({ xUm: 3, yUm: 4 });
  });

  it('within the dose that a place may receive exposes no frame beyond it', async () => {
    const microscope = blank();
    // 18.7 electrons/nm2 per frame.
    const running = calibrateMicroscope(await sessionOf(microscope, 60), options);
    await expect(running).rejects.toMatchObject({ tag: 'DoseBudgetExceeded' });
    const exposed = microscope.calls.filter(({ name }) => name === 'acquireFrame');
    expect(exposed).toHaveLength(3);
    expect(lastCalls(microscope, 1)).toEqual([['blankBeam', true]]);
  });

  it('with less than two places is no calibration', async () => {
    const running = calibrateMicroscope(await sessionOf(blank()), { ...options, places: 1 });
    await expect(running).rejects.toThrow(
      /places must be a whole number of at least 2. Received 1/,
    );
  });
});

describe('the shape of a stigmator matrix', () => {
  it('is told by its singular values and the sign of its determinant', () => {
    // numpy.linalg.svd([[-1.878, 3.532], [3.532, 1.878]]), and of [[3, 1], [-0.5, 2]].
    const merlin = matrixShape([
      [-1.878, 3.532],
      [3.532, 1.878],
    ]);
    expect(merlin.condition).toBeCloseTo(1, 12);
    expect(merlin.singularValues[0]).toBeCloseTo(4.0002, 4);
    expect(merlin.handedness).toBe('mirrored');
    const other = matrixShape([
      [3, 1],
      [-0.5, 2],
    ]);
    expect(other.singularValues[0]).toBeCloseTo(3.16909362, 6);
    expect(other.singularValues[1]).toBeCloseTo(2.05105963, 6);
    expect(other.handedness).toBe('direct');
  });
});
