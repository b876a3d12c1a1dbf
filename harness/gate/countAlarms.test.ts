import { beforeAll, describe, expect, it } from 'vitest';
import { countAlarms, reseeded } from './countAlarms.ts';
import type { GateRules } from './gateRules.ts';
import { loadGateRules } from './loadGateRules.ts';
import { syntheticRun } from './testing/syntheticRun.ts';

let release: GateRules;
beforeAll(async () => {
  release = await loadGateRules();
});
const resampling = { seed: 1, resamples: 150 };

describe('the release gate among models that are equally good', () => {
  it('fails at most at the stated rate where the models have errors of their own', () => {
    const runs = Array.from({ length: 12 }, (_, luck) =>
      syntheticRun({ name: `run ${luck}`, luck, own: 0.7 }),
    );
    const count = countAlarms(runs, release, { resampling });
    expect(count.comparisons).toBe(12);
    // At 5 % more than 2 of 12 would be seen once in 50 studies.
    expect(count.failed).toBeLessThanOrEqual(2);
    expect(count.undecided).toBeLessThanOrEqual(2);
    expect(count.failureRateAtMost).toBeLessThan(0.5);
  });

  it('and where one model meets other specimens, starts and noise in every run', () => {
    const runs = Array.from({ length: 12 }, (_, seed) =>
      syntheticRun({ name: `run ${seed}`, seed: seed + 1 }),
    );
    const count = countAlarms(runs, release, { resampling, pairBy: reseeded });
    const kinds = new Set(count.outcomes.map(({ verdict }) => verdict));
    expect(kinds).not.toEqual(new Set(['evidence-missing']));
    expect(count.failed + count.undecided).toBeLessThanOrEqual(2);
  });
});

describe('countAlarms', () => {
  it('names the sides and rows of whatever fails', () => {
    const runs = [1, 2, 3].map((luck) => syntheticRun({ name: `run ${luck}`, luck }));
    const [first, second, third] = runs;
    if (!first || !second || !third) throw new Error('no runs');
    const worse = syntheticRun({ name: 'worse', luck: 4, scale: 3 });
    const count = countAlarms([first, second, third, worse], release, { resampling });
    expect(count).toMatchObject({ comparisons: 4, failed: 1 });
    expect(count.outcomes.filter(({ verdict }) => verdict === 'fail')).toMatchObject([
      { base: 'run 3', candidate: 'worse' },
    ]);
    expect(count.outcomes[2]?.rows).toContain('focalErrorUm, all: fail');
  });

  it('of two runs makes one comparison; fewer are no study', () => {
    const [a, b] = [syntheticRun(), syntheticRun({ luck: 2 })];
    expect(countAlarms([a, b], release, { resampling }).comparisons).toBe(1);
    expect(() => countAlarms([a], release)).toThrow('a study needs 2 runs. Received 1');
  });

  it('allows for what so few comparisons cannot exclude', () => {
    const runs = Array.from({ length: 20 }, () => syntheticRun({ places: 2 }));
    const few = countAlarms(runs, { ...release, rules: release.rules.slice(11) }, { resampling });
    // No failure in 20: the rule of three with 95 % two-sided.
    expect(few.failed).toBe(0);
    expect(few.failureRateAtMost).toBeCloseTo(1 - 0.025 ** (1 / 20), 6);
  });
});
