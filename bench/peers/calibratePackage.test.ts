import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { FocusState } from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import { calibratePackage } from './calibratePackage.ts';
import type { PublishedPackage } from './PublishedPackage.ts';

interface Instrument {
  readonly aperture: number;
  readonly umPerUnit: number;
  readonly turnDeg: number;
  readonly isMirrored: boolean;
}

/** A package that sees what was induced, in the axes and units of an instrument of its own. */
function fakePackage(instrument: Instrument) {
  const offsets = new Map<PerturbedPair, Partial<FocusState>>();
  const pixels = greyPixels(new Uint8Array(1), 1, 1);
  return {
    pairAt: async (offset: Partial<FocusState>) => {
      const pair = { under: pixels, over: pixels, pixelSizeNm: 10, perturbationUm: 4 };
      offsets.set(pair, offset);
      return pair;
    },
    published: {
      async estimate(pair, _patches, { numAperture, stigRotDeg, stigScaleUmPerUnit }) {
        const { workingDistanceUm = 0, stigmatorX = 0, stigmatorY = 0 } = offsets.get(pair) ?? {};
        const scale = (instrument.aperture / numAperture) ** 2;
        // Astigmatism turns by twice the angle, against the axes.
        const angle = ((instrument.turnDeg - 2 * stigRotDeg) * Math.PI) / 180;
        const [x, y] = [stigmatorX, instrument.isMirrored ? -stigmatorY : stigmatorY];
        const length = (scale * instrument.umPerUnit) / stigScaleUmPerUnit;
        const state = {
          zUm: scale * workingDistanceUm,
          x: length * (x * Math.cos(angle) - y * Math.sin(angle)),
          y: length * (x * Math.sin(angle) + y * Math.cos(angle)),
        };
        return { states: [state, undefined], ms: [1, 1], cpuMs: [1, 1] };
      },
    } satisfies Pick<PublishedPackage, 'estimate'>,
  };
}

describe('calibratePackage', () => {
  it('finds aperture, scale, rotation and handedness of any instrument', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 1.5e-3, max: 4e-3, noNaN: true }),
        fc.double({ min: 0.5, max: 10, noNaN: true }),
        fc.double({ min: -175, max: 175, noNaN: true }),
        fc.boolean(),
        async (aperture, umPerUnit, turnDeg, isMirrored) => {
          const { published, pairAt } = fakePackage({ aperture, umPerUnit, turnDeg, isMirrored });
          const { calibration, closure } = await calibratePackage(published, pairAt, [], true);
          expect(calibration.numAperture).toBeCloseTo(aperture, 6);
          expect(calibration.stigScaleUmPerUnit).toBeCloseTo(umPerUnit, 6);
          expect(calibration.stigRotDeg).toBeCloseTo(turnDeg / 2, 6);
          expect(calibration.handedness).toBe(isMirrored ? -1 : 1);
          expect(calibration.useBessel).toBe(true);
          expect(closure.workingDistance).toBeCloseTo(1, 6);
          expect(closure.stigmators).toBeCloseTo(1, 6);
        },
      ),
      { numRuns: 50 },
    );
  });

  const instrument = { aperture: 2e-3, umPerUnit: 4, turnDeg: 30, isMirrored: true };

  it('refuses a package that has the sign of the working distance wrong', async () => {
    const { published, pairAt } = fakePackage(instrument);
    const swapped = (offset: Partial<FocusState>) =>
      pairAt({ ...offset, workingDistanceUm: -(offset.workingDistanceUm ?? 0) });
    await expect(calibratePackage(published, swapped, [], false)).rejects.toThrow(
      'the package takes +8 um for -2 um: the sign is wrong',
    );
  });

  it('refuses a package that does not give back what was induced', async () => {
    const { published, pairAt } = fakePackage(instrument);
    const moved = async (offset: Partial<FocusState>) => {
      // Two stigmators that do the same.
      const { stigmatorX = 0, stigmatorY = 0 } = offset;
      return pairAt({ ...offset, stigmatorY: stigmatorX + 0.1 * stigmatorY });
    };
    await expect(calibratePackage(published, moved, [], false)).rejects.toThrow(
      /^the calibrated package misses what was induced by \d+ %, more than 25 %$/,
    );
  });
});
