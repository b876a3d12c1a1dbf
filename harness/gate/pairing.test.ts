import { describe, expect, it } from 'vitest';
import { pairRuns } from './pairRuns.ts';
import { sampleClusters } from './sampleClusters.ts';
import { isIn, splitAlong, stratumLabel } from './stratum.ts';
import { syntheticRun } from './testing/syntheticRun.ts';

const small = { places: 3 };

describe('pairRuns', () => {
  it('pairs by scenario, whatever the model and the order', () => {
    const base = syntheticRun(small).records;
    const candidate = syntheticRun({ ...small, modelSha256: 'bb'.repeat(32) }).records;
    const [one] = pairRuns(base, candidate.toReversed()).algorithms;
    expect(one).toMatchObject({ base: 'net', candidate: 'net', onlyBase: [], onlyCandidate: [] });
    expect(one?.pairs).toHaveLength(18);
    for (const pair of one?.pairs ?? []) {
      expect(pair.candidate.scenario.trajectory).toBe(pair.base.scenario.trajectory);
      expect(pair.candidate.scenario.specimen).toEqual(pair.base.scenario.specimen);
    }
  });

  it('pairs the only algorithm of each side, whatever they are called', () => {
    const other = syntheticRun({ ...small, algorithm: 'other' }).records;
    const { algorithms } = pairRuns(syntheticRun(small).records, other);
    expect(algorithms).toMatchObject([{ base: 'net', candidate: 'other' }]);
    expect(algorithms[0]?.pairs).toHaveLength(18);
  });

  it('names algorithms that one side alone has, and records without a partner', () => {
    const net = syntheticRun(small).records;
    const both = [...net, ...syntheticRun({ ...small, algorithm: 'other' }).records];
    const { algorithms, onlyBase, onlyCandidate } = pairRuns(both, net.slice(4));
    expect(onlyBase).toEqual(['other']);
    expect(onlyCandidate).toEqual([]);
    expect(algorithms[0]?.onlyBase).toHaveLength(4);
  });

  it('tells variants of an algorithm apart by their parameters', () => {
    const net = syntheticRun(small).records;
    const variant = net.map((record) => ({
      ...record,
      scenario: {
        ...record.scenario,
        algorithm: { ...record.scenario.algorithm, parameters: { patches: 5 } },
      },
    }));
    const { algorithms } = pairRuns([...net, ...variant], [...variant, ...net]);
    expect(algorithms.map(({ base }) => base)).toEqual(['net {}', 'net {"patches":5}']);
  });

  it('refuses a scenario that one algorithm meets twice', () => {
    const net = syntheticRun(small).records;
    const again = syntheticRun({ ...small, modelSha256: 'bb'.repeat(32) }).records;
    expect(() => pairRuns([...net, ...again], net)).toThrow(
      /^net must meet every scenario once\. Received trajectory 0 twice: records \w{12} and \w{12}$/,
    );
  });

  it('does not pair other seeds or versions of the physics', () => {
    const base = syntheticRun(small).records;
    for (const other of [{ seed: 2 }, { physicsVersion: '2' }]) {
      expect(
        pairRuns(base, syntheticRun({ ...small, ...other }).records).algorithms[0]?.pairs,
      ).toEqual([]);
    }
  });
});

describe('strata', () => {
  const scenarios = syntheticRun(small).records.map(({ scenario }) => scenario);

  it('are split along an axis, numbers by size', () => {
    const labels = (axis: Parameters<typeof splitAlong>[0]) =>
      splitAlong(axis, {}, scenarios).map(stratumLabel);
    expect(labels('dwellTimeNs')).toEqual(['50 ns', '200 ns']);
    expect(labels('specimen')).toEqual(['resin', 'tin', 'tissue']);
    expect(labels('stratum')).toEqual(['far', 'in-focus', 'near']);
    expect(labels('preset')).toEqual([]);
  });

  it('hold what has one of the values on every axis', () => {
    const stratum = { specimen: ['tin', 'resin'], dwellTimeNs: [50] };
    expect(stratumLabel(stratum)).toBe('tin or resin, 50 ns');
    expect(scenarios.filter((scenario) => isIn(stratum, scenario))).toHaveLength(6);
    expect(stratumLabel({})).toBe('all');
    const [first] = scenarios;
    if (first === undefined) throw new Error('no scenario');
    const { stratum: _, ...withoutClass } = first;
    expect(isIn({ stratum: ['near', 'far', 'in-focus'] }, first)).toBe(true);
    expect(isIn({ stratum: ['near', 'far', 'in-focus'] }, withoutClass)).toBe(false);
  });
});

describe('sampleClusters', () => {
  it('keeps both dwell times of a place together, and specimens apart', () => {
    const { records } = syntheticRun({ places: 6 });
    const [one] = pairRuns(records, records).algorithms;
    const pairs = one?.pairs ?? [];
    const strata = sampleClusters(
      pairs,
      pairs.map((_, i) => i),
    );
    // Three specimens of six places in three classes of starts: two of a kind are too few.
    expect(strata.map((stratum) => stratum.length)).toEqual([18]);
    expect(strata.flat().every(({ values }) => values.length === 2)).toBe(true);
    const larger = syntheticRun({ places: 15 }).records;
    const all = pairRuns(larger, larger).algorithms[0]?.pairs ?? [];
    expect(sampleClusters(all, all).map((stratum) => stratum.length)).toEqual(Array(9).fill(5));
  });
});
