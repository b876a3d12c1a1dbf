import { describe, expect, it } from 'vitest';
import { type Preset, presetNamed } from '../../../sim/index.ts';
import { knobsOf } from './knobsOf.ts';
import { limitsInUnitsOf, umPerStigmatorUnit } from './stigmatorUnits.ts';

const merlin = presetNamed('merlin');
/** A Merlin whose stigmators are so many times as strong, and their numbers smaller. */
function stronger(times: number, change: Partial<Preset['stigmator']> = {}): Preset {
  const { stigmator } = merlin;
  const [[ax, ay], [bx, by]] = stigmator.matrixUmPerUnit;
  const [low, high] = stigmator.range;
  return {
    ...merlin,
    stigmator: {
      ...stigmator,
      matrixUmPerUnit: [
        [ax * times, ay * times],
        [bx * times, by * times],
      ],
      optimum: { x: stigmator.optimum.x / times, y: stigmator.optimum.y / times },
      optimumRange: stigmator.optimumRange / times,
      range: [low / times, high / times],
      ...change,
    },
  };
}

describe('knobsOf', () => {
  it.each([
    [1, { min: -15, max: 15, step: 0.05 }],
    [100, { min: -0.15, max: 0.15, step: 0.0005 }],
    [0.01, { min: -1500, max: 1500, step: 5 }],
    [4, { min: -3, max: 3, step: 0.01 }],
  ])('turns stigmators that are %d times as strong by as much focal shift', (times, expected) => {
    const { stigmatorX, stigmatorY } = knobsOf(stronger(times, { unit: 'a.u.' }));
    expect(stigmatorX).toEqual({ ...expected, unit: 'a.u.' });
    expect(stigmatorY).toEqual(stigmatorX);
  });

  it('ends where the instrument ends', () => {
    expect(knobsOf(stronger(1, { range: [-4, 100] })).stigmatorX).toMatchObject({
      min: -4,
      max: 15,
    });
    const { focus } = merlin;
    const short: Preset = { ...merlin, focus: { ...focus, workingDistanceRangeUm: [4470, 4530] } };
    expect(knobsOf(short).workingDistanceUm).toMatchObject({ min: 4470, max: 4530 });
  });

  it('is around the middle of a range without zero, and reaches what is hidden', () => {
    const beside = stronger(1, { range: [100, 300], optimum: { x: 280, y: 200 } });
    expect(knobsOf(beside).stigmatorX).toMatchObject({ min: 100, max: 300 });
    const far = stronger(1, { optimum: { x: 40, y: 0 } });
    expect(knobsOf(far).stigmatorX).toMatchObject({ min: -100, max: 100 });
  });

  it.each(Array.from({ length: 40 }, (_, seed) => `random:${seed}`))(
    'has the best focus of %s well inside',
    (name) => {
      const preset = presetNamed(name);
      const { optimum, optimumRange } = preset.stigmator;
      const { min, max, step } = knobsOf(preset).stigmatorX;
      const furthest = Math.max(Math.abs(optimum.x), Math.abs(optimum.y)) + optimumRange;
      expect(max).toBeGreaterThan(furthest);
      expect(min).toBeLessThan(-furthest);
      const stepUm = step * umPerStigmatorUnit(preset.stigmator);
      expect(stepUm).toBeGreaterThan(0.1);
      expect(stepUm).toBeLessThan(0.4);
    },
  );

  it('offers dwell times that the scan has, its own among them, ascending', () => {
    const { scan } = merlin;
    const own: Preset = {
      ...merlin,
      scan: { ...scan, dwellTimeNs: 300, dwellTimeRangeNs: [100, 1000] },
    };
    expect(knobsOf(own).dwellTimesNs).toEqual([100, 200, 300, 400, 800]);
  });
});

describe('limitsInUnitsOf', () => {
  it('is the same focal shift, to two digits', () => {
    const limits = { workingDistanceUm: 1, stigmator: 0.25 };
    const inUnitsOf = (times: number) =>
      limitsInUnitsOf(limits, merlin.stigmator, stronger(times).stigmator);
    expect(inUnitsOf(1)).toEqual(limits);
    expect(inUnitsOf(10)).toEqual({ workingDistanceUm: 1, stigmator: 0.025 });
    expect(inUnitsOf(1 / 3)).toEqual({ workingDistanceUm: 1, stigmator: 0.75 });
  });
});
