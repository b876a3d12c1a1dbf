import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probeTransfer } from './probeTransfer.ts';

const shapes = ['gaussian', 'disc'] as const;

function transferAt(
  psf: (typeof shapes)[number],
  [zUm, aUm, bUm]: readonly [number, number, number],
  kx: number,
  ky: number,
): number[] {
  const out = new Float64Array(4);
  const optics = { psf, convergenceMrad: 10, residualSpotNm: 3 };
  probeTransfer(optics, { zUm, aUm, bUm }, kx, ky, out);
  return [...out];
}

/** x, 2 J1(x)/x and its derivative, from SciPy. */
const discValues = [
  [0.05, 0.99968753255, -0.01249739603678],
  [0.2, 0.995008326392, -0.04983354152784],
  [0.24999, 0.992208440321, -0.06217265322168],
  [0.25001, 0.992207196818, -0.06217757535062],
  [1, 0.88010117149, -0.2298069698638],
  [3, 0.226039305684, -0.32406084039059],
  [8, 0.058659086713, 0.02824793010602],
] as const;

describe('the transfer function of the probe', () => {
  it.each(discValues)('of a disc is 2 J1(x)/x, with its slope (x = %f)', (x, value, slope) => {
    // NA 10 mrad, k = 20 rad/um along x: x = 0.2 z.
    const [m = 0, dz = 0] = transferAt('disc', [x / 0.2, 0, 0], 20, 0);
    const spot = Math.exp(-((0.003 * 20) ** 2) / 2);
    expect(m / spot).toBeCloseTo(value, 9);
    expect(Math.abs(dz / spot / 0.2 / slope - 1)).toBeLessThan(2e-7);
  });

  it('of a Gaussian has the second moments NA^2/4 M M^T, worked out by hand', () => {
    // M k = ((z - a) kx - b ky, (z + a) ky - b kx) = (4 * 10 - 1 * 20, 6 * 20 - 1 * 10).
    const [m = 0] = transferAt('gaussian', [5, 1, 1], 10, 20);
    const spot = Math.exp((-(0.003 ** 2) * 500) / 2);
    expect(m).toBeCloseTo(spot * Math.exp((-1e-4 * (20 ** 2 + 110 ** 2)) / 8), 12);
  });

  it('has the derivatives that its differences have', () => {
    const um = fc.double({ min: -9, max: 9, noNaN: true });
    const k = fc.double({ min: -150, max: 150, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...shapes), um, um, um, k, k, (psf, z, a, b, kx, ky) => {
        const [, ...derivatives] = transferAt(psf, [z, a, b], kx, ky);
        derivatives.forEach((derivative, i) => {
          const step = 1e-3;
          const moved = (by: number) => {
            const at: [number, number, number] = [z, a, b];
            at[i] = (at[i] ?? 0) + by;
            return transferAt(psf, at, kx, ky)[0] ?? 0;
          };
          const difference = (moved(step) - moved(-step)) / (2 * step);
          // The third derivative is at most (NA k)^3, and the table of the disc good to 1e-9.
          expect(Math.abs(derivative - difference)).toBeLessThan(1e-5);
        });
      }),
    );
  });
});
