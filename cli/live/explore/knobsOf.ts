import type { Preset } from '../../../sim/index.ts';
import type { KnobRange, Knobs } from './protocol.ts';
import { umPerStigmatorUnit } from './stigmatorUnits.ts';

/** Half of what the working distance can be turned by, um. */
const workingDistanceReachUm = 45;
const dwellLadderNs = [50, 100, 200, 400, 800, 1600, 3200, 6400];
/** Focal shift of one step of a stigmator, and of half of what it can be turned by, um. */
const stigmatorUm = { step: 0.2, reach: 60 } as const;
/** As people like steps and ends of a scale, times a power of ten. */
const roundSteps = [1, 2, 5];
const roundEnds = [1, 1.5, 2, 3, 5, 7];

/**
 * What the knobs of an instrument can be turned to, in its own units: around what it is nominally at,
 * so that the middle gives nothing away. A step of a stigmator does about the same to the probe on
 * every instrument, whatever its unit.
 */
export function knobsOf(preset: Preset): Knobs {
  const { focus, scan } = preset;
  const [shortest, longest] = scan.dwellTimeRangeNs;
  const [lowest, highest] = focus.workingDistanceRangeUm;
  const stigmator = stigmatorKnob(preset);
  return {
    workingDistanceUm: {
      min: Math.max(lowest, Math.round(focus.workingDistanceUm - workingDistanceReachUm)),
      max: Math.min(highest, Math.round(focus.workingDistanceUm + workingDistanceReachUm)),
      step: 0.1,
      unit: 'µm',
    },
    stigmatorX: stigmator,
    stigmatorY: stigmator,
    dwellTimesNs: [...new Set([scan.dwellTimeNs, ...dwellLadderNs])]
      .filter((dwell) => dwell >= shortest && dwell <= longest)
      .sort((a, b) => a - b),
  };
}

function stigmatorKnob({ stigmator }: Preset): KnobRange {
  const { unit, optimum, optimumRange, range } = stigmator;
  const [lowest, highest] = range;
  const umPerUnit = umPerStigmatorUnit(stigmator);
  const middle = lowest <= 0 && highest >= 0 ? 0 : (lowest + highest) / 2;
  const hidden =
    Math.max(Math.abs(optimum.x - middle), Math.abs(optimum.y - middle)) + optimumRange;
  // Twice as far as the secret, so that the ends do not give it away either.
  const least = roundAbove(2 * hidden);
  const reach = Math.max(least, roundNear(stigmatorUm.reach / umPerUnit, roundEnds));
  return {
    min: Math.max(lowest, middle - reach),
    max: Math.min(highest, middle + reach),
    step: roundNear(stigmatorUm.step / umPerUnit, roundSteps),
    unit,
  };
}

function roundNear(value: number, among: readonly number[]): number {
  const distance = (one: number) => Math.abs(Math.log(one / value));
  return roundAround(value, among).reduce((best, one) =>
    distance(one) < distance(best) ? one : best,
  );
}

function roundAbove(value: number): number {
  return roundAround(value, roundEnds).find((one) => one >= value) ?? 0;
}

/** Round numbers from below a value > 0 to above it, ascending. */
function roundAround(value: number, among: readonly number[]): number[] {
  const decade = Math.floor(Math.log10(value));
  return value > 0 ? [...among, 10].map((one) => Number(`${one}e${decade}`)) : [];
}
