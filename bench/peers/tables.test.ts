import { describe, expect, it } from 'vitest';
import { textTable } from '../../reports/index.ts';
import { handMadeRecord } from '../../reports/testing/handMadeRecord.ts';
import { conditionTables } from './conditionTable.ts';
import type { PairTimes } from './timePairs.ts';
import { optimumTable, timeTable } from './timeTables.ts';

describe('conditionTables', () => {
  it('has one table per condition, one row per method in the order asked for', () => {
    const of = (algorithm: string, workingDistancesUm: number[], dwellTimeNs = 200) =>
      handMadeRecord({
        algorithm,
        parameters: { perturbationUm: algorithm === 'package' ? 4 : 5, patches: 4 },
        dwellTimeNs,
        workingDistancesUm,
      });
    const table = conditionTables(
      [
        of('ours', [10, 0.5, 0.01]),
        of('package', [10, 8, -2]),
        { ...of('package', [12, 6, 0.5]), key: 'f'.repeat(64) },
        { ...of('ours', [10, 4, 1], 50), outcome: 'failed', message: 'the reason' },
      ],
      ['package', 'absent', 'ours'],
    );
    expect(table).toMatchInlineSnapshot(`
      "merlin, gaussian, 200 ns, 2 trajectories
                  T   |wd|                |stig|                     in   dose        ms
                 um  start      1      2   start      1      2  margins  e/nm2  per pair
        package   4   11.0   7.00   1.25    1.10  0.700  0.125      1/2      -      25.0
        ours      5   10.0  0.500  0.010    1.00  0.050  0.001      1/1   9.00      25.0

      merlin, gaussian, 50 ns, 1 trajectory
               T   |wd|              |stig|                     in   dose        ms
              um  start     1     2   start      1      2  margins  e/nm2  per pair
        ours   5   10.0  4.00  1.00    1.00  0.400  0.100      0/1      -      25.0
        ours, failed: the reason
      "
    `);
  });
});

const times: PairTimes[] = [
  {
    psf: 'disc',
    sidePx: 512,
    state: { workingDistanceUm: 3, stigmatorX: 0.5 },
    times: [
      { method: 'package', cpuMs: 280, timesFaster: 1 },
      { method: 'ours', cpuMs: 28, timesFaster: 10 },
    ],
    optimum: {
      scipy: {
        optimum: { zUm: 3.01, aUm: -0.9, bUm: 1.7 },
        cost: -1000,
        costAtStart: -900,
        costAtCompared: -1000.5,
        evaluations: 40,
        cpuMsSpectra: 30,
        cpuMsFit: 90,
      },
      ours: { zUm: 3, aUm: -0.9, bUm: 1.7 },
      excessNats: -0.5,
      apartUm: 0.01,
    },
  },
];

describe('timeTable', () => {
  it('has the ratio to the package beside every other time', () => {
    expect(timeTable(times)).toMatchInlineSnapshot(`
      "  probe, patch, state               package  ours
                                               ms    ms  x faster
        disc, 512 px, 3 um and 0.5 % off      280  28.0      10.0
      "
    `);
  });
});

describe('optimumTable', () => {
  it('has both optima and their distance', () => {
    expect(optimumTable(times)).toMatchInlineSnapshot(`
      "  probe, patch, state                     SciPy: z, a, b      mapfost: z, a, b  apart  excess  evaluations   fit
                                                            um                    um     um    nats     of SciPy    ms
        disc, 512 px, 3 um and 0.5 % off  3.010, -0.900, 1.700  3.000, -0.900, 1.700  0.010  -0.500           40  90.0
      "
    `);
  });
});

describe('textTable', () => {
  it('shows three digits where that is possible, and a dash for nothing', () => {
    const cells = [0.0004, 0.25, 0.9999, 9.876, 12.34, 123.4, null, Number.NaN, -1.5];
    expect(textTable(cells.map((cell) => [cell]))).toEqual([
      '0.000',
      '0.250',
      '1.00',
      '9.88',
      '12.3',
      '123',
      '-',
      '-',
      '-1.50',
    ]);
  });
});
