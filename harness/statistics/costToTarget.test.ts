import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { valueAtBudget } from './fixedBudget.ts';
import { costEcdf, ecdfArea, expectedRunningTime, restrictedMean } from './fixedTarget.ts';
import { performanceProfiles } from './performanceProfile.ts';

const oracle: {
  readonly costs: number[];
  readonly reached: boolean[];
  readonly area: number;
  readonly restrictedMean: number;
  readonly expectedRunningTime: number;
  readonly ecdfAt: [number, number][];
} = JSON.parse(
  readFileSync(new URL('./fixtures/inference/inference.json', import.meta.url), 'utf8'),
);
const runs = oracle.costs.map((spent, i) => ({ spent, reached: oracle.reached[i] === true }));

/** Worked by hand: frames to the target of five runs with a budget of 16. */
const five = [
  { spent: 2, reached: true },
  { spent: 4, reached: true },
  { spent: 4, reached: true },
  { spent: 8, reached: true },
  { spent: 16, reached: false },
];

describe('five runs worked by hand', () => {
  it('ECDF: steps at 2, 4 and 8 up to 4 in 5, the cross at 16', () => {
    expect(costEcdf(five)).toEqual({
      steps: [
        { cost: 2, fraction: 0.2 },
        { cost: 4, fraction: 0.6 },
        { cost: 8, fraction: 0.8 },
      ],
      knownUpTo: 16,
      budgetCross: 16,
    });
  });

  it('area from 1 to 16 frames, four doublings: (3 + 2 + 2 + 1 + 0) / 4 / 5', () => {
    expect(ecdfArea(five, 1, 16)).toBeCloseTo(0.4, 14);
  });

  it('expected running time: 34 frames for 4 successes', () => {
    expect(expectedRunningTime(five)).toBe(8.5);
  });

  it('restricted mean to 16 frames: 34 / 5; to 5 frames: (2 + 4 + 4 + 5 + 5) / 5', () => {
    expect(restrictedMean(five, 16)).toBe(6.8);
    expect(restrictedMean(five, 5)).toBe(4);
  });
});

describe('costs of sixty runs agree with NumPy and SciPy', () => {
  it('area, restricted mean and expected running time', () => {
    // The oracle's grid of the axis is 2e-6 wide, its curve has 48 steps.
    expect(ecdfArea(runs, 1, 40)).toBeCloseTo(oracle.area, 6);
    expect(restrictedMean(runs, 40)).toBeCloseTo(oracle.restrictedMean, 12);
    expect(expectedRunningTime(runs)).toBeCloseTo(oracle.expectedRunningTime, 12);
  });

  it.each(oracle.ecdfAt)('ECDF at %d', (cost, fraction) => {
    const { steps } = costEcdf(runs);
    expect(steps.findLast((step) => step.cost <= cost)?.fraction ?? 0).toBeCloseTo(fraction, 12);
  });
});

describe('runs without success', () => {
  it('take for ever, and no area', () => {
    const never = [{ spent: 3, reached: false }];
    expect(expectedRunningTime(never)).toBe(Number.POSITIVE_INFINITY);
    const atOnce = [{ spent: 0, reached: false }];
    expect(expectedRunningTime(atOnce)).toBe(Number.POSITIVE_INFINITY);
    expect(ecdfArea(never, 1, 10)).toBe(0);
    expect(costEcdf(never)).toEqual({ steps: [], knownUpTo: 3, budgetCross: 3 });
  });

  it('are charged the whole budget for giving up early', () => {
    expect(restrictedMean([{ spent: 1, reached: false }], 10)).toBe(10);
  });

  it('put the cross at the median of what they spent', () => {
    const unequal = [2, 10, 20, 4].map((spent) => ({ spent, reached: false }));
    expect(costEcdf(unequal)).toMatchObject({ knownUpTo: 2, budgetCross: 7 });
  });
});

describe('costs that are none', () => {
  it('are refused', () => {
    expect(() => costEcdf([])).toThrow('at least 1 run');
    expect(() => expectedRunningTime([{ spent: Number.NaN, reached: true }])).toThrow(
      'cost of run 0 must be a finite number >= 0. Received NaN',
    );
    expect(() => ecdfArea(five, 0, 10)).toThrow('0 < from < to. Received 0 and 10');
    expect(() => restrictedMean(five, 0)).toThrow('budget must be a finite number above 0');
  });
});

describe('valueAtBudget', () => {
  const rows = [
    { cost: 0, value: 9 },
    { cost: 2, value: 3 },
    { cost: 4, value: 5 },
  ];

  it('is the last state that the budget allows for, not the best', () => {
    expect([0, 1, 2, 3, 4, 100].map((budget) => valueAtBudget(rows, budget))).toEqual([
      9, 9, 3, 3, 5, 5,
    ]);
  });

  it('refuses costs that fall, and a budget below the start', () => {
    expect(() => valueAtBudget(rows.toReversed(), 9)).toThrow('cost of row 1 must be at least 4');
    expect(() => valueAtBudget(rows, -1)).toThrow('Received -1');
  });
});

describe('performanceProfiles', () => {
  it('are shares of scenarios within a factor of the best, worked by hand', () => {
    // Best: 2, 3, 5, none.
    const costs = [
      [2, 6, 5, Infinity],
      [4, 3, Infinity, Infinity],
    ];
    expect(performanceProfiles(costs, [1, 1.9, 2, 1e9])).toEqual([
      [0.5, 0.5, 0.75, 0.75],
      [0.25, 0.25, 0.5, 0.5],
    ]);
  });

  it('refuse lists of different lengths, costs of nothing and factors below 1', () => {
    expect(() => performanceProfiles([[1], [1, 2]], [1])).toThrow('must be 1 numbers. Received 2');
    expect(() => performanceProfiles([[0]], [1])).toThrow('a cost must be above 0. Received 0');
    expect(() => performanceProfiles([[1]], [0.5])).toThrow('at least 1. Received 0.5');
    expect(() => performanceProfiles([], [1])).toThrow('at least 1 algorithm');
  });
});
