import { describe, expect, it } from 'vitest';
import { compareReadings } from './compareReadings.ts';
import type { Answer, ValidatedPair } from './Validation.ts';

const read = (zUm: number): Answer => ({ zUm, aUm: zUm / 10, bUm: 0 });
const declined: Answer = { declined: 'nothing to see' };
const pairAt = (zUm: number, place = '1'): ValidatedPair => ({
  under: `${place}/${zUm}u`,
  over: `${place}/${zUm}o`,
  place,
  perturbationUm: 5,
  state: { zUm, aUm: 0, bUm: 0 },
});
const simulated = [9.8, 10, 10.2].map(read);

describe('compareReadings', () => {
  it('says how far a reading is off the stated state, and whether it is as simulated', () => {
    const asked = [
      { algorithm: 'right', pair: 0, real: read(10.1), simulated },
      { algorithm: 'wrong', pair: 0, real: read(14), simulated },
    ];
    const { readings, verdict } = compareReadings(asked, [pairAt(-10)], true);
    expect(readings.map(({ offKnobsUm }) => offKnobsUm)).toEqual([
      expect.closeTo(0.1, 9),
      expect.closeTo(4, 9),
    ]);
    expect(readings[0]?.simulated).toMatchObject({
      workingDistanceUm: { mean: expect.closeTo(10, 9), sd: expect.closeTo(0.2, 9) },
      aUm: { mean: expect.closeTo(1, 9) },
      declined: 0,
    });
    expect(readings.map(({ isInside }) => isInside)).toEqual([false, false]);
    expect(verdict).toBe('not predicted');
  });

  it('is predicted where R and s are within their limits', () => {
    const within = [{ algorithm: 'right', pair: 0, real: read(10.1), simulated }];
    const { readings, r, scale, verdict } = compareReadings(within, [pairAt(-10)], true);
    expect(readings[0]?.isInside).toBe(true);
    expect(r).toBeLessThan(1);
    expect(scale).toBeCloseTo(1.01, 2);
    expect(verdict).toBe('predicted');
    // The scale alone is enough to fail.
    const scaled = [{ algorithm: 'right', pair: 0, real: read(11), simulated }];
    const far = compareReadings(scaled, [pairAt(-10)], true);
    expect(far.r).toBeLessThan(1);
    expect(far.verdict).toBe('not predicted');
  });

  it('has R of each seed in place of the real frames', () => {
    const seeds = [-3, -1, 0, 1, 3].map((step) => read(10 * Math.exp(step / 100)));
    const compare = (real: Answer, simulated: readonly Answer[]) =>
      compareReadings([{ algorithm: 'm', pair: 0, real, simulated }], [pairAt(-10)], true);
    const { rOfSimulated } = compare(read(10), seeds);
    expect(rOfSimulated).toEqual(seeds.map((one, i) => compare(one, seeds.toSpliced(i, 1)).r));
    expect(rOfSimulated[4]).toBeGreaterThan(rOfSimulated[2] ?? 0);
    // Where a method declined there is no reading; the other seeds have theirs.
    expect(compare(read(10), [declined, ...seeds]).rOfSimulated).toEqual(rOfSimulated);
    // Readings that R leaves out say nothing of what chance makes of it.
    expect(compare(declined, seeds).rOfSimulated).toEqual([]);
  });

  it('compares differences of the pairs of a place where the state is inferred', () => {
    const pairs = [pairAt(-10), pairAt(-4), pairAt(-10, 'other')];
    const asked = [
      { algorithm: 'm', pair: 0, real: read(13), simulated },
      { algorithm: 'm', pair: 1, real: read(6.4), simulated },
      { algorithm: 'm', pair: 2, real: read(99), simulated },
      { algorithm: 'n', pair: 0, real: read(50), simulated },
    ];
    const { readings } = compareReadings(asked, pairs, false);
    // Errors 3 and 2.4 about their mean; one pair of a place says nothing.
    expect(readings.map(({ offKnobsUm }) => offKnobsUm)).toEqual([
      expect.closeTo(0.3, 9),
      expect.closeTo(-0.3, 9),
      null,
      null,
    ]);
  });

  it('counts what was declined, and compares no less than three readings', () => {
    const asked = [
      { algorithm: 'silent', pair: 0, real: declined, simulated },
      { algorithm: 'shy', pair: 0, real: read(10), simulated: [read(10), declined, read(11)] },
    ];
    const compared = compareReadings(asked, [pairAt(-10)], true);
    expect(compared).toMatchObject({ r: null, scale: null, verdict: 'undecided' });
    expect(compared.readings).toMatchObject([
      { offKnobsUm: null, z: null, isInside: null, simulated: { declined: 0 } },
      {
        z: null,
        isInside: null,
        simulated: { declined: 1, workingDistanceUm: null, inside: null },
      },
    ]);
  });
});
