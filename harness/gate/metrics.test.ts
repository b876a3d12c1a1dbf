import { describe, expect, it } from 'vitest';
import { depthOfFocusUm, focalErrorUm, type TrajectoryRecord } from '../record/index.ts';
import { essenceOf } from './Essence.ts';
import { type MetricName, metricNamed } from './metrics.ts';
import { syntheticRun } from './testing/syntheticRun.ts';

const [record] = syntheticRun().records;
if (record === undefined) throw new Error('no record');
const budget = { frames: 12, doseElectronsPerNm2: 60, electrons: 9e8 };
const zero = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };

/** The record with other rows: residuals of the start and the end, and whatever else the last has. */
function ended(
  start: number,
  end: Partial<typeof zero>,
  changes: Partial<TrajectoryRecord> = {},
  last: Partial<TrajectoryRecord['iterations'][number]> = {},
): TrajectoryRecord {
  const [first, ...others] = record?.iterations ?? [];
  const row = others.at(-1);
  if (record === undefined || first === undefined || row === undefined) throw new Error('no rows');
  return {
    ...record,
    ...changes,
    iterations: [
      { ...first, residual: { ...zero, workingDistanceUm: start } },
      { ...row, residual: { ...zero, ...end }, ...last },
    ],
  };
}

const measure = (name: MetricName, of: TrajectoryRecord) =>
  metricNamed(name).measure(essenceOf(of), budget);

describe('focal error', () => {
  it('turns stigmators into focal shift: 0.25 units are 1.8 um', () => {
    const error = focalErrorUm(record.scenario, { ...zero, stigmatorX: 0.25 });
    expect(error).toBeCloseTo(1.8, 12);
    const both = { ...zero, workingDistanceUm: 3, stigmatorY: 4 / 7.2 };
    expect(focalErrorUm(record.scenario, both)).toBeCloseTo(5, 12);
  });

  it('depth of focus: 10 nm at 8.74 mrad are 1.14 um', () => {
    expect(depthOfFocusUm(record.scenario)).toBeCloseTo(1.144, 3);
  });
});

describe('metrics of a trajectory', () => {
  it('success is the absence of a failure, also where declining was right', () => {
    expect(measure('success', ended(5, {}, { outcome: 'declined' }))).toBe(1);
    const failed = ended(5, {}, { outcome: 'missed', failureClass: 'false-claim' });
    expect(measure('success', failed)).toBe(0);
    expect(measure('falseClaim', failed)).toBe(1);
  });

  it('a right refusal has no error and no cost: it was left as it was found', () => {
    const { failureClass: _, ...refused } = ended(5, { workingDistanceUm: 5 }, {});
    const declined: TrajectoryRecord = { ...refused, outcome: 'declined' };
    for (const name of ['focalErrorUm', 'workingDistanceErrorUm', 'framesToMargins'] as const) {
      expect(measure(name, declined)).toBeUndefined();
    }
  });

  it('nor has one that saw nothing and was in focus by chance', () => {
    const { failureClass: _, ...inFocus } = ended(0, {}, { outcome: 'converged' });
    expect(measure('focalErrorUm', inFocus)).toBe(0);
    const [start, end] = inFocus.iterations;
    if (start === undefined || end === undefined) throw new Error('no rows');
    const iterations = [start, { ...end, declined: 'nothing to focus on' }];
    expect(measure('focalErrorUm', { ...inFocus, iterations })).toBeUndefined();
    expect(measure('success', { ...inFocus, iterations })).toBe(1);
  });

  it('errors of single parameters have no sign', () => {
    const off = ended(5, { workingDistanceUm: -2, stigmatorX: -0.5, stigmatorY: 0.1 });
    expect(measure('workingDistanceErrorUm', off)).toBe(2);
    expect(measure('stigmatorXError', off)).toBe(0.5);
    expect(measure('stigmatorYError', off)).toBe(0.1);
  });

  it('one that never reached the margins costs the whole budget', () => {
    const { failureClass: _, ...good } = ended(5, {}, { outcome: 'converged' });
    const rows = good.iterations.map((row, i) => ({ ...row, insideMargins: i === 1 }));
    expect(measure('framesToMargins', { ...good, iterations: rows })).toBe(12);
    const early = rows.map((row) => ({
      ...row,
      framesTotal: 4,
      doseElectronsPerNm2Total: 9,
      electronsTotal: 3e8,
    }));
    expect(measure('framesToMargins', { ...good, iterations: early })).toBe(4);
    expect(measure('doseToMargins', { ...good, iterations: early })).toBe(9);
    expect(measure('electronsToMargins', { ...good, iterations: early })).toBe(3e8);
    const missed = { ...good, outcome: 'missed' as const, iterations: early };
    expect(measure('framesToMargins', missed)).toBe(12);
  });

  it('worse than the start begins where it can be seen: a depth of focus farther away', () => {
    expect(measure('worseThanStart', ended(0.2, { workingDistanceUm: 1.3 }))).toBe(0);
    expect(measure('worseThanStart', ended(0.2, { workingDistanceUm: 1.4 }))).toBe(1);
    expect(measure('worseThanStart', ended(8, { workingDistanceUm: 1.4 }))).toBe(0);
  });

  it('a claim of 0.5 um holds up to 0.98 um', () => {
    const correctionSd = { workingDistanceUm: 0.5, stigmatorX: 1, stigmatorY: 1 };
    const at = (workingDistanceUm: number) =>
      measure('beyondClaim', ended(5, { workingDistanceUm }, {}, { correctionSd }));
    expect([at(0.97), at(-0.97), at(0.99)]).toEqual([0, 0, 1]);
    expect(measure('beyondClaim', ended(5, {}))).toBeUndefined();
  });

  it('an unsafe request is what the guard stopped, not an exception', () => {
    const stopped = { stopped: 'outside the limits' };
    expect(measure('unsafeRequests', ended(5, {}, { outcome: 'diverged' }, stopped))).toBe(1);
    expect(measure('unsafeRequests', ended(5, {}, { outcome: 'failed' }, stopped))).toBe(0);
    expect(measure('unsafeRequests', ended(5, {}, { outcome: 'diverged' }))).toBe(0);
  });

  it('times count where the machine did nothing else', () => {
    const timed = (timing: Partial<TrajectoryRecord['timing']>) =>
      measure('computeMs', ended(5, {}, { timing: { startedAt: '', wallS: 1, ...timing } }));
    expect(timed({ mode: 'serial', loadAverage: 1.1 })).toBeCloseTo(100, -2);
    expect(timed({ mode: 'serial', loadAverage: 3 })).toBeUndefined();
    expect(timed({ mode: 'parallel', loadAverage: 1 })).toBeUndefined();
    expect(timed({ mode: 'serial' })).toBeUndefined();
    expect(timed({})).toBeUndefined();
  });
});
