import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../numeric/index.ts';
import { interquartileMean } from './interquartileMean.ts';
import { mean } from './mean.ts';
import { type Samples, stratifiedBootstrap } from './stratifiedBootstrap.ts';

interface End {
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}
type Case = 'weightedStrata' | 'pairedIqm' | 'unpairedIqm';

const oracle: {
  readonly strata: number[][];
  readonly base: number[];
  readonly candidate: number[];
  readonly bootstraps: Record<'percentile' | 'bca', Record<Case, End>>;
} = JSON.parse(
  readFileSync(new URL('./fixtures/inference/inference.json', import.meta.url), 'utf8'),
);
/** The mean of strata of these weights. */
const weighted = (weights: readonly number[]) => (strata: Samples<number>) =>
  strata.reduce((sum, stratum, i) => sum + weights[i]! * mean(stratum), 0) /
  weights.reduce((sum, weight) => sum + weight, 0);
const stream = (seed = 1) => new RandomStream(seed, 'bootstrap');

/** An end of 10 000 resamples lies within about 0.03 standard errors (one SD); four allowed. */
function agrees(
  { interval, standardError }: ReturnType<typeof stratifiedBootstrap>,
  expected: End,
): void {
  const allowed = 0.12 * expected.standardError;
  expect(Math.abs(interval.low - expected.low)).toBeLessThan(allowed);
  expect(Math.abs(interval.high - expected.high)).toBeLessThan(allowed);
  expect(standardError / expected.standardError).toBeCloseTo(1, 1);
}

describe.each(['percentile', 'bca'] as const)('stratifiedBootstrap, %s', (method) => {
  it('of weighted strata agrees with SciPy', () => {
    const statistic = weighted([2, 1, 1]);
    const result = stratifiedBootstrap({
      samples: oracle.strata,
      statistic,
      method,
      random: stream(),
    });
    agrees(result, oracle.bootstraps[method].weightedStrata);
  });

  it('of a paired difference of interquartile means agrees with SciPy', () => {
    const pairs = oracle.base.map((base, i) => ({ base, candidate: oracle.candidate[i] ?? 0 }));
    const statistic = ([units = []]: Samples<(typeof pairs)[number]>) =>
      interquartileMean(units.map(({ candidate }) => candidate)) -
      interquartileMean(units.map(({ base }) => base));
    const result = stratifiedBootstrap({ samples: [pairs], statistic, method, random: stream() });
    agrees(result, oracle.bootstraps[method].pairedIqm);
  });

  it('of an unpaired difference agrees with SciPy', () => {
    const statistic = ([base = [], candidate = []]: Samples<number>) =>
      interquartileMean(candidate) - interquartileMean(base);
    const samples = [oracle.base, oracle.candidate];
    const result = stratifiedBootstrap({ samples, statistic, method, random: stream() });
    agrees(result, oracle.bootstraps[method].unpairedIqm);
  });
});

describe('stratifiedBootstrap', () => {
  const options = (seed?: number) =>
    ({
      samples: oracle.strata,
      statistic: weighted([1, 1, 1]),
      method: 'bca',
      random: stream(seed),
      resamples: 500,
    }) as const;

  it('gives the same bytes in another process, and others with another seed', () => {
    const here = JSON.stringify(stratifiedBootstrap(options()));
    const program = `
      import { readFileSync } from 'node:fs';
      import { RandomStream } from ${JSON.stringify(new URL('../numeric/index.ts', import.meta.url).href)};
      import { mean, stratifiedBootstrap } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const samples = JSON.parse(readFileSync(0, 'utf8'));
      const random = new RandomStream(1, 'bootstrap');
      const statistic = (strata) => strata.reduce((sum, stratum) => sum + mean(stratum), 0) / 3;
      const result = stratifiedBootstrap({ samples, statistic, method: 'bca', random, resamples: 500 });
      process.stdout.write(JSON.stringify(result));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { input: JSON.stringify(oracle.strata), encoding: 'utf8' },
    );
    expect({ stdout, stderr }).toEqual({ stdout: here, stderr: '' });
    expect(JSON.stringify(stratifiedBootstrap(options(2)))).not.toBe(here);
  });

  it('keeps the size of every stratum', () => {
    const sizes = new Set<string>();
    stratifiedBootstrap({
      ...options(),
      statistic: (samples) => {
        sizes.add(samples.map((sample) => sample.length).join());
        return 0;
      },
      method: 'percentile',
    });
    expect([...sizes]).toEqual(['40,25,60']);
  });

  it('draws a cluster as a whole', () => {
    const clusters = [
      [1, -1],
      [5, -5],
      [9, -9],
    ];
    const { interval } = stratifiedBootstrap({
      ...options(),
      samples: [clusters],
      statistic: ([units = []]) => mean(units.flat()),
    });
    expect(interval).toEqual({ low: 0, high: 0 });
  });

  it('has no width and no p where all is the same, and a small p where nothing reaches 0', () => {
    const same = stratifiedBootstrap({ ...options(), samples: [[0, 0, 0]] });
    expect(same).toMatchObject({ interval: { low: 0, high: 0 }, pValue: 1 });
    expect(stratifiedBootstrap(options()).pValue).toBe(2 / 501);
  });

  it('carries infinite values to the ends', () => {
    const statistic = ([sample = []]: Samples<number>) => Math.max(...sample);
    const { interval } = stratifiedBootstrap({
      ...options(),
      samples: [[1, 2, Infinity]],
      statistic,
    });
    expect(interval.high).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses what it cannot resample', () => {
    expect(() => stratifiedBootstrap({ ...options(), samples: [] })).toThrow('at least 1 sample');
    expect(() => stratifiedBootstrap({ ...options(), samples: [[1], []] })).toThrow(
      'sample 1 must not be empty',
    );
    expect(() => stratifiedBootstrap({ ...options(), statistic: () => Number.NaN })).toThrow(
      'the statistic must be a number. Received NaN',
    );
    expect(() => stratifiedBootstrap({ ...options(), resamples: 0 })).toThrow('resamples must be');
  });
});
