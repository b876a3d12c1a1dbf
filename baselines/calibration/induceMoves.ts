import {
  type Calibration,
  CalibrationError,
  type Microscope,
} from '../../harness/microscope/index.ts';
import { AberrationMeter } from './AberrationMeter.ts';
import type { CalibrationOptions } from './CalibrationOptions.ts';
import { type ConsistencyCheck, checkCalibration, pairsOfCheck } from './checkCalibration.ts';
import { chooseStigmatorStep } from './chooseStigmatorStep.ts';
import { type BothFits, fitBoth } from './fitBoth.ts';
import type { FittedConvergence, MovedPair } from './fitConvergence.ts';
import { type ImageShift, measureImageShift } from './measureImageShift.ts';
import { PairTaker } from './PairTaker.ts';
import { type Sides, type StigmatorColumn, stigmatorColumn, takeSides } from './stigmatorColumn.ts';

/** What the induced moves have shown. */
export interface Moves extends BothFits {
  readonly imageShift: ImageShift;
  readonly stigmators: { readonly x: StigmatorColumn; readonly y: StigmatorColumn };
  readonly check: ConsistencyCheck;
  /** How far the working distance was out of focus in the beginning, um. */
  readonly startUm: number;
  /** Largest dose that a place has received. */
  readonly largestDoseElectronsPerNm2: number;
}

/** Half the difference of working distance in a pair, um; that of the algorithms. */
export const perturbationUm = 5;
/** Beyond, the stigmators would be measured on blurred frames and with bent estimates. */
export const largestStartUm = 6;
/**
 * Moves of the working distance, um: large against the noise of an estimate, small enough that
 * the window of the estimator and what its model leaves out bend the line by a few percent only.
 * Ascending: frames that lag behind the moves then show as a slope of the wrong sign.
 */
const offsetsUm = [-3, -1.5, 1.5, 3] as const;
const pairsPerPlace = offsetsUm.length + 4;
/** Pairs with which a step of each stigmator is looked for, as a rule. */
const pairsOfTrials = 4;

/** Exposes all pairs of a calibration, evaluates them, and checks the result by one more move. */
export async function induceMoves(
  microscope: Microscope,
  { frame, guessMrad, places, signal, onFrame = () => {} }: CalibrationOptions,
): Promise<Moves> {
  const expected = 2 * (places * pairsPerPlace + pairsOfTrials + pairsOfCheck);
  let frames = 0;
  const taker = await PairTaker.at(microscope, {
    frame,
    perturbationUm,
    ...(signal && { signal }),
    onFrame: () => {
      frames += 1;
      onFrame(frames, Math.max(frames, expected));
    },
  });
  const { parameters } = await microscope.describe();

  const moved = [await moveWorkingDistance(taker)];
  const roughShift = measureImageShift(moved.flat().map(({ pair }) => pair)).nmPerUm;
  const rough = await fitBoth(moved, roughShift, { gaussian: guessMrad });
  const startUm = rough.fits[0].centreUm;
  assertFocused(startUm);
  taker.moveCentre({ workingDistanceUm: -startUm });
  const roughMeter = meterOf(rough.fits[0], roughShift);
  const x = await chooseStigmatorStep('stigmatorX', parameters.stigmatorX, taker, roughMeter);
  const y = await chooseStigmatorStep('stigmatorY', parameters.stigmatorY, taker, roughMeter);
  const movedX: Sides[] = [x.sides];
  const movedY: Sides[] = [y.sides];
  for (let place = 1; place < places; place++) {
    await taker.goToPlace(place);
    moved.push(await moveWorkingDistance(taker));
    movedX.push(await takeSides('stigmatorX', x.stepUnits, taker));
    movedY.push(await takeSides('stigmatorY', y.stepUnits, taker));
  }

  const imageShift = measureImageShift(moved.flat().map(({ pair }) => pair));
  const both = await fitBoth(moved, imageShift.nmPerUm, angles(rough));
  const meter = meterOf(both.fits[0], imageShift.nmPerUm);
  const stigmators = {
    x: await stigmatorColumn(movedX, x.stepUnits, meter),
    y: await stigmatorColumn(movedY, y.stepUnits, meter),
  };
  const check = await checkCalibration(taker, meter, matrixOf(stigmators));
  const { largestDoseElectronsPerNm2 } = taker;
  return { ...both, imageShift, stigmators, check, startUm, largestDoseElectronsPerNm2 };
}

/** K from its columns. */
export function matrixOf({ x, y }: Moves['stigmators']): Calibration['stigmatorMatrixUmPerUnit'] {
  return [
    [x.aUmPerUnit, y.aUmPerUnit],
    [x.bUmPerUnit, y.bUmPerUnit],
  ];
}

async function moveWorkingDistance(taker: PairTaker): Promise<MovedPair[]> {
  const moves: MovedPair[] = [];
  for (const offsetUm of offsetsUm) {
    moves.push({ offsetUm, pair: await taker.take({ workingDistanceUm: offsetUm }) });
  }
  return moves;
}

function meterOf(
  { convergenceMrad, psf }: FittedConvergence,
  imageShiftNmPerUm: Calibration['imageShiftNmPerUm'],
): AberrationMeter {
  return new AberrationMeter({ convergenceMrad, psf, imageShiftNmPerUm });
}

function angles({ fits }: BothFits): { gaussian: number; disc: number } {
  const of = (psf: Calibration['psf']) => (fits[0].psf === psf ? fits[0] : fits[1]).convergenceMrad;
  return { gaussian: of('gaussian'), disc: of('disc') };
}

function assertFocused(startUm: number): void {
  if (Math.abs(startUm) <= largestStartUm) return;
  throw new CalibrationError(
    `a calibration must begin within ${largestStartUm} um of best focus. The working distance is ${Math.abs(startUm).toFixed(1)} um off`,
    { hint: 'focus by hand first' },
  );
}
