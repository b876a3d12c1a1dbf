import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../microscope/index.ts';
import fixtures from './fixtures/nelder-mead/nelder-mead.json' with { type: 'json' };
import {
  type NelderMeadEnd,
  type NelderMeadOptions,
  type NelderMeadStep,
  nelderMead,
} from './nelderMead.ts';
import { RandomStream } from './RandomStream.ts';

type Point = readonly number[];
type Objective = (x: Point) => number;

const at = (x: Point, i: number) => x[i] ?? Number.NaN;

const objectives: Readonly<Record<string, Objective>> = {
  rosenbrock: (x) => 100 * (at(x, 1) - at(x, 0) ** 2) ** 2 + (1 - at(x, 0)) ** 2,
  quadratic: (x) => {
    const [u, v, w] = [at(x, 0) - 3, at(x, 1) + 1, at(x, 2) - 2];
    return 0.02 * u * u + v * v + 0.5 * w * w + 0.1 * u * v - 0.3 * v * w;
  },
  ridge: (x) => {
    const [u, v] = [at(x, 0), at(x, 1)];
    return Math.abs(u - 1) + 40 * Math.abs(v - 0.5 * u + 0.2 * Math.sign(u) * u ** 2);
  },
  ripples: (x) => {
    const [u, v] = [at(x, 0), at(x, 1)];
    return 0.1 * (u ** 2 + v ** 2) + Math.sin(3 * u) * Math.cos(2.5 * v) + Math.sin(7 * v);
  },
  crooked: (x) => {
    const [u, v, w] = [at(x, 0), at(x, 1), at(x, 2)];
    const bowl = 0.05 * u ** 2 + 0.4 * (v - 0.3 * u) ** 2 + 0.3 * w ** 2;
    return bowl + Math.sin(2 * u + v) + Math.cos(5 * w) * Math.sin(4 * v);
  },
};

function objectiveNamed(name: string): Objective {
  const objective = objectives[name];
  if (objective === undefined) throw new RangeError(`no objective ${name}`);
  return objective;
}

/** Runs a search to its end, keeping every step and every point measured. */
async function searched(
  objective: Objective,
  start: Point,
  options: Omit<NelderMeadOptions, 'signal'>,
) {
  const points: Point[] = [];
  const steps: NelderMeadStep[] = [];
  const search = nelderMead(
    async (x) => {
      points.push(x);
      return objective(x);
    },
    start,
    { ...options, signal: new AbortController().signal },
  );
  for (;;) {
    const item = await search.next();
    if (item.done) return { end: item.value, steps, points, last: lastOf(steps) };
    steps.push(item.value);
  }
}

function lastOf<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new RangeError('nothing there');
  return item;
}

function expectClose(found: Point, expected: Point): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(at(found, i) - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
  });
}

describe('nelderMead beside SciPy', () => {
  it.each(fixtures.cases)(
    'measures the same points, has the same best one and the same corners at the end: $name',
    async (reference) => {
      const { steps, points } = await searched(objectiveNamed(reference.name), reference.start, {
        steps: reference.steps,
        maxIterations: reference.iterations.length,
      });
      // Ours looks twice at the best corner after a shrink: the same point, to the last bit.
      const isFirstLook = (x: Point, i: number) => points.indexOf(x) === i;
      const shrinks = steps.filter(({ move }) => move === 'shrink').length;
      expect(points.length).toBe(reference.points.length + shrinks);
      points.filter(isFirstLook).forEach((x, i) => {
        expectClose(x, reference.points[i] ?? []);
      });
      expect(steps.length).toBe(reference.iterations.length + 1);
      steps.slice(1).forEach(({ best, iteration }) => {
        const expected = reference.iterations[iteration - 1];
        expectClose(best.x, expected?.x ?? []);
        expect(best.value).toBeCloseTo(expected?.value ?? Number.NaN, 9);
      });
      const corners = lastOf(steps).simplex;
      expect(corners.length).toBe(reference.simplex.length);
      corners.forEach(({ x }, i) => {
        expectClose(x, reference.simplex[i] ?? []);
      });
    },
  );

  it('covers every move of the textbook by these cases', async () => {
    const moves = new Set<string>();
    for (const { name, start, steps: sizes, iterations } of fixtures.cases) {
      const { steps } = await searched(objectiveNamed(name), start, {
        steps: sizes,
        maxIterations: iterations.length,
      });
      for (const { move } of steps) moves.add(move);
    }
    expect([...moves].sort()).toEqual([
      'contract-inside',
      'contract-outside',
      'expand',
      'reflect',
      'shrink',
      'start',
    ]);
  });
});

describe('nelderMead', () => {
  const rosenbrock = objectiveNamed('rosenbrock');
  const quadratic = objectiveNamed('quadratic');

  it('finds the minimum of the Rosenbrock valley', async () => {
    const { end, last } = await searched(rosenbrock, [-1.2, 1], {
      steps: [1, 1],
      maxIterations: 500,
      threshold: 1e-12,
    });
    expect(end).toBe('threshold');
    expect(last.best.value).toBeLessThanOrEqual(1e-12);
    expect(at(last.best.x, 0)).toBeCloseTo(1, 5);
    expect(at(last.best.x, 1)).toBeCloseTo(1, 5);
  });

  it.each(['standard', 'outside-only'] as const)(
    'finds the bottom of a tilted bowl in three dimensions (%s contraction)',
    async (contraction) => {
      const { end, last } = await searched(quadratic, [25, 5, -4], {
        steps: [5, 2, 2],
        maxIterations: 400,
        threshold: 1e-8,
        contraction,
      });
      expect(end).toBe('threshold');
      expect(at(last.best.x, 0)).toBeCloseTo(3, 2);
    },
  );

  it('never contracts inside when told to stay outside', async () => {
    const options = { steps: [5, 2, 2], maxIterations: 60 };
    const standard = await searched(quadratic, [25, 5, -4], options);
    const outside = await searched(quadratic, [25, 5, -4], {
      ...options,
      contraction: 'outside-only',
    });
    const movesOf = ({ steps }: { steps: NelderMeadStep[] }) => steps.map(({ move }) => move);
    expect(movesOf(standard)).toContain('contract-inside');
    expect(movesOf(outside)).not.toContain('contract-inside');
    expect(movesOf(outside)).toContain('contract-outside');
  });

  it('reports a sorted simplex, whole iterations and a rising count of evaluations', async () => {
    const { steps, points } = await searched(rosenbrock, [-1.2, 1], {
      steps: [0.5, 0.5],
      maxIterations: 40,
    });
    expect(steps.map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: 41 }, (_, i) => i),
    );
    expect(steps[0]).toMatchObject({ move: 'start', evaluations: 3 });
    for (const { best, simplex } of steps) {
      const values = simplex.map(({ value }) => value);
      expect(values).toEqual(values.toSorted((p, q) => p - q));
      expect(simplex).toHaveLength(3);
      expect(best).toBe(simplex[0]);
    }
    expect(lastOf(steps).evaluations).toBe(points.length);
  });

  it('settles near the minimum of a noisy bowl, and measures the best corner anew', async () => {
    const noise = new RandomStream(4, 'noise');
    const { end, last, points, steps } = await searched(
      (x) => quadratic(x) + 0.05 * noise.normal(),
      [20, 5, -4],
      {
        steps: [5, 2, 2],
        maxIterations: 100,
        minImprovement: 0.01,
        patienceIterations: 25,
        jitter: {
          random: new RandomStream(4, 'jitter'),
          amplitudes: [2, 0.5, 0.5],
          afterIterations: 5,
        },
      },
    );
    expect(end).toBe('no-improvement');
    expect(quadratic(last.best.x)).toBeLessThan(0.3);
    const remeasured = points.filter((x, i) => points.indexOf(x) !== i);
    const looks = steps.filter(({ move }) => move === 'shrink' || move === 'jitter').length;
    expect(looks).toBeGreaterThan(3);
    expect(remeasured).toHaveLength(looks);
  });

  it('replaces a lucky value of the best corner by the next one measured there', async () => {
    // The first look at the start is far too good; everything else is flat, so that it shrinks.
    let looks = 0;
    const { steps } = await searched(() => (looks++ === 0 ? -5 : 1), [0, 0], {
      steps: [1, 1],
      maxIterations: 1,
    });
    expect(steps.map(({ move }) => move)).toEqual(['start', 'shrink']);
    expect(steps.map(({ best }) => best.value)).toEqual([-5, 1]);
  });

  it('ends for each of its three reasons', async () => {
    const ends: NelderMeadEnd[] = [];
    const base = { steps: [0.5, 0.5], maxIterations: 30 };
    for (const options of [
      { ...base, threshold: 4 },
      { ...base, minImprovement: 5, patienceIterations: 3 },
      base,
    ]) {
      ends.push((await searched(rosenbrock, [-1.2, 1], options)).end);
    }
    expect(ends).toEqual(['threshold', 'no-improvement', 'max-iterations']);
  });

  it('counts slow progress as improvement once it adds up', async () => {
    // Falls by 0.004 per iteration: less than 0.01 in each, more in every three.
    let value = 100;
    const { end } = await searched(() => (value -= 0.004), [0], {
      steps: [1],
      maxIterations: 60,
      minImprovement: 0.01,
      patienceIterations: 5,
    });
    expect(end).toBe('max-iterations');
  });

  it('ends after exactly the iterations without enough improvement', async () => {
    let value = 100;
    const { end, last } = await searched(() => (value -= 0.0004), [0], {
      steps: [1],
      maxIterations: 60,
      minImprovement: 0.01,
      patienceIterations: 5,
    });
    expect(end).toBe('no-improvement');
    expect(last.iteration).toBe(5);
  });

  it('leaves the higher of two valleys once it may begin anew with large steps, turned around', async () => {
    const valleys: Objective = (x) => Math.min(at(x, 0) ** 2 + 1, (at(x, 0) + 4) ** 2 - 1);
    const endAfter = async (restarts: number) => {
      const { steps, end, last } = await searched(valleys, [1], {
        steps: [3],
        maxIterations: 200,
        minImprovement: 1e-6,
        patienceIterations: 15,
        restarts,
      });
      const restarted = steps.filter(({ move }) => move === 'restart');
      return { end, restarted: restarted.length, x: at(last.best.x, 0).toFixed(2) };
    };
    expect(await endAfter(0)).toEqual({
      end: 'no-improvement',
      restarted: 0,
      x: expect.stringMatching(/^-?0.00$/),
    });
    expect(await endAfter(1)).toEqual({ end: 'no-improvement', restarted: 1, x: '-4.00' });
    expect(await endAfter(2)).toEqual({ end: 'no-improvement', restarted: 2, x: '-4.00' });
  });

  it('takes an outside point between reflection and worst only when told to stay outside', async () => {
    const moveFor = async (contraction: 'standard' | 'outside-only') => {
      const values = [1, 5, 3, 4, 2, 2];
      const { last } = await searched(() => values.shift() ?? Number.NaN, [0], {
        steps: [1],
        maxIterations: 1,
        contraction,
      });
      return last.move;
    };
    expect(await moveFor('standard')).toBe('shrink');
    expect(await moveFor('outside-only')).toBe('contract-outside');
  });

  it('jitters a stuck simplex every few iterations, all but its best corner, within the amplitudes', async () => {
    const amplitudes = [2, 0.5];
    const { steps } = await searched(() => 1, [0, 0], {
      steps: [4, 1],
      maxIterations: 17,
      jitter: { random: new RandomStream(1, 'jitter'), amplitudes, afterIterations: 5 },
    });
    const jitters = steps.filter(({ move }) => move === 'jitter').map(({ iteration }) => iteration);
    expect(jitters).toEqual([6, 12]);
    const [before, after] = [steps[5]?.simplex ?? [], steps[6]?.simplex ?? []];
    // Equal values keep their order, so corners can be compared one by one.
    expect(after[0]?.x).toBe(before[0]?.x);
    after.slice(1).forEach(({ x }, i) => {
      const old = before[i + 1]?.x ?? [];
      x.forEach((value, axis) => {
        const moved = Math.abs(value - at(old, axis));
        expect(moved).toBeGreaterThan(0);
        expect(moved).toBeLessThanOrEqual(at(amplitudes, axis));
      });
    });
  });

  it('hands its signal to the objective and ends with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('operator pressed stop');
    const seen: AbortSignal[] = [];
    const search = nelderMead(
      (_, signal) => {
        seen.push(signal);
        if (seen.length < 5) return Promise.resolve(seen.length);
        // Blocks until aborted, as a microscope does in the middle of a frame.
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          controller.abort(reason);
        });
      },
      [0, 0],
      { steps: [1, 1], maxIterations: 100, signal: controller.signal },
    );
    await search.next();
    await expect(search.next()).rejects.toBe(reason);
    expect(seen).toEqual(Array.from({ length: 5 }, () => controller.signal));
  });

  it('measures nothing once aborted', async () => {
    let calls = 0;
    const search = nelderMead(async () => calls++, [0], {
      steps: [1],
      maxIterations: 5,
      signal: AbortSignal.abort(new Error('already')),
    });
    await expect(search.next()).rejects.toThrow('already');
    expect(calls).toBe(0);
  });

  it('refuses NaN from the objective as an error of the algorithm, and takes Infinity', async () => {
    const signal = new AbortController().signal;
    const options = { steps: [1, 2], maxIterations: 5, signal };
    const error: unknown = await nelderMead(
      async (x) => (x[0] === 4 ? Number.NaN : 1),
      [3, 7],
      options,
    )
      .next()
      .catch((reason: unknown) => reason);
    expect(isSemfocusError(error, 'AlgorithmError')).toBe(true);
    expect(String(error)).toContain('NaN at (4, 7)');
    const walled = await searched(
      (x) => (at(x, 0) < 2 ? Number.POSITIVE_INFINITY : quadratic(x)),
      [9, 3, 0],
      { steps: [-8, 2, 2], maxIterations: 200, threshold: 1e-6 },
    );
    expect(walled.end).toBe('threshold');
  });

  it.each([
    [[], { steps: [], maxIterations: 1 }, 'start must hold at least one finite number'],
    [[Number.NaN], { steps: [1], maxIterations: 1 }, 'start must hold at least one finite number'],
    [
      [0, 0],
      { steps: [1], maxIterations: 1 },
      'steps must be 2 finite numbers, none 0. Received [1]',
    ],
    [[0], { steps: [0], maxIterations: 1 }, 'none 0. Received [0]'],
    [[0], { steps: [1], maxIterations: Number.NaN }, 'maxIterations must be >= 0. Received NaN'],
    [
      [0],
      { steps: [1], maxIterations: 1, patienceIterations: 0 },
      'patienceIterations must be >= 1',
    ],
  ] as const)('refuses arguments that make no sense: %j', async (start, options, message) => {
    await expect(searched(() => 1, start, options)).rejects.toThrow(message);
  });
});
