import {
  type Aberration,
  aberrationOfDeviation,
  type Calibration,
} from '../../microscope/index.ts';
import type { MicroscopeCheck } from './MicroscopeCheck.ts';
import type { SeenMove } from './seenMove.ts';

/** Of the size of a move, the scatter of an estimate that is too much to tell it. */
const largestScatter = 0.25;
/** A step that is seen larger or smaller than this, where a calibration says what to expect. */
const calibrated = { least: 0.7, most: 1.4 };
/** Where the convergence angle is a guess: an angle that is off by a factor of 2 makes 4. */
const guessed = { least: 0.2, most: 5 };
/** A stigmator that does less, um, does nothing. */
const leastAstigmatismUm = 0.5;
/** Smallest sine of the angle between the effects of both stigmators: they are 45 degrees apart, (a, b) 90. */
const leastSine = 0.5;

/**
 * A step of the working distance. Its own sign cannot be told from blur, which is the same on both sides of
 * focus; a wrong one shows as a wrong sign of both stigmators.
 *
 * @param stepUm - From the first pair to the second.
 */
export function judgeWorkingDistance(
  seen: SeenMove,
  stepUm: number,
  isCalibrated: boolean,
): MicroscopeCheck {
  const name = 'working-distance';
  if ('declined' in seen) return { name, result: 'not-told', finding: seen.declined };
  const { zUm } = seen.move;
  const finding = `a step of ${stepUm.toFixed(2)} um is seen as ${zUm.toFixed(2)} um${isCalibrated ? '' : ', by a guess of the convergence angle'}`;
  if (seen.sdUm > largestScatter * stepUm) return tooNoisy(name, seen.sdUm);
  const ratio = zUm / stepUm;
  const { least, most } = isCalibrated ? calibrated : guessed;
  if (ratio >= least && ratio <= most) return { name, result: 'passed', finding };
  const advice =
    ratio < -least
      ? 'the two frames of a pair are exchanged, or frames lag behind the moves: look for stale frames and settle times'
      : ratio < least
        ? 'the lens does less than it reads back: look for a limit, for steps and for settle times; focus by hand first if the start is far off'
        : 'run semfocus calibrate: the convergence angle or the scale of the working distance is another one';
  return { name, result: 'failed', finding, advice };
}

type StigmatorCheck = 'stigmator-x' | 'stigmator-y';

/**
 * A step of one stigmator.
 *
 * @param stepUnits - From the first pair to the second.
 * @param other - What the other stigmator did, where that is known.
 */
export function judgeStigmator(
  name: StigmatorCheck,
  seen: SeenMove,
  stepUnits: number,
  how: {
    readonly unit: string;
    readonly calibration: Calibration | undefined;
    readonly other: Aberration | undefined;
  },
): MicroscopeCheck {
  if ('declined' in seen) return { name, result: 'not-told', finding: seen.declined };
  const { aUm, bUm, zUm } = seen.move;
  const sizeUm = Math.hypot(aUm, bUm);
  const { unit, calibration, other } = how;
  const step = `a step of ${short(stepUnits)} ${unit}`;
  const finding = `${step} is seen as (a, b) = ${vector(seen.move)} um, and z = ${zUm.toFixed(2)} um`;
  if (seen.sdUm > Math.max(largestScatter * sizeUm, leastAstigmatismUm)) {
    return tooNoisy(name, seen.sdUm);
  }
  const failed = (advice: string): MicroscopeCheck => ({ name, result: 'failed', finding, advice });
  if (sizeUm < leastAstigmatismUm) {
    return failed('the stigmator does nothing: check that it can be set from outside');
  }
  if (calibration !== undefined) {
    const expected = expectedOf(name, stepUnits, calibration);
    const expectedUm = Math.hypot(expected.aUm, expected.bUm);
    const missUm = Math.hypot(aUm - expected.aUm, bUm - expected.bUm);
    if (missUm <= (calibrated.most - 1) * expectedUm) return { name, result: 'passed', finding };
    return {
      ...failed(
        'run semfocus calibrate again: scan rotation, sign or matrix of the stigmators are other ones than in the calibration, or the working distance has the other sign',
      ),
      finding: `${finding}; the calibration says ${vector(expected)} um`,
    };
  }
  if (other !== undefined) {
    const sine = (other.aUm * bUm - other.bUm * aUm) / (sizeUm * Math.hypot(other.aUm, other.bUm));
    if (Math.abs(sine) < leastSine) {
      return failed('both stigmators act along one axis: check that they are two');
    }
  }
  return { name, result: 'passed', finding };
}

function expectedOf(name: StigmatorCheck, stepUnits: number, calibration: Calibration): Aberration {
  const isX = name === 'stigmator-x';
  return aberrationOfDeviation(
    {
      workingDistanceUm: 0,
      stigmatorX: isX ? stepUnits : 0,
      stigmatorY: isX ? 0 : stepUnits,
    },
    calibration.stigmatorMatrixUmPerUnit,
  );
}

function tooNoisy(name: MicroscopeCheck['name'], sdUm: number): MicroscopeCheck {
  const finding = `the estimates scatter by ${sdUm.toFixed(2)} um: expose longer, or move to finer structure`;
  return { name, result: 'not-told', finding };
}

function vector({ aUm, bUm }: Aberration): string {
  return `(${aUm.toFixed(2)}, ${bUm.toFixed(2)})`;
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
