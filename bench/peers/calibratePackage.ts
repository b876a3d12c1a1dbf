import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { FocusState, Rectangle } from '../../harness/microscope/index.ts';
import {
  meanState,
  type PackageCalibration,
  type PackageState,
  type PublishedPackage,
} from './PublishedPackage.ts';

/** Working distance by which the procedure leaves good focus, um. */
const inducedUm = 8;
/**
 * Stigmator units induced. The procedure asks for 2 %, which on a column of 4 um per % is more
 * than the package can see at its perturbation of 4 um.
 */
const inducedUnits = 0.5;
/** The package's own default, where its calibration starts. */
const firstAperture = 0.004;
/** One correction of the aperture is rarely enough: its model is not linear. */
const mostRounds = 4;
const apertureTolerance = 0.03;
/** By how much a calibrated package may misjudge what was induced, as a fraction of it. */
const largestMiss = 0.25;

/** A pair of frames, taken this far from good focus. */
export type PairAt = (offset: Partial<FocusState>) => Promise<PerturbedPair>;

/** The calibration, and how well it reproduces what was induced: estimates over induced values. */
export interface CalibratedPackage {
  readonly calibration: PackageCalibration;
  readonly closure: { readonly workingDistance: number; readonly stigmators: number };
}

/**
 * Calibrates the published package as its users do: from good focus 8 um of working distance are
 * induced and the aperture becomes `NA sqrt(estimate / 8)`; then stigmators are induced, the scale
 * is the ratio of lengths and the rotation the one that turns the estimate onto what was induced.
 *
 * Its users find out by trial whether an axis has to be turned over; a second stigmator move tells.
 * Nothing is taken for granted of its axes: at the end all moves are estimated once more, and the
 * calibration is refused unless they come out as they were made.
 *
 * @param pairAt - Of one place with good contrast.
 * @throws Error if the package has the sign wrong, sees nothing, or does not reproduce the moves.
 */
export async function calibratePackage(
  published: Pick<PublishedPackage, 'estimate'>,
  pairAt: PairAt,
  patches: readonly Rectangle[],
  useBessel: boolean,
): Promise<CalibratedPackage> {
  const raw = { stigRotDeg: 0, stigScaleUmPerUnit: 1, useBessel };
  const estimate = async (
    pair: PerturbedPair,
    calibration: typeof raw & { numAperture: number },
  ) => {
    const state = meanState((await published.estimate(pair, patches, calibration)).states);
    if (state === undefined) throw new Error('the package could estimate no patch of a good pair');
    return state;
  };

  const defocused = await pairAt({ workingDistanceUm: inducedUm });
  let numAperture = firstAperture;
  for (let round = 0; round < mostRounds; round++) {
    const { zUm } = await estimate(defocused, { ...raw, numAperture });
    if (!(zUm > 0)) {
      throw new Error(`the package takes +${inducedUm} um for ${zUm} um: the sign is wrong`);
    }
    numAperture *= Math.sqrt(zUm / inducedUm);
    if (Math.abs(zUm / inducedUm - 1) < apertureTolerance) break;
  }

  const along = await pairAt({ stigmatorX: inducedUnits, stigmatorY: inducedUnits });
  const across = await pairAt({ stigmatorX: inducedUnits, stigmatorY: -inducedUnits });
  const first = await estimate(along, { ...raw, numAperture });
  const second = await estimate(across, { ...raw, numAperture });
  const calibration: PackageCalibration = {
    numAperture,
    ...stigmatorsFrom(first, second),
    useBessel,
  };

  const moves = [
    [await estimate(along, calibration), 1],
    [await estimate(across, calibration), -1],
  ] as const;
  const { zUm } = await estimate(defocused, calibration);
  const misses = moves.map(
    ([{ x, y }, sign]) =>
      Math.hypot(x - inducedUnits, calibration.handedness * y - sign * inducedUnits) /
      Math.hypot(inducedUnits, inducedUnits),
  );
  const worst = Math.max(Math.abs(zUm / inducedUm - 1), ...misses);
  if (worst > largestMiss) {
    throw new Error(
      `the calibrated package misses what was induced by ${(100 * worst).toFixed(0)} %, more than ` +
        `${100 * largestMiss} %`,
    );
  }
  const length = moves.reduce((sum, [{ x, y }]) => sum + Math.hypot(x, y), 0) / moves.length;
  return {
    calibration,
    closure: {
      workingDistance: zUm / inducedUm,
      stigmators: length / Math.hypot(inducedUnits, inducedUnits),
    },
  };
}

/** @param first, second - Estimates, in um, of (1, 1) and (1, -1) times what is induced. */
function stigmatorsFrom(
  first: PackageState,
  second: PackageState,
): Pick<PackageCalibration, 'stigRotDeg' | 'stigScaleUmPerUnit' | 'handedness'> {
  const turn = first.x * second.y - first.y * second.x;
  if (turn === 0) throw new Error('the package sees no difference between the stigmators');
  // From (1, 1) to (1, -1) the induced vector turns the negative way.
  const handedness = turn < 0 ? 1 : -1;
  const length = (Math.hypot(first.x, first.y) + Math.hypot(second.x, second.y)) / 2;
  const target = Math.atan2(handedness, 1);
  // A frequency grid turned by alpha turns its astigmatism by twice that.
  const turned = Math.atan2(first.y, first.x) - target;
  return {
    stigRotDeg: degreesWithin90(turned / 2),
    stigScaleUmPerUnit: length / Math.hypot(inducedUnits, inducedUnits),
    handedness,
  };
}

/** The same astigmatism has the angles alpha and alpha + 180 degrees. */
function degreesWithin90(radians: number): number {
  const degrees = (radians * 180) / Math.PI;
  return degrees - 180 * Math.round(degrees / 180);
}
