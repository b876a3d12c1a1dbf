import { describe, expect, it } from 'vitest';
import { interpolationKernel, leadingTaps, phasesPerPx, taps } from './interpolationKernel.ts';

const kernel = interpolationKernel();

/** Largest error of an interpolated sine of unit amplitude below a share of the Nyquist frequency. */
function errorUpTo(nyquistShare: number, phase: number): number {
  let largest = 0;
  for (let k = 0; k <= nyquistShare * Math.PI + 1e-9; k += 0.01 * Math.PI) {
    let [re, im] = [-Math.cos((k * phase) / phasesPerPx), -Math.sin((k * phase) / phasesPerPx)];
    for (let tap = 0; tap < taps; tap++) {
      const weight = kernel[phase * taps + tap]!;
      re += weight * Math.cos(k * (tap - leadingTaps));
      im += weight * Math.sin(k * (tap - leadingTaps));
    }
    largest = Math.max(largest, Math.hypot(re, im));
  }
  return largest;
}

describe('interpolation kernel', () => {
  it('does nothing at phase 0 and keeps a flat field at any', () => {
    expect([...kernel.subarray(0, taps)]).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
    for (let phase = 0; phase < phasesPerPx; phase++) {
      const weights = kernel.subarray(phase * taps, (phase + 1) * taps);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    }
  });

  it.each([
    { upTo: 0.5, half: 0.004, tenth: 0.002 },
    { upTo: 0.6, half: 0.005, tenth: 0.002 },
    { upTo: 0.7, half: 0.08, tenth: 0.03 },
  ])('is as true as stated up to $upTo of the Nyquist frequency', ({ upTo, half, tenth }) => {
    const errors = Array.from({ length: phasesPerPx }, (_, phase) => errorUpTo(upTo, phase));
    expect(Math.max(...errors)).toBeLessThan(half);
    expect(errorUpTo(upTo, Math.round(phasesPerPx / 10))).toBeLessThan(tenth);
    // And no better than half of what is stated: the statement is not idle.
    expect(Math.max(...errors)).toBeGreaterThan(0.5 * half);
  });
});
