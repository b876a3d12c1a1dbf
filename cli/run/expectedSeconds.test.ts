import { describe, expect, it } from 'vitest';
import { expectedSeconds } from './expectedSeconds.ts';

const seconds = (name: string, frames: number, megapixels: number, parameters = {}): number =>
  expectedSeconds(
    { algorithm: { name, version: '1', parameters } },
    { frames, pixels: megapixels * 1e6 },
  );

describe('expectedSeconds', () => {
  it('grows with frames and pixels', () => {
    expect(seconds('mapfost', 4, 3)).toBeGreaterThan(seconds('mapfost', 2, 3));
    expect(seconds('mapfost', 2, 6)).toBeGreaterThan(seconds('mapfost', 2, 3));
  });

  it('knows a slow algorithm from a quick one', () => {
    expect(seconds('deepscore-512', 40, 30)).toBeGreaterThan(5 * seconds('spectral', 40, 30));
  });

  it('goes with the number of patches of a network', () => {
    const of = (patches: number) => seconds('deepscore-512', 40, 0, { patches });
    expect(of(10)).toBe(seconds('deepscore-512', 40, 0));
    expect(of(2)).toBeLessThan(of(10) / 3);
  });

  it('has an answer for an algorithm without a measured time', () => {
    expect(seconds('exec:mine.py', 12, 9)).toBeGreaterThan(seconds('spectral', 12, 9));
    expect(seconds('constructor', 12, 9)).toBe(seconds('exec:mine.py', 12, 9));
  });
});
