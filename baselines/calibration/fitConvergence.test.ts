import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticPair } from '../../harness/algorithm/testing/syntheticPair.ts';
import { fitConvergence, type MovedPair } from './fitConvergence.ts';

const convergenceMrad = 8.74;

/** Pairs of one synthetic specimen, 0.4 um out of focus and astigmatic, at known offsets. */
function moves(psf: 'gaussian' | 'disc', seed: number): MovedPair[] {
  return [-3, -1.5, 1.5, 3].map((offsetUm) => ({
    offsetUm,
    pair: syntheticPair({
      aberration: { zUm: offsetUm + 0.4, aUm: 0.5, bUm: -0.7 },
      optics: { convergenceMrad, psf },
      width: 320,
      height: 256,
      counts: 800,
      seed,
    }),
  }));
}

const still = { x: 0, y: 0 };

describe.each(['gaussian', 'disc'] as const)('the angle of a %s probe', (psf) => {
  let places: MovedPair[][] = [];
  beforeAll(() => {
    places = [moves(psf, 1), moves(psf, 2)];
  });

  it.each([0.5, 2])('is found from a guess wrong by a factor of %d', async (factor) => {
    const found = await fitConvergence(
      places,
      { psf, imageShiftNmPerUm: still },
      factor * convergenceMrad,
    );
    expect(Math.abs(found.convergenceMrad / convergenceMrad - 1)).toBeLessThan(0.03);
    expect(Math.abs(found.centreUm - 0.4)).toBeLessThan(0.15);
    expect(found.sdMrad).toBeGreaterThan(0);
    expect(found.sdMrad).toBeLessThan(0.3);
  });
});

describe('estimates that answer the moves', () => {
  const optics = { psf: 'gaussian', imageShiftNmPerUm: still } as const;

  it('the wrong way round are refused', async () => {
    const exchanged = moves('gaussian', 1).map(({ offsetUm, pair }) => ({
      offsetUm,
      pair: { ...pair, under: pair.over, over: pair.under },
    }));
    await expect(fitConvergence([exchanged], optics, convergenceMrad)).rejects.toMatchObject({
      tag: 'CalibrationError',
      message: expect.stringMatching(
        /^the estimates have the wrong sign: they change by -[01]\.\d\d/,
      ),
      hint: expect.stringMatching(/exchanged/),
    });
  });

  it('not at all are refused', async () => {
    const [first] = moves('gaussian', 1);
    if (first === undefined) throw new Error('no moves');
    const stuck = [-3, -1.5, 1.5, 3].map((offsetUm) => ({ ...first, offsetUm }));
    await expect(fitConvergence([stuck], optics, convergenceMrad)).rejects.toMatchObject({
      message: expect.stringMatching(/^the estimates do not follow the working distance: /),
    });
  });
});
