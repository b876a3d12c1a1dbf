import type { CorrectionEstimate, Json } from '../../harness/algorithm/index.ts';
import {
  type Aberration,
  type Calibration,
  deviationOfAberration,
  type FocusChange,
  opposite,
} from '../../harness/microscope/index.ts';
import type { AberrationEstimate } from './PairModel.ts';

/**
 * An estimate is declined when a component of it is not known to this: then the frames said next
 * to nothing and the prior spoke. Four times less than the prior's 20 um.
 */
const largestSdUm = 5;
/** Or to this part of the whole: 30 um off, a correction that is uncertain by 6 um is a good one. */
const largestSdFraction = 0.2;

/**
 * The correction that undoes an estimated aberration, or a declined one.
 *
 * @param modelErrorUm - Standard deviations of z, a, b that the model itself is wrong by, beside the noise. They are claimed, and
 *   decline nothing.
 * @param doubt - Why the estimator itself does not believe in its estimate, if it does not.
 */
export function correctionFrom(
  { aberration, covarianceUm2: noiseCovarianceUm2 }: AberrationEstimate,
  calibration: Calibration,
  modelErrorUm: readonly [number, number, number],
  diagnostics: { readonly [name: string]: Json },
  doubt?: string,
): CorrectionEstimate {
  const matrix = calibration.stigmatorMatrixUmPerUnit;
  const { zUm, aUm, bUm } = aberration;
  const deviation = deviationOfAberration(aberration, matrix);
  const size = Math.hypot(zUm, aUm, bUm);
  const mostUm = Math.max(largestSdUm, largestSdFraction * size);
  const covarianceUm2 = noiseCovarianceUm2.map((row, i) =>
    row.map((value, j) => (i === j ? value + (modelErrorUm[i] ?? 0) ** 2 : value)),
  );
  const sdUm = [0, 1, 2].map((i) => Math.sqrt(noiseCovarianceUm2[i]?.[i] ?? 0));
  const worstSdUm = Math.max(...sdUm);
  const correctionSd = deviationSd(covarianceUm2, calibration);
  const reason =
    doubt ??
    (worstSdUm <= mostUm
      ? undefined
      : `too little structure above the noise: the estimate is uncertain by ${worstSdUm.toFixed(1)} um, more than ${mostUm.toFixed(1)} um`);
  if (reason !== undefined) return { ...declinedFor(reason, diagnostics), correctionSd };
  return {
    correction: opposite(deviation),
    correctionSd,
    astigmatismUm: { a: -aUm, b: -bUm },
    diagnostics: { zUm, aUm, bUm, ...diagnostics },
  };
}

/** A model error that is the same part of the aberration in z, a and b. It vanishes on the way to focus. */
export function evenErrorUm(
  fraction: number,
  { zUm, aUm, bUm }: Aberration,
): [number, number, number] {
  const errorUm = fraction * Math.hypot(zUm, aUm, bUm);
  return [errorUm, errorUm, errorUm];
}

/** No correction, and why. */
function declinedFor(
  reason: string,
  diagnostics: { readonly [name: string]: Json },
): CorrectionEstimate {
  return {
    correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
    astigmatismUm: { a: 0, b: 0 },
    declined: reason,
    diagnostics,
  };
}

/** Standard deviations carried from (z, a, b) to the settings through the inverse matrix. */
function deviationSd(
  covariance: readonly (readonly number[])[],
  calibration: Calibration,
): FocusChange {
  const matrix = calibration.stigmatorMatrixUmPerUnit;
  const unit = deviationOfAberration({ zUm: 0, aUm: 1, bUm: 0 }, matrix);
  const other = deviationOfAberration({ zUm: 0, aUm: 0, bUm: 1 }, matrix);
  const variance = (p: number, q: number) =>
    p * p * (covariance[1]?.[1] ?? 0) +
    2 * p * q * (covariance[1]?.[2] ?? 0) +
    q * q * (covariance[2]?.[2] ?? 0);
  return {
    workingDistanceUm: Math.sqrt(covariance[0]?.[0] ?? 0),
    stigmatorX: Math.sqrt(variance(unit.stigmatorX, other.stigmatorX)),
    stigmatorY: Math.sqrt(variance(unit.stigmatorY, other.stigmatorY)),
  };
}
