import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { mean } from '../../harness/statistics/index.ts';
import type { ImperfectionLevels } from '../presets/imperfections.ts';
import { noImperfections } from '../testing/noImperfections.ts';
import { brownianPath } from './brownianPath.ts';
import { drift } from './drift.ts';

describe('Brownian path', () => {
  it('starts at 0 and is the same in whatever order times are asked', () => {
    const path = brownianPath(5);
    expect(path(0)).toEqual({ x: 0, y: 0 });
    const times = [3.7, 1000, 0.001, 1e6, 3.7004, 64, 12.5];
    const forward = times.map((time) => brownianPath(5)(time));
    const shared = brownianPath(5);
    const backward = times.toReversed().map((time) => shared(time));
    expect(backward.toReversed()).toEqual(forward);
  });

  it.each([0.1, 7, 300])(
    'has the variance of the time passed, over %d s from anywhere',
    (spanS) => {
      const steps = Array.from({ length: 4000 }, (_, salt) => {
        const path = brownianPath(salt * 7919);
        const [from, to] = [path(100), path(100 + spanS)];
        return { x: to.x - from.x, y: to.y - from.y };
      });
      // A standard error of 2.2 %.
      expect(Math.abs(mean(steps.map(({ x }) => x * x)) / spanS - 1)).toBeLessThan(0.09);
      expect(Math.abs(mean(steps.map(({ y }) => y * y)) / spanS - 1)).toBeLessThan(0.09);
      expect(Math.abs(mean(steps.map(({ x, y }) => x * y)) / spanS)).toBeLessThan(0.07);
    },
  );

  it('has steps that do not depend on those before', () => {
    const products = Array.from({ length: 4000 }, (_, salt) => {
      const path = brownianPath(salt * 104_729);
      const [a, b, c] = [path(40), path(50), path(60)];
      return (b.x - a.x) * (c.x - b.x);
    });
    expect(Math.abs(mean(products)) / 10).toBeLessThan(0.07);
  });

  it('is continuous', () => {
    const path = brownianPath(9);
    for (let time = 0; time < 2; time += 0.013) {
      expect(Math.abs(path(time + 1e-9).x - path(time).x)).toBeLessThan(1e-5);
    }
  });

  it('refuses times before the beginning', () => {
    expect(() => brownianPath(1)(-1)).toThrow(RangeError);
  });
});

describe('drift', () => {
  const stream = (name: string) => new RandomStream(4, name);

  it('is steady in one direction, by its level every minute', () => {
    const path = drift({ ...noImperfections, drift: 3 }, stream);
    const [at1, at10] = [path(60), path(600)];
    expect(Math.hypot(at1.x, at1.y)).toBeCloseTo(3, 9);
    expect(at10.x).toBeCloseTo(10 * at1.x, 9);
    expect(at10.y).toBeCloseTo(10 * at1.y, 9);
  });

  it('walks by its level in a minute, by twice as much in four', () => {
    const walks = Array.from({ length: 2000 }, (_, seed) =>
      drift({ ...noImperfections, driftWalk: 5 }, (name) => new RandomStream(seed, name)),
    );
    const rms = (timeS: number) => Math.sqrt(mean(walks.map((walk) => walk(timeS).x ** 2)));
    expect(Math.abs(rms(60) / 5 - 1)).toBeLessThan(0.06);
    expect(Math.abs(rms(240) / 10 - 1)).toBeLessThan(0.06);
  });

  it('adds both, each unchanged by the other', () => {
    const at = (levels: Partial<ImperfectionLevels>) =>
      drift({ ...noImperfections, ...levels }, stream)(77);
    const both = at({ drift: 3, driftWalk: 5 });
    expect(both.x).toBeCloseTo(at({ drift: 3 }).x + at({ driftWalk: 5 }).x, 9);
    expect(both.y).toBeCloseTo(at({ drift: 3 }).y + at({ driftWalk: 5 }).y, 9);
  });
});
