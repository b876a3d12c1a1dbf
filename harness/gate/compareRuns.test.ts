import { describe, expect, it } from 'vitest';
import { compareRuns } from './compareRuns.ts';
import { loadGateRules } from './loadGateRules.ts';
import { syntheticRun } from './testing/syntheticRun.ts';

const resampling = { seed: 1, resamples: 200 };
const rules = await loadGateRules();
const base = syntheticRun({ name: 'base' });

describe('compareRuns', () => {
  it('of a run with itself finds no change in any row', () => {
    const comparison = compareRuns(base, base, rules, resampling);
    expect(comparison.problems).toMatchObject([{ kind: 'same-model' }]);
    expect(comparison.flips).toEqual([]);
    expect(comparison.sameness).toMatchObject([{ differing: 0, isSameAlgorithm: true }]);
    const changes = new Set(comparison.rows.map(({ change }) => change));
    expect(changes).toEqual(new Set(['same']));
    expect(comparison.notCompared.map(({ metric, reason }) => `${metric}: ${reason}`)).toEqual([
      'beyondClaim: the records do not tell it',
      'computeMs: measured under load, not by semfocus run --timing on an idle machine',
    ]);
  });

  it('has a row over all and one for each part, of every metric', () => {
    const { rows } = compareRuns(base, base, rules, resampling);
    const labels = rows.filter(({ metric }) => metric === 'success').map(({ label }) => label);
    expect(labels).toEqual([
      ...['all', 'resin', 'tin', 'tissue'],
      ...['50 ns', '200 ns'],
      ...['far', 'in-focus', 'near'],
    ]);
  });

  it('tells worse from better and from noise, with both sides in mirror', () => {
    const worse = syntheticRun({ name: 'worse', scale: 2, luck: 2 });
    const [there, back] = [
      compareRuns(base, worse, rules, resampling),
      compareRuns(worse, base, rules, resampling),
    ];
    const of = ({ rows }: typeof there) =>
      rows.find(({ metric, label }) => metric === 'focalErrorUm' && label === 'all');
    expect([of(there)?.change, of(back)?.change]).toEqual(['worse', 'better']);
    expect(of(back)?.difference?.worseBy).toBeCloseTo(-(of(there)?.difference?.worseBy ?? 0), 12);
    const lost = (flips: typeof there.flips) => flips.filter((flip) => flip.direction === 'lost');
    expect(lost(there.flips)).toHaveLength(back.flips.length - lost(back.flips).length);
    const equal = compareRuns(base, syntheticRun({ luck: 3 }), rules, resampling);
    expect(of(equal)?.change).toBe('noise');
  });

  it('lists what was lost, the worst first, before what was won', () => {
    const { flips } = compareRuns(base, syntheticRun({ luck: 2, lost: 0.05 }), rules, resampling);
    const directions = flips.map(({ direction }) => direction);
    expect(directions).toEqual(directions.toSorted());
    const errors = flips
      .filter(({ direction }) => direction === 'lost')
      .map(({ candidateErrorUm }) => candidateErrorUm);
    expect(errors.length).toBeGreaterThan(3);
    expect(errors).toEqual(errors.toSorted((p, q) => q - p));
    expect(flips[0]?.place).toMatch(/^(tissue|tin|resin), (50|200) ns, [a-z-]+, merlin, disc$/);
  });

  it('counts what the same model did otherwise; trajectories lost alike are no difference', () => {
    const { sameness } = compareRuns(base, syntheticRun({ luck: 2 }), rules, resampling);
    expect(sameness).toMatchObject([{ isSameAlgorithm: true, differing: 174 }]);
  });

  it('has the numbers and the verdict of the gate wherever a rule is about a row', () => {
    const worse = syntheticRun({ luck: 2, lost: 0.1, scale: 1.2, modelSha256: 'bb'.repeat(32) });
    const { rows, gate } = compareRuns(base, worse, rules, resampling);
    expect(gate.verdict).toBe('fail');
    const ruled = rows.flatMap((row) => (row.ruled === null ? [] : [{ row, rule: row.ruled }]));
    expect(ruled.length).toBeGreaterThan(20);
    for (const { row, rule } of ruled) expect(row.difference).toBe(rule.comparison.difference);
    const failed = new Set(
      gate.results.filter(({ effect }) => effect === 'fail').map(({ comparison }) => comparison),
    );
    expect(ruled.filter(({ rule }) => rule.effect === 'fail')).toHaveLength(failed.size);
  });
});
