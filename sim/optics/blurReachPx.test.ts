import { describe, expect, it } from 'vitest';
import { blurReachPx } from './blurReachPx.ts';

const gaussian = { psf: 'gaussian', convergenceMrad: 8.74, residualSpotNm: 3.5 } as const;
const disc = { ...gaussian, psf: 'disc' } as const;

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
});
