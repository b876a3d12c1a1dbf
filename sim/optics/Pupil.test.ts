import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealFft2 } from '../../harness/numeric/index.ts';
import { withRays } from '../testing/plainOptics.ts';
import { probeCovariance } from '../testing/probeCovariance.ts';
import type { Optics } from './Optics.ts';
import { pupilOf, sharpestZUm } from './Pupil.ts';
import { transferFunction } from './transferFunction.ts';

const inFocus = { zUm: 0, aUm: 0, bUm: 0 };

/** Power that the probe leaves of white structure, up to the Nyquist frequency of 10 nm pixels. */
function contrast(optics: Optics, zUm: number): number {
  const spectrum = new RealFft2(64, 64).createSpectrum();
  transferFunction(spectrum, 10, { ...inFocus, zUm }, optics);
  return spectrum.data.reduce((sum, value) => sum + value * value, 0);
}

describe('sharpestZUm', () => {
  it('is where rays traced one by one scatter least', () => {
    const size = fc.double({ min: -8, max: 8, noNaN: true });
    const vector = fc.record({ x: size, y: size });
    const spherical = fc.double({ min: 0.1, max: 20, noNaN: true });
    const weight = fc.double({ min: -0.4, max: 0.4, noNaN: true });
    fc.assert(
      fc.property(
        vector,
        vector,
        spherical,
        weight,
        (comaNm, threeFoldNm, sphericalNm, pupilWeight) => {
          const even = { sphericalNm, pupilWeight, defocusSpreadUm: 0.4 };
          const optics = withRays('disc', { comaNm, threeFoldNm, ...even });
          const zUm = sharpestZUm(pupilOf(optics));
          const spread = (z: number) => {
            const { xx, yy } = probeCovariance({ ...inFocus, zUm: z }, optics);
            return xx + yy;
          };
          const [least, before, after] = [spread(zUm), spread(zUm - 0.3), spread(zUm + 0.3)];
          expect(least).toBeLessThan(Math.min(before, after));
          expect(Math.abs(before - after)).toBeLessThan(0.01 * (before - least));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['rays', withRays('disc', { sphericalNm: 1, pupilWeight: -0.2, defocusSpreadUm: 0.4 })],
    ['a wave', { ...withRays('disc', {}), psf: 'wave' as const }],
  ])(
    'is within 0.025 um of where structure of 10 nm pixels keeps most contrast: %s',
    (_, optics) => {
      const steps = Array.from({ length: 61 }, (_, i) => -0.3 + i * 0.01);
      const best = steps.reduce((most, z) =>
        contrast(optics, z) > contrast(optics, most) ? z : most,
      );
      expect(best).toBeLessThan(-0.03);
      expect(Math.abs(best - sharpestZUm(pupilOf(optics)))).toBeLessThan(0.025);
    },
  );

  it('is 0 without spherical aberration', () => {
    expect(sharpestZUm(pupilOf(withRays('disc', { pupilWeight: 0.3 })))).toBeCloseTo(0, 12);
  });
});
