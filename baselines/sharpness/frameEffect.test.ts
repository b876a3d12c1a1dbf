import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import fixtures from './fixtures/sharpness/sharpness.json' with { type: 'json' };
import { frameEffect, significantEffect } from './frameEffect.ts';

/** A series of frames without any effect: tiles that differ, and noise. */
function nothing(seed: number, frames: number, tiles: number): number[][] {
  const random = new RandomStream(seed, 'noise');
  const structure = Array.from({ length: tiles }, () => 5 * random.normal());
  return Array.from({ length: frames }, () => structure.map((value) => value + random.normal()));
}

describe('frameEffect', () => {
  it.each(fixtures.series)('is what the F distribution of SciPy says: $effect', (series) => {
    // The cube-root approximation is good to a tenth far out in the tail.
    const tolerance = 0.05 + 0.1 * Math.abs(series.effect);
    expect(Math.abs(frameEffect(series.frames) - series.effect)).toBeLessThan(tolerance);
  });

  it('does not take noise for an effect in a thousand series', () => {
    const effects = Array.from({ length: 1000 }, (_, seed) => frameEffect(nothing(seed, 5, 12)));
    expect(effects.filter((effect) => effect > significantEffect)).toEqual([]);
    expect(effects.filter((effect) => effect > 1.645).length).toBeGreaterThan(20);
    expect(effects.filter((effect) => effect > 1.645).length).toBeLessThan(90);
  });

  it('does not change with what tiles have of their own: an offset in noise, a factor above it', () => {
    const noisy = nothing(1, 4, 6).map((tiles, i) => tiles.map((value) => value + i - 10));
    const offset = noisy.map((tiles) => tiles.map((value, tile) => 7 * (value - 100 * tile)));
    expect(frameEffect(offset)).toBeCloseTo(frameEffect(noisy), 6);
    const clear = nothing(1, 4, 6).map((tiles, i) => tiles.map((value) => 40 + value + i));
    const scaled = clear.map((tiles) => tiles.map((value, tile) => 3 ** tile * value));
    expect(frameEffect(scaled)).toBeCloseTo(frameEffect(clear), 6);
  });

  it('is nothing for frames without any scatter, and refuses what is no series', () => {
    const flat = [
      [3, 3],
      [3, 3],
    ];
    expect(frameEffect(flat)).toBe(0);
    expect(() => frameEffect([[1, 2]])).toThrow(/at least 2 lists.*Received lists of 2/);
    expect(() => frameEffect([[1, 2], [1]])).toThrow(/Received lists of 2, 1/);
  });
});
