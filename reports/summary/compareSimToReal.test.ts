import { describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { type HandMade, handMadeRecord } from '../testing/handMadeRecord.ts';
import { onInstrument, referenceSdUm } from '../testing/onInstrument.ts';
import { compareSimToReal } from './compareSimToReal.ts';
import { groupRecords } from './groupRecords.ts';
import type { ComparedFigure, SimToReal } from './SimToReal.ts';

const ways = [
  [10, 2, 0.5],
  [10, 3, 0.4],
  [10, 4, 0.2],
  [10, 2.5, 0.3],
];
const of = (
  make: (made: HandMade) => TrajectoryRecord,
  all: number[][],
  about: HandMade | object = {},
) =>
  all.map((workingDistancesUm, trajectory) => make({ trajectory, workingDistancesUm, ...about }));

function compared(...records: TrajectoryRecord[]): SimToReal {
  const all = compareSimToReal(groupRecords(records));
  expect(all).toHaveLength(1);
  return all[0]!;
}

const figure = ({ figures }: SimToReal, quantity: ComparedFigure['quantity'], iteration?: number) =>
  figures.find((one) => one.quantity === quantity && one.iteration === (iteration ?? null))!;

describe('what was measured on an instrument against what was simulated', () => {
  it('is predicted where both are the same', () => {
    const same = compared(...of(handMadeRecord, ways), ...of(onInstrument, ways));
    expect(same).toMatchObject({ r: 0, verdict: 'predicted', notCompared: [] });
    expect(same.measured).toEqual({
      ...{ suite: 'hand', preset: 'SEM 1', psf: 'gaussian', specimen: 'as-mounted' },
      reference: 'method',
    });
    expect(same.figures.map(({ quantity, iteration }) => [quantity, iteration])).toEqual([
      ['insideMargins', null],
      ['absWorkingDistanceUm', 1],
      ['absWorkingDistanceUm', 2],
      ['doseToMarginsElectronsPerNm2', null],
      ['microscopeToMarginsS', null],
    ]);
    expect(same.figures.every(({ isInside }) => isInside)).toBe(true);
  });

  it('is judged by the spread of the simulated ones, as rare as it is of so few', () => {
    // ln 1, ln e, ln e^2: mean 1, SD 1, of three. One measured at e^4: t = 3 / sqrt(4/3 + 0.02^2).
    const e = Math.E;
    const simulated = of(handMadeRecord, [
      [10, 1],
      [10, e],
      [10, e * e],
    ]);
    const [record] = of(onInstrument, [[10, e ** 4]]);
    const exact = {
      ...record!,
      reference: { ...record!.reference!, sd: record!.reference!.before },
    };
    exact.reference.sd = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
    const {
      measured,
      simulated: own,
      inside,
      z,
      isInside,
    } = figure(compared(...simulated, exact), 'absWorkingDistanceUm', 1);
    expect(measured).toEqual({
      value: expect.closeTo(e ** 4, 9),
      interval95: null,
      trajectories: 1,
    });
    expect(own.value).toBeCloseTo(e, 9);
    // Student's t with 2 degrees of freedom: P(T > t) = (1 - t / sqrt(2 + t^2)) / 2 = 0.0608; 1.548 of a normal one.
    expect(z).toBeCloseTo(1.548, 3);
    expect(isInside).toBe(true);
    expect(inside!.low).toBeLessThan(e);
    expect(inside!.high).toBeGreaterThan(e ** 4);
  });

  it('has the standard deviation of the reference in it: less cannot be measured', () => {
    const tiny = [
      [10, 1e-3],
      [10, 2e-3],
      [10, 1e-3],
    ];
    const { measured, simulated } = figure(
      compared(...of(handMadeRecord, tiny), ...of(onInstrument, tiny)),
      'absWorkingDistanceUm',
      1,
    );
    expect(measured.value).toBeGreaterThan(referenceSdUm);
    expect(measured.value).toBeLessThan(1.01 * referenceSdUm);
    expect(simulated.value).toBe(measured.value);
  });

  it('measures simulated distances from where the reference method ends in simulation', () => {
    // It ends 0.3 um above the truth each time; on the instrument nobody sees that.
    const method = ways.map(([start = 0]) => [start, 0.3]);
    const seen = ways.map((way) => way.map((um) => um - 0.3));
    const both = compared(
      ...of(handMadeRecord, ways),
      ...of(handMadeRecord, method, { algorithm: 'method', parameters: {}, dwellTimeNs: 200 }),
      ...of(onInstrument, seen),
    );
    expect(both.referenceBiasUm).toBeCloseTo(0.3, 12);
    const after = figure(both, 'absWorkingDistanceUm', 2);
    expect(after.measured.value).toBeCloseTo(after.simulated.value!, 12);
    const without = compared(...of(handMadeRecord, ways), ...of(onInstrument, seen));
    expect(without.referenceBiasUm).toBeNull();
    expect(figure(without, 'absWorkingDistanceUm', 2).z).toBeLessThan(-0.5);
  });

  it('is not predicted where the instrument does not get there', () => {
    const lost = ways.map(() => [10, 9, 8]);
    const other = compared(...of(handMadeRecord, ways), ...of(onInstrument, lost));
    expect(other.verdict).toBe('not predicted');
    expect(figure(other, 'insideMargins')).toMatchObject({
      measured: { value: 0, trajectories: 4 },
      simulated: { value: 1, trajectories: 4 },
      isInside: false,
    });
    expect(figure(other, 'doseToMarginsElectronsPerNm2')).toMatchObject({
      measured: { value: null, interval95: null, trajectories: 0 },
      ...{ inside: null, z: null, isInside: null },
    });
  });

  it('takes one iteration more or less for chance where costs are of whole ones', () => {
    const slow = [[10, 3, 2, 0.5], ...ways.slice(1)];
    const { z } = figure(
      compared(...of(handMadeRecord, ways), ...of(onInstrument, slow)),
      'doseToMarginsElectronsPerNm2',
    );
    expect(z).toBeGreaterThan(0);
    expect(z).toBeLessThan(2);
  });

  it('is compared with nothing unlike it, and with too few of nothing', () => {
    const few = compared(...of(handMadeRecord, ways.slice(0, 2)), ...of(onInstrument, ways));
    expect(few).toMatchObject({ r: null, verdict: 'undecided' });
    expect(few.figures.map(({ z }) => z)).toEqual(few.figures.map(() => null));
    const other = compared(
      ...of(handMadeRecord, ways, { dwellTimeNs: 200 }),
      ...of(onInstrument, ways),
    );
    expect(other).toMatchObject({
      ...{ figures: [], r: null, verdict: 'undecided' },
      notCompared: [{ algorithm: 'alpha', dwellTimeNs: 50 }],
    });
    expect(compareSimToReal(groupRecords(of(onInstrument, ways)))).toEqual([]);
    expect(compareSimToReal(groupRecords(of(handMadeRecord, ways)))).toEqual([]);
  });
});
