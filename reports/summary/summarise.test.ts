import { describe, expect, it } from 'vitest';
import { trajectoryRecordSchema } from '../../harness/record/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { summarise } from './summarise.ts';

function onlyGroup(records: Parameters<typeof summarise>[0]) {
  const { groups } = summarise(records);
  expect(groups).toHaveLength(1);
  const [group] = groups;
  if (group === undefined) throw new Error('no group');
  return group;
}

describe('summarise', () => {
  it('reproduces three trajectories worked out by hand', () => {
    const group = onlyGroup([
      handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 2, 0.5] }),
      handMadeRecord({ trajectory: 1, workingDistancesUm: [-8, -1, 0.2] }),
      handMadeRecord({ trajectory: 2, workingDistancesUm: [12, 6, 3] }),
    ]);
    expect(group.trajectories).toBe(3);
    expect(group.outcomes).toEqual({ converged: 2, missed: 1 });
    expect(group.success).toMatchObject({ count: 2, fraction: 2 / 3 });
    const [start, first, second] = group.iterations;
    expect(start).toMatchObject({
      iteration: 0,
      absWorkingDistanceUm: { mean: 10, sd: 2, iqm: 10, median: 10 },
      absStigmatorX: { mean: 1 },
      frames: { mean: 0 },
      doseElectronsPerNm2: { mean: 0 },
      insideMargins: 0,
    });
    expect(first).toMatchObject({
      iteration: 1,
      absWorkingDistanceUm: { mean: 3, sd: Math.sqrt(7) },
      frames: { mean: 2 },
      doseElectronsPerNm2: { mean: 9 },
      insideMargins: 1 / 3,
    });
    expect(second?.insideMargins).toBeCloseTo(2 / 3, 14);
    // Reached at iterations 2, 1 and never: the median is the 2nd of (1, 2, never).
    expect(group.iterationsToMargins.median).toBe(2);
    expect(group.framesToMargins.median).toBe(4);
    expect(group.doseToMarginsElectronsPerNm2.median).toBe(18);
    expect(group.computeMsPerIteration).toEqual({ p50: 100, p95: 100 });
    expect(group.microscopeSPerIteration).toEqual({ p50: 0.5, p95: 0.5 });
  });

  it('carries the last state of a trajectory that ended early forward', () => {
    const group = onlyGroup([
      handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 4] }),
      handMadeRecord({ trajectory: 1, workingDistancesUm: [10, 4, 2, 0] }),
    ]);
    const last = group.iterations[3];
    expect(last?.absWorkingDistanceUm.mean).toBe(2);
    expect(last?.frames.mean).toBe(4);
    expect(last?.trajectoriesRunning).toBe(1);
  });

  it('counts from the visit to the margins that lasted', () => {
    const group = onlyGroup([handMadeRecord({ workingDistancesUm: [10, 0.5, 3, 0.9, 0.1] })]);
    expect(group.iterationsToMargins.median).toBe(3);
  });

  it('says null where half of the trajectories never reached the margins', () => {
    const group = onlyGroup([
      handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 0.5] }),
      handMadeRecord({ trajectory: 1, workingDistancesUm: [10, 5] }),
    ]);
    expect(group.iterationsToMargins).toEqual({ median: null, interval95: { low: 1, high: null } });
    expect(group.doseToMarginsElectronsPerNm2.median).toBeNull();
  });

  it('never counts a failed or declined trajectory as having reached the margins', () => {
    for (const outcome of ['failed', 'declined', 'diverged'] as const) {
      const group = onlyGroup([handMadeRecord({ outcome, workingDistancesUm: [0.5, 0.5] })]);
      expect(group.success.count).toBe(0);
      expect(group.iterationsToMargins.median).toBeNull();
    }
  });

  it('never counts a failed trajectory as inside the margins, not even where it had come so far', () => {
    const group = onlyGroup([
      handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 0.5] }),
      handMadeRecord({ trajectory: 1, outcome: 'failed', workingDistancesUm: [10, 0.5] }),
    ]);
    expect(group.iterations.map(({ insideMargins }) => insideMargins)).toEqual([0, 0.5]);
  });

  it('carries the restored start of a stopped trajectory forward, at no cost per iteration', () => {
    const failed = handMadeRecord({
      trajectory: 1,
      outcome: 'failed',
      workingDistancesUm: [10, 4, 10],
    });
    const iterations = failed.iterations.map((row) =>
      row.iteration === 2 ? { ...row, computeMs: 0, stopped: 'no estimate' } : row,
    );
    const whole = handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 4, 2, 0] });
    const group = onlyGroup([whole, { ...failed, iterations }]);
    expect(group.iterations.map((point) => point.absWorkingDistanceUm.mean)).toEqual([10, 4, 6, 5]);
    expect(group.iterations.map((point) => point.trajectoriesRunning)).toEqual([2, 2, 1, 1]);
    expect(group.iterations[3]?.frames.mean).toBe(5);
    expect(group.computeMsPerIteration).toEqual({ p50: 100, p95: 100 });
  });

  it('has no deviation of a single trajectory, and no cost of one that made no iteration', () => {
    const group = onlyGroup([handMadeRecord({ outcome: 'failed', workingDistancesUm: [10] })]);
    expect(group.iterations[0]?.absWorkingDistanceUm.sd).toBeNull();
    expect(group.computeMsPerIteration).toEqual({ p50: null, p95: null });
  });

  it('keeps different parameters of one algorithm apart and names what differs', () => {
    const { groups } = summarise([
      handMadeRecord({ parameters: { patches: 5, side: 128 }, workingDistancesUm: [10, 1] }),
      handMadeRecord({ parameters: { patches: 5, side: 512 }, workingDistancesUm: [10, 1] }),
      handMadeRecord({ algorithm: 'beta', workingDistancesUm: [10, 1] }),
    ]);
    expect(groups.map(({ algorithm, variant }) => [algorithm, variant])).toEqual([
      ['alpha', 'side=128'],
      ['alpha', 'side=512'],
      ['beta', null],
    ]);
  });

  it('keeps one specimen file apart from itself at another pixel size', () => {
    const { groups } = summarise(
      [5, 10].map((pixelSizeNm) => {
        const record = handMadeRecord({ specimen: 'a.png', workingDistancesUm: [10, 1] });
        const file = { path: 'a.png', sha256: 'ab'.repeat(32), pixelSizeNm };
        const { scenario } = record;
        return { ...record, scenario: { ...scenario, specimen: { ...scenario.specimen, file } } };
      }),
    );
    expect(groups.map(({ variant }) => variant)).toEqual([
      'specimenPixelSizeNm=10',
      'specimenPixelSizeNm=5',
    ]);
  });

  it('does not call a difference between conditions a variant', () => {
    const { groups } = summarise([
      handMadeRecord({ dwellTimeNs: 200, workingDistancesUm: [10, 1] }),
      handMadeRecord({ dwellTimeNs: 50, workingDistancesUm: [10, 1] }),
      handMadeRecord({ dwellTimeNs: 50, specimen: 'tin', workingDistancesUm: [10, 1] }),
    ]);
    expect(groups.map(({ variant }) => variant)).toEqual([null, null, null]);
    expect(
      groups.map(({ condition: { specimen, dwellTimeNs } }) => [specimen, dwellTimeNs]),
    ).toEqual([
      ['tin', 50],
      ['tissue', 50],
      ['tissue', 200],
    ]);
  });

  it('is the same for any order of the records, and survives JSON', () => {
    const records = syntheticRecords({ trajectories: 9 });
    const summary = summarise(records);
    expect(summarise(records.toReversed())).toEqual(summary);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  it('draws its intervals from the seed of the records', () => {
    const series = [
      [10, 1],
      [9, 3],
      [8, 0.2],
      [7, 2],
      [6, 0.4],
    ];
    const intervalOf = (seed: number) =>
      onlyGroup(
        series.map((workingDistancesUm, trajectory) =>
          handMadeRecord({ seed, trajectory, workingDistancesUm }),
        ),
      ).iterations[1]?.absWorkingDistanceUm.iqmInterval95;
    expect(intervalOf(1)).toEqual(intervalOf(1));
    expect(intervalOf(2)).not.toEqual(intervalOf(1));
  });

  it('compares the last residuals with the bound, over the trajectories that have one', () => {
    const bound = { workingDistanceUm: 0.03, stigmatorX: 0.01, stigmatorY: 0.02 };
    const group = onlyGroup([
      handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 0.3], pairBoundSd: bound }),
      handMadeRecord({
        trajectory: 1,
        workingDistancesUm: [10, 5, -0.4],
        pairBoundSd: { ...bound, workingDistanceUm: 0.04 },
      }),
      handMadeRecord({ trajectory: 2, workingDistancesUm: [10, 9] }),
    ]);
    // Root mean squares: of 0.03 and 0.04, of 0.3 and -0.4; stigmators are a tenth of those.
    const { pairBound } = group;
    expect(pairBound?.trajectories).toBe(2);
    expect(pairBound?.sd.workingDistanceUm).toBeCloseTo(Math.sqrt(0.00125), 12);
    expect(pairBound?.rms.workingDistanceUm).toBeCloseTo(Math.sqrt(0.125), 12);
    expect(pairBound?.efficiency.workingDistanceUm).toBeCloseTo(0.1, 12);
    expect(pairBound?.efficiency.stigmatorX).toBeCloseTo(0.01 / Math.sqrt(0.00125), 12);
    expect(pairBound?.efficiency.stigmatorY).toBeCloseTo(0.02 / Math.sqrt(0.00125), 12);
  });

  it('has no bound where no record has one, and no efficiency of an error of 0', () => {
    expect(onlyGroup([handMadeRecord({ workingDistancesUm: [10, 1] })]).pairBound).toBeNull();
    const pairBoundSd = { workingDistanceUm: 0.03, stigmatorX: 0.01, stigmatorY: 0.02 };
    const exact = onlyGroup([handMadeRecord({ workingDistancesUm: [10, 0], pairBoundSd })]);
    expect(exact.pairBound?.efficiency.workingDistanceUm).toBeNull();
  });

  it('of nothing has no groups', () => {
    expect(summarise([])).toEqual({ schema: 1, groups: [], targets: [], simToReal: [] });
  });
});

describe('syntheticRecords', () => {
  it('have the shape of records and every outcome', () => {
    const records = syntheticRecords({ trajectories: 9 });
    for (const record of records) trajectoryRecordSchema.parse(record);
    expect(new Set(records.map(({ outcome }) => outcome)).size).toBe(5);
    expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
    expect(new Set(records.map(({ iterations }) => iterations.length)).size).toBeGreaterThan(5);
  });
});
