import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { viewTargets } from './viewTargets.ts';

/** Two frames of 4.5 e/nm2 per iteration; margins of 1 um. Worked by hand below. */
const alpha = [
  [10, 0.5],
  [10, 3, 0.5],
  [10, 3, 0.5],
  [10, 5, 3, 2, 0.5],
  [10, 8, 8, 8, 8, 8, 8, 8, 8],
].map((workingDistancesUm, trajectory) => handMadeRecord({ trajectory, workingDistancesUm }));
const beta = alpha.map(({ iterations }, trajectory) =>
  handMadeRecord({
    algorithm: 'beta',
    trajectory,
    // Twice as long on the way, but it arrives everywhere.
    workingDistancesUm: [10, 9, ...iterations.slice(1, -1).map(() => 5), 4, 0.2],
  }),
);

const [view] = viewTargets([...alpha, ...beta]);
const of = (algorithm: string, cost: string) =>
  view?.contestants
    .find((one) => one.algorithm === algorithm)
    ?.fixedTarget.find((one) => one.cost === cost);

describe('viewTargets', () => {
  it('fixed target: five trajectories worked by hand', () => {
    expect(view?.axes.frames).toEqual({ from: 2, to: 20 });
    expect(of('alpha', 'frames')).toMatchObject({
      target: 'margins',
      trajectories: 5,
      reached: 4,
      // (2 + 4 + 4 + 8 + 16) / 4
      expected: 8.5,
      // (2 + 4 + 4 + 8 + 20) / 5
      restrictedMean: 7.6,
      ecdf: [
        [2, 0.2],
        [4, 0.6],
        [8, 0.8],
      ],
      knownUpTo: 16,
      budgetCross: 16,
    });
    expect(of('alpha', 'doseElectronsPerNm2')?.expected).toBe(8.5 * 4.5);
    expect(of('beta', 'frames')).toMatchObject({ reached: 5, knownUpTo: null, budgetCross: null });
  });

  it('the interval of an expected time reaches to infinity where few succeed', () => {
    const [one] = viewTargets(alpha.slice(3));
    expect(one?.contestants[0]?.fixedTarget[0]?.expectedInterval95).toEqual({ low: 8, high: null });
    const [none] = viewTargets(alpha.slice(4));
    expect(none?.contestants[0]?.fixedTarget[0]).toMatchObject({
      expected: null,
      expectedInterval95: null,
      ecdfArea: 0,
      ecdfAreaInterval95: { low: 0, high: 0 },
    });
  });

  it('an area has an interval around it, without width where every trajectory costs the same', () => {
    const own = view?.contestants.flatMap(({ fixedTarget }) => fixedTarget) ?? [];
    for (const { ecdfArea, ecdfAreaInterval95: interval } of own) {
      expect(interval.low).toBeLessThanOrEqual(ecdfArea);
      expect(interval.high).toBeGreaterThanOrEqual(ecdfArea);
    }
    const frames = view?.contestants[0]?.fixedTarget.find(({ cost }) => cost === 'frames');
    expect(frames?.ecdfAreaInterval95.high).toBeGreaterThan(frames?.ecdfArea ?? 1);
  });

  it('profiles: who is cheapest where, and who arrives at all', () => {
    const [first, second] = view?.contestants ?? [];
    expect(view?.places).toBe(5);
    expect(first?.profiles.frames[0]).toBe(0.8);
    expect(first?.profiles.frames.at(-1)).toBe(0.8);
    expect(second?.profiles.frames[0]).toBe(0.2);
    expect(second?.profiles.frames.at(-1)).toBe(1);
  });

  it('fixed budget: the state when the frames are spent', () => {
    const at = (frames: number) =>
      view?.contestants[0]?.fixedBudget.find((one) => one.frames === frames)?.insideMargins;
    expect([2, 4, 6, 10].map(at)).toEqual([0.2, 0.6, 0.6, 0.8]);
  });

  it('a ladder of focal errors: the nearer the target, the fewer reach it', () => {
    const [made] = viewTargets(syntheticRun({ places: 10 }).records);
    for (const { ladder, fixedBudget } of made?.contestants ?? []) {
      const reached = ladder.filter(({ cost }) => cost === 'frames').map((one) => one.reached);
      expect(reached).toEqual(reached.toSorted((p, q) => q - p));
      expect(reached[0]).toBeGreaterThan(reached.at(-1) ?? 0);
      const [start, ...later] = fixedBudget;
      expect(later.at(-1)?.focalErrorUm.iqm).toBeLessThan(start?.focalErrorUm.iqm ?? 0);
    }
  });

  it('leaves out what was declined where there is nothing, and dwell times compete', () => {
    const { records } = syntheticRun({ places: 6 });
    const declined = records.map((record) => {
      if (record.scenario.trajectory !== 0) return record;
      const { failureClass: _, ...refused } = record;
      return { ...refused, outcome: 'declined' as const };
    });
    const views = viewTargets(declined);
    expect(views.map(({ condition }) => condition.specimen)).toEqual(['resin', 'tin', 'tissue']);
    for (const { contestants, places } of views) {
      expect(places).toBe(5);
      expect(contestants.map(({ dwellTimeNs }) => dwellTimeNs)).toEqual([50, 200]);
    }
    expect(viewTargets([])).toEqual([]);
  });

  it('gives the same for the same records in any order', () => {
    expect(viewTargets([...beta, ...alpha].toReversed())).toEqual(viewTargets([...alpha, ...beta]));
  });
});
