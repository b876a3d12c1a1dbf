import { describe, expect, it } from 'vitest';
import { addFocus } from '../../harness/microscope/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { PackageCalibration, PackageEstimate } from './PublishedPackage.ts';
import { packageEntry } from './packageEntry.ts';
import { patchGrid } from './patchGrid.ts';

const calibration: PackageCalibration = {
  numAperture: 2e-3,
  stigRotDeg: 30,
  stigScaleUmPerUnit: 4,
  handedness: -1,
  useBessel: false,
};

/** The first step of the loop, with a package that answers this. */
async function firstStep(estimate: PackageEstimate) {
  const microscope = new ScriptedMicroscope();
  const start = microscope.focus;
  const published = { estimate: async () => estimate };
  const { create } = packageEntry(published, calibration, patchGrid(64, 64, 32, 2), 4);
  const steps = create().run({
    microscope,
    frame: { width: 64, height: 64, pixelSizeNm: 10, dwellTimeNs: 200 },
    calibration: {
      convergenceMrad: 8,
      stigmatorMatrixUmPerUnit: [
        [4, 0],
        [0, 4],
      ],
      imageShiftNmPerUm: { x: 0, y: 0 },
      residualSpotNm: 2,
      psf: 'gaussian',
    },
    random: new RandomStream(1, 'algorithm', 0),
    signal: new AbortController().signal,
    clock: { nowMs: () => 0 },
  });
  for await (const step of steps) return { step, start, end: microscope.focus };
  throw new Error('no step');
}

describe('packageEntry', () => {
  it('subtracts the mean of the patches that succeeded, the second stigmator counted backwards', async () => {
    const { step, start, end } = await firstStep({
      states: [{ zUm: 4, x: 1, y: 2 }, undefined, { zUm: 6, x: 2, y: 4 }],
      ms: [50, 1, 52],
      cpuMs: [40, 1, 40],
    });
    const expected = { workingDistanceUm: -5, stigmatorX: -1.5, stigmatorY: 3 };
    expect(step.correction).toEqual(expected);
    expect(end).toEqual(addFocus(start, expected));
    expect(step.diagnostics).toEqual({ packageMs: 103 });
  });

  it('stays where it is where every patch failed', async () => {
    const { step, start, end } = await firstStep({
      states: [undefined, undefined],
      ms: [1, 1],
      cpuMs: [1, 1],
    });
    expect(step.declined).toBe('the package could estimate none of the patches');
    expect(end).toEqual(start);
  });
});

describe('patchGrid', () => {
  it('lays 4 x 768 px over a full frame as our own estimators and SBEMimage do', () => {
    expect(patchGrid(2048, 1536, 768, 2).map(({ x, y }) => [x, y])).toEqual([
      [128, 0],
      [1152, 0],
      [128, 768],
      [1152, 768],
    ]);
  });

  it('refuses patches that would overlap', () => {
    expect(() => patchGrid(1024, 768, 512, 2)).toThrow('2 patches of 512 px must fit along 768 px');
  });
});
