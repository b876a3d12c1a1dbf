import type { Aberration } from '../../harness/microscope/index.ts';
import { type PairOptics, pupilShapes } from './PairModel.ts';
import type { PairParameters } from './pairParameters.ts';

/** The instrument under every pupil that it may have: moments are matched, so that the angle is one. */
export function pupilsOf(
  optics: PairOptics,
  { pupil }: Pick<PairParameters, 'pupil'>,
): readonly PairOptics[] {
  return pupil === 'calibration' ? [optics] : pupilShapes.map((psf) => ({ ...optics, psf }));
}

/** What a pair of frames says if the pupil has this shape. */
export interface PupilFit {
  readonly psf: PairOptics['psf'];
  readonly aberration: Aberration;
  /** Logarithm of the likelihood, apart from what all shapes share. */
  readonly nats: number;
  /** How many times more the data scatter than the likelihood believes, at least 1. */
  readonly excess: number;
}

/**
 * The likeliest of the fits, and what the others leave possible: the square of the distance to each of
 * them in (z, a, b), um^2, times the probability that it is right after all.
 *
 * Specimens are no Gaussian fields, so that a nat is worth less than the likelihood believes: by the
 * excess of the likeliest.
 */
export function likelierPupil<T extends PupilFit>(
  fits: readonly T[],
): { readonly likeliest: T; readonly spreadUm2: number[][] } {
  const likeliest = fits.reduce((best, fit) => (fit.nats > best.nats ? fit : best));
  const odds = fits.map(({ nats }) => Math.exp((nats - likeliest.nats) / likeliest.excess));
  const total = odds.reduce((sum, value) => sum + value, 0);
  const spreadUm2 = [0, 1, 2].map(() => [0, 0, 0]);
  fits.forEach(({ aberration }, k) => {
    const probability = odds[k]! / total;
    const offset = (['zUm', 'aUm', 'bUm'] as const).map(
      (name) => aberration[name] - likeliest.aberration[name],
    );
    spreadUm2.forEach((row, i) => {
      for (let j = 0; j < 3; j++) row[j]! += probability * offset[i]! * offset[j]!;
    });
  });
  return { likeliest, spreadUm2 };
}

/** The sum of two matrices of the same size. */
export function addMatrices(
  left: readonly (readonly number[])[],
  right: readonly (readonly number[])[],
): number[][] {
  return right.map((row, i) => row.map((value, j) => value + left[i]![j]!));
}
