import { describe, expect, it } from 'vitest';
import { summarise } from '../summary/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { consoleReport } from './consoleReport.ts';

const summary = summarise([
  ...[10, 9, 11].map((start, trajectory) =>
    handMadeRecord({ trajectory, workingDistancesUm: [start, start / 5, start / 50] }),
  ),
  ...[10, 9, 11].map((start, trajectory) =>
    handMadeRecord({
      algorithm: 'beta',
      trajectory,
      workingDistancesUm: [start, start / 2, start / 4, trajectory === 0 ? 4 : 0.5],
    }),
  ),
]);

describe('consoleReport', () => {
  it('prints one row per algorithm and condition, with units, and what it means', () => {
    expect(consoleReport(summary, { colour: false })).toMatchInlineSnapshot(`
      "algorithm  n        success  iterations      frames  dose, e/nm²   compute
                         % [95 %]  to margins  to margins   to margins  ms/iter.
      ──────────────────────────────────────────────────────────────────────────
      hand: merlin, gaussian PSF, tissue, 50 ns
      alpha      3  100 [44, 100]           2           4           18       100
      beta       3    67 [21, 94]           3           6           27       100

      algorithm       |wd|       |wd|       |wd|       |wd|   |stig x|   |stig y|
                     1, µm      2, µm      3, µm    end, µm  end, a.u.  end, a.u.
      ───────────────────────────────────────────────────────────────────────────
      hand: merlin, gaussian PSF, tissue, 50 ns
      alpha      2.00±0.20  0.20±0.02  0.20±0.02  0.20±0.02  0.02±0.00  0.02±0.00
      beta       5.00±0.50  2.50±0.25  1.67±2.02  1.67±2.02  0.17±0.20  0.17±0.20

      Residuals against the hidden truth, mean ± SD over trajectories; wd = working distance. Success: all
      residuals inside the margins (1 µm, 0.25 a.u.) at the end. To margins: median until they were
      reached for good; – where half of the trajectories or more never did.

      alpha reached the margins (1 µm, 0.25 a.u.) with the least dose: median 18 e/nm² in 4 frames, 3 of 3
      trajectories.
      At best the others needed: beta 27 e/nm² (1.5 times as much; 2 of 3).
      With n = 3, even success in all runs only shows a success rate above 44 % (95 % interval).
      "
    `);
  });

  it('shows a right refusal as declined, without an error', () => {
    const declined = { specimen: 'blank', outcome: 'declined', isBlank: true } as const;
    const record = handMadeRecord({ ...declined, workingDistancesUm: [5, 5] });
    const text = consoleReport(summarise([record]), { colour: false });
    expect(text).toMatch(/^alpha +1 +declined /m);
    expect(text).not.toContain('5.00');
    expect(text.replaceAll('\n', ' ')).toContain('Declined: rightly, in all trajectories');
  });

  it('says with how many trajectories at once the computing time was measured', () => {
    const records = [1, 4].map((workers, trajectory) => {
      const record = handMadeRecord({ trajectory, workingDistancesUm: [10, 1] });
      return { ...record, timing: { ...record.timing, workers } };
    });
    const textOf = (some: typeof records) =>
      consoleReport(summarise(some), { colour: false }).replaceAll('\n', ' ');
    expect(textOf(records)).toContain('measured with 1 to 4 trajectories at once.');
    expect(textOf(records.slice(0, 1))).toContain('measured with 1 trajectory at a time.');
  });

  const large = summarise(
    syntheticRecords({ trajectories: 3, presets: ['merlin', 'merlin-real'] }),
  );

  it.each([80, 100, 132, 200])('keeps every line within %i columns', (width) => {
    const lines = consoleReport(large, { width, colour: false }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('has a table of the bound where there is one, a dash for who does not work on pairs', () => {
    const pairBoundSd = { workingDistanceUm: 0.05, stigmatorX: 0.01, stigmatorY: 0.0123 };
    const mixed = summarise([
      handMadeRecord({ workingDistancesUm: [10, 0.5], pairBoundSd }),
      handMadeRecord({ algorithm: 'beta', workingDistancesUm: [10, 0.5] }),
    ]);
    const text = consoleReport(mixed, { width: 80, colour: false });
    expect(text.split('\n').slice(14, 20)).toMatchInlineSnapshot(`
      [
        "algorithm   bound    bound    bound  efficiency  efficiency  efficiency",
        "           wd, µm  x, a.u.  y, a.u.          wd      stig x      stig y",
        "───────────────────────────────────────────────────────────────────────",
        "hand: merlin, gaussian PSF, tissue, 50 ns",
        "alpha        0.05     0.01   0.0123         0.1         0.2       0.246",
        "beta            –        –        –           –           –           –",
      ]
    `);
    expect(text.replaceAll('\n', ' ')).toContain('Efficiency: bound / root mean square residual');
    expect(consoleReport(summary, { colour: false })).not.toMatch(/bound|efficiency/i);
  });

  it('has one table where the terminal is wide enough, else two', () => {
    const tables = (width: number) =>
      consoleReport(summary, { width, colour: false }).match(/^algorithm/gm)?.length;
    expect(tables(100)).toBe(2);
    expect(tables(160)).toBe(1);
  });

  it('writes escape sequences only when colour is asked for', () => {
    expect(consoleReport(summary, { colour: false })).not.toContain('\u001b');
    expect(consoleReport(summary, { colour: true })).toContain('\u001b[');
  });

  it('lets no control character of a record through to the terminal', () => {
    const records = [handMadeRecord({ specimen: 'x\u001b[2J', workingDistancesUm: [10, 1] })];
    expect(consoleReport(summarise(records), { colour: false })).not.toContain('\u001b');
  });

  it('says so when there is nothing', () => {
    expect(consoleReport(summarise([]), { colour: false })).toBe(
      'There are no trajectories to report on.\n',
    );
  });
});
