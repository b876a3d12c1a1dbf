import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../fixtures/bound/bound.json' with { type: 'json' };
import type { FocusScene, Unknowns } from './FocusScene.ts';
import type { InformationMatrix } from './InformationMatrix.ts';
import {
  boundSd,
  focusInformation,
  nothingElseUnknown,
  pairFrames,
  scaleInformation,
} from './index.ts';

type WrittenScene = (typeof fixture.exact)[number]['scene'];

/** The scene of the script; its power is even in k but not isotropic. */
function sceneOf(written: WrittenScene): FocusScene {
  const { psf, convergenceMrad, residualSpotNm, width, height } = written;
  const { pixelSizeNm, pixelApertureNm, noiseVariance, frames } = written;
  const [amplitude = 0, lx = 0, ly = 0, exponent = 0] = written.power;
  return {
    optics: { psf: psf === 'disc' ? 'disc' : 'gaussian', convergenceMrad, residualSpotNm },
    frames: frames.map(([zUm = 0, aUm = 0, bUm = 0]) => ({ zUm, aUm, bUm })),
    ...{ width, height, pixelSizeNm, pixelApertureNm, noiseVariance },
    specimenPower: (kx, ky) => amplitude * (1 + (lx * kx) ** 2 + (ly * ky) ** 2) ** -exponent,
  };
}

const nuisances = ['known', 'gainUnknown', 'spectrumUnknown', 'bothUnknown'] as const;

function informationOf(written: WrittenScene, nuisance: (typeof nuisances)[number]) {
  const { ringWidthRadPerUm } = written;
  const isSpectrumKnown = nuisance === 'known' || nuisance === 'gainUnknown';
  const isGainKnown = nuisance === 'known' || nuisance === 'spectrumUnknown';
  return focusInformation(sceneOf(written), {
    spectrum: isSpectrumKnown ? 'known' : { ringWidthRadPerUm },
    gain: isGainKnown ? 'known' : 'unknown',
    pupil: 'known',
  });
}

/** Relative to the diagonal: elements off it may be 0 by symmetry. */
function expectEqual(ours: InformationMatrix, theirs: InformationMatrix, tolerance: number): void {
  for (const i of [0, 1, 2]) {
    for (const j of [0, 1, 2]) {
      const scale = Math.sqrt(theirs[i]![i]! * theirs[j]![j]!);
      expect(Math.abs(ours[i]![j]! - theirs[i]![j]!) / scale).toBeLessThan(tolerance);
    }
  }
}

const plain: FocusScene = {
  optics: { psf: 'gaussian', convergenceMrad: 8.74, residualSpotNm: 3.5 },
  frames: pairFrames({ zUm: 0, aUm: 0, bUm: 0 }, 5),
  width: 64,
  height: 64,
  pixelSizeNm: 10,
  pixelApertureNm: 0,
  specimenPower: (kx, ky) => 60 / (1 + 0.0036 * (kx * kx + ky * ky)),
  noiseVariance: 1,
};
const unitMatrix = [
  [1, 0],
  [0, 1],
] as [[number, number], [number, number]];

describe('the information on focus and stigmators', () => {
  it.each(fixture.exact.map((one, i) => [i, one] as const))(
    'is that of the covariance of all pixels written out (%i), displacements unknown',
    (_, { scene, ...theirs }) => {
      for (const nuisance of nuisances) {
        // Their derivatives are differences, good to 1e-8.
        expectEqual(informationOf(scene, nuisance), theirs[nuisance], 1e-6);
      }
    },
  );

  it.each(fixture.sums.map((one, i) => [i, one] as const))(
    'is the sum over half the plane of pictures of ordinary size (%i)',
    (_, { scene, ...theirs }) => {
      for (const nuisance of nuisances) {
        // The table of the disc is good to 1e-7.
        expectEqual(informationOf(scene, nuisance), theirs[nuisance], 1e-6);
      }
    },
  );

  it('is no less for more frames, and no more for more unknowns', () => {
    // Whole steps: what is all but unknown, as of 1e-50 um, drowns in the rounding of the rest.
    const level = fc.integer({ min: -80, max: 80 }).map((steps) => steps / 10);
    const aberration = fc.record({ zUm: level, aUm: level, bUm: level });
    const psf = fc.constantFrom('gaussian' as const, 'disc' as const);
    fc.assert(
      fc.property(fc.array(aberration, { minLength: 2, maxLength: 4 }), psf, (frames, shape) => {
        const scene = { ...plain, width: 32, height: 32, frames };
        const optics = { ...plain.optics, psf: shape };
        const z = (given: FocusScene, unknowns = nothingElseUnknown) =>
          boundSd(focusInformation({ ...given, optics }, unknowns), unitMatrix).workingDistanceUm;
        const all = z(scene);
        expect(z({ ...scene, frames: frames.slice(0, -1) })).toBeGreaterThanOrEqual(
          all * (1 - 1e-9),
        );
        const rings = { ringWidthRadPerUm: 20 };
        for (const unknowns of [
          { ...nothingElseUnknown, gain: 'unknown' } as const,
          { ...nothingElseUnknown, spectrum: rings } as const,
          { ...nothingElseUnknown, pupil: 'byEvidence' } as const,
          { spectrum: rings, gain: 'unknown', pupil: 'known' } as const,
        ]) {
          expect(z(scene, unknowns)).toBeGreaterThanOrEqual(all * (1 - 1e-9));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('costs nothing not to know the pupil where the frames tell, and the whole difference where they do not', () => {
    const unknowns = { ...nothingElseUnknown, pupil: 'byEvidence' } as const;
    const frames = pairFrames({ zUm: 3, aUm: 1, bUm: -1 }, 5);
    const sdAt = (factor: number, given: Unknowns) =>
      boundSd(scaleInformation(focusInformation({ ...plain, frames }, given), factor), unitMatrix);
    const loud = sdAt(1e4, unknowns).workingDistanceUm;
    expect(loud / sdAt(1e4, nothingElseUnknown).workingDistanceUm).toBeCloseTo(1, 6);
    const faint = sdAt(1e-6, unknowns).workingDistanceUm;
    expect(faint).toBeGreaterThan(sdAt(1e-6, nothingElseUnknown).workingDistanceUm);
  });

  it('depends on the signal-to-noise ratio and the area alone', () => {
    const { specimenPower } = plain;
    const all = focusInformation(plain, nothingElseUnknown);
    const louder = focusInformation(
      { ...plain, noiseVariance: 9, specimenPower: (kx, ky) => 9 * specimenPower(kx, ky) },
      nothingElseUnknown,
    );
    expectEqual(louder, all, 1e-12);
    const larger = focusInformation({ ...plain, width: 256, height: 128 }, nothingElseUnknown);
    expectEqual(
      larger,
      all.map((row) => row.map((value) => 8 * value)),
      0.03,
    );
  });

  it('turns with the specimen: astigmatism at 45 degrees is seen through the other component', () => {
    const along = focusInformation(
      { ...plain, specimenPower: (kx) => 100 / (1 + 0.01 * kx * kx) },
      nothingElseUnknown,
    );
    const across = focusInformation(
      { ...plain, specimenPower: (_, ky) => 100 / (1 + 0.01 * ky * ky) },
      nothingElseUnknown,
    );
    expect(Math.abs(along[0]![1]!)).toBeGreaterThan(0.01 * along[0]![0]!);
    // A quarter turn: a changes its sign, and with it what a and z have in common.
    expect(across[0]![1]!).toBeCloseTo(-along[0]![1]!, 6);
    expect(across[0]![0]!).toBeCloseTo(along[0]![0]!, 6);
  });

  it('is none where there is no specimen', () => {
    const nothing = focusInformation({ ...plain, specimenPower: () => 0 }, nothingElseUnknown);
    expect(nothing.flat().every((value) => value === 0)).toBe(true);
  });

  it.each([
    [{ frames: [] }, 'frames must hold at least 1 aberration. Received 0'],
    [{ width: 0.5 }, 'width must be a whole number of at least 1 px. Received 0.5'],
    [{ pixelSizeNm: 0 }, 'pixelSizeNm must be > 0 nm. Received 0'],
    [{ pixelApertureNm: -1 }, 'pixelApertureNm must be >= 0 nm. Received -1'],
    [{ noiseVariance: 0 }, 'noiseVariance must be > 0. Received 0'],
  ])('is refused for %o', (change, message) => {
    expect(() => focusInformation({ ...plain, ...change }, nothingElseUnknown)).toThrow(message);
  });

  it('is refused for rings without width', () => {
    expect(() =>
      focusInformation(plain, { ...nothingElseUnknown, spectrum: { ringWidthRadPerUm: 0 } }),
    ).toThrow('ringWidthRadPerUm must be > 0 rad/um. Received 0');
  });
});

describe('an efficient estimator', () => {
  const byScript = fixture.estimates.map(({ scene, ...rms }) => ({ scene, rms }));
  it.each(byScript.map((one, i) => [i, one] as const))(
    'of the script, maximum likelihood, reaches the bound within 10 %% (%i)',
    (_, { scene, rms }) => {
      // A root mean square of `draws` errors scatters by 1/sqrt(2 draws): 10 % is four times that.
      expect(1 / Math.sqrt(2 * fixture.draws)).toBeLessThanOrEqual(0.025);
      for (const nuisance of ['known', 'bothUnknown'] as const) {
        const bound = boundSd(informationOf(scene, nuisance), unitMatrix);
        [bound.workingDistanceUm, bound.stigmatorX, bound.stigmatorY].forEach((sd, i) => {
          const reached = (rms[nuisance][i] ?? 0) / sd;
          expect(reached).toBeGreaterThan(0.9);
          expect(reached).toBeLessThan(1.1);
        });
      }
    },
  );
});
