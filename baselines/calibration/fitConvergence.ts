import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { type Calibration, CalibrationError } from '../../harness/microscope/index.ts';
import { leastSquaresLine, mean } from '../../harness/statistics/index.ts';
import { AberrationMeter } from './AberrationMeter.ts';
import { sdOfMean } from './sdOfMean.ts';

/** A pair, and how far the working distance was moved for it. */
export interface MovedPair {
  readonly offsetUm: number;
  readonly pair: PerturbedPair;
}

/** The half-angle at which the estimator returns the induced moves, under one transfer function. */
export interface FittedConvergence {
  readonly psf: Calibration['psf'];
  readonly convergenceMrad: number;
  /** One standard deviation of the mean over places; 0 where there is one only. */
  readonly sdMrad: number;
  /** How far the centre of the moves is out of focus at the first place, um. */
  readonly centreUm: number;
  /** Logarithm of the likelihood of each pair, nats, apart from what all pupils share; place by place. */
  readonly evidenceNats: readonly number[];
}

/** Slopes so near to 1 need no further look at the frames: what is left is scaled away. */
const nearlyRight = 0.02;
/** Steps that change the angle by less than this end the search at a jump. */
const nearlyStill = 0.004;
const mostIterations = 20;
/** The angle changes by no more than this factor at once: far off, estimates are no longer linear. */
const largestStep = 1.4;
/** The largest angle that a calibration may have. */
const largestMrad = 50;

/**
 * Half-angle of the beam from induced moves of the working distance.
 *
 * Pairs tell NA^2 z alone: an angle that is wrong by a factor multiplies every estimate by its
 * square. So the angle is scaled by the square root of the slope of estimated against induced
 * moves, again and again on the same frames, until the slope is 1. Whatever else scales the
 * estimates, an unevenly filled pupil or a wrong scale of the working distance, is in it: it is
 * the angle that an estimator needs, not that of the aperture.
 *
 * @param places - Moves at every place, at least two different ones.
 * @throws CalibrationError if estimates fall where the working distance rises, follow it not at
 *   all, or if the angle does not settle.
 */
export async function fitConvergence(
  places: readonly (readonly MovedPair[])[],
  optics: Pick<Calibration, 'psf' | 'imageShiftNmPerUm'>,
  guessMrad: number,
): Promise<FittedConvergence> {
  let convergenceMrad = guessMrad;
  let damping = 1;
  let wasAbove: boolean | undefined;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const meter = new AberrationMeter({ ...optics, convergenceMrad });
    const evidenceNats: number[] = [];
    const lines = [];
    for (const moves of places) {
      const zUm = [];
      for (const { pair } of moves) {
        const measured = await meter.measure(pair);
        zUm.push(measured.aberration.zUm);
        evidenceNats.push(measured.evidenceNats);
      }
      const offsetsUm = moves.map(({ offsetUm }) => offsetUm);
      lines.push(leastSquaresLine(offsetsUm, zUm));
    }
    const slopes = lines.map(({ slope }) => slope);
    const slope = mean(slopes);
    assertFollows(slope);
    // At low doses estimates may jump where the angle hardly changes: steps to and fro get shorter.
    const isAbove = slope > 1;
    if (wasAbove !== undefined && wasAbove !== isAbove) damping /= 2;
    wasAbove = isAbove;
    const factor = slope ** (damping / 2);
    if (Math.abs(slope - 1) < nearlyRight || Math.abs(factor - 1) < nearlyStill) {
      const slopeSd = slopes.length > 1 ? sdOfMean(slopes) / slope : 0;
      convergenceMrad *= factor;
      return {
        psf: optics.psf,
        convergenceMrad,
        sdMrad: (convergenceMrad * slopeSd) / 2,
        centreUm: (lines[0]?.offset ?? 0) / slope,
        evidenceNats,
      };
    }
    convergenceMrad *= Math.min(Math.max(factor, 1 / largestStep), largestStep);
    if (convergenceMrad > largestMrad) break;
  }
  throw new CalibrationError(
    `the convergence angle does not settle: ${convergenceMrad.toFixed(2)} mrad after the last iteration, starting at ${guessMrad.toFixed(2)} mrad`,
    { hint: 'give a better guess, focus better or expose longer' },
  );
}

/** Slopes nearer to 0 come from noise: a guess that is too large by a factor of 2 makes 0.25. */
const leastSlope = 0.05;

function assertFollows(slope: number): void {
  if (slope < -leastSlope) {
    throw new CalibrationError(
      `the estimates have the wrong sign: they change by ${slope.toFixed(2)} um per um of working distance`,
      {
        hint: 'the two frames of a pair are exchanged, or a frame shows the state before the last move: look for stale frames and settle times',
      },
    );
  }
  if (!(slope > leastSlope)) {
    throw new CalibrationError(
      `the estimates do not follow the working distance: they change by ${slope.toFixed(2)} um per um`,
      { hint: 'check that the working distance can be set; focus better or expose longer' },
    );
  }
}
