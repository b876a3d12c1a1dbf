import { describe, expect, it } from 'vitest';
import { plainOptics, withRays } from '../testing/plainOptics.ts';
import { blurReachPx } from './blurReachPx.ts';

const gaussian = withRays('gaussian', {});
const disc = withRays('disc', {});

describe('blurReachPx', () => {
  it('is 4.5 sigma of the residual spot in focus', () => {
    const inFocus = { zUm: 0, aUm: 0, bUm: 0 };
    expect(blurReachPx(inFocus, gaussian, 10)).toBeCloseTo(1.575, 9);
    expect(blurReachPx(inFocus, disc, 10)).toBeCloseTo(1.575, 9);
  });

  it('follows the longer axis, whatever the signs', () => {
    // 8.74 mrad * (6 + 5) um = 96.14 nm
    for (const sign of [1, -1]) {
      const state = { zUm: -6 * sign, aUm: 3 * sign, bUm: -4 };
      expect(blurReachPx(state, disc, 10)).toBeCloseTo(9.614 + 1.575, 9);
      expect(blurReachPx(state, gaussian, 10)).toBeCloseTo(9.614 * 2.25 + 1.575, 9);
    }
  });

  it('adds the length of the comet, of the three-fold star, and 4.5 sigma of the foci', () => {
    const state = { zUm: 6, aUm: 0, bUm: 0 };
    const rays = { comaNm: { x: 3, y: -4 }, threeFoldNm: { x: 0, y: 2 }, sphericalNm: -1 };
    const found = blurReachPx(state, withRays('disc', rays), 1) - blurReachPx(state, disc, 1);
    expect(found).toBeCloseTo(15 + 2 + 1, 9);
    const spread = blurReachPx(state, withRays('disc', { defocusSpreadUm: 2.3548 }), 1);
    expect(spread - blurReachPx(state, disc, 1)).toBeCloseTo(8.74 * 4.5, 3);
  });

  it('of a wave counts its own lens errors, and the rings of diffraction to 1e-3', () => {
    const state = { zUm: 6, aUm: 0, bUm: 0 };
    const wave = { ...plainOptics, psf: 'wave' } as const;
    // Cs NA^3 = 1.0 nm; foci 0.4 um wide: 6.7 nm; lambda / (pi^2 NA) / 1e-3 = 367 nm
    const expected = 52.4 + 1.0 + 6.7 + 4.5 * 3.1 + 367;
    expect(Math.abs(blurReachPx(state, wave, 1) / expected - 1)).toBeLessThan(0.002);
  });
});
