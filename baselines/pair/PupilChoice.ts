import type { Aberration } from '../../harness/microscope/index.ts';
import { type PairOptics, pupilShapes } from './PairModel.ts';
import type { PairParameters } from './pairParameters.ts';

/** What a pair of frames says if the pupil has this shape. */
export interface PupilFit {
  readonly psf: PairOptics['psf'];
  readonly aberration: Aberration;
  /** Logarithm of the likelihood of the frames, apart from what all shapes share, of one patch in the mean. */
  readonly natsOfPatch: number;
}

/** The shape that counts. */
export interface ChosenPupil<T extends PupilFit> {
  readonly likeliest: T;
  /** How likely it is, of the shapes that were fitted. */
  readonly probability: number;
  /**
   * What the others leave possible: the square of the distance to each of them in (z, a, b), um^2, times the
   * probability that it is right after all.
   */
  readonly spreadUm2: readonly (readonly number[])[];
}

/**
 * The likelihood takes specimens for Gaussian fields. Their bodies and borders move its logarithm as well: so many nats
 * of a patch count as one.
 */
const natsOfModel = 5;
/** Never surer than that: a few clear pairs tell when another aperture was chosen. */
const mostLogOdds = 50;

/**
 * Which shape the pupil of one instrument has, from all pairs so far: it is the same in all of
 * them. Far from focus one pair tells the shapes apart; near focus hardly any difference is left.
 */
export class PupilChoice {
  /** Logarithm of the odds of every shape. */
  readonly #logOdds = new Map<PairOptics['psf'], number>();

  /** Those of one pair, one for every shape of {@link pupilsOf}, change what is known. */
  choose<T extends PupilFit>(fits: readonly T[]): ChosenPupil<T> {
    const most = Math.max(...fits.map(({ natsOfPatch }) => natsOfPatch));
    for (const { psf, natsOfPatch } of fits) {
      const change = (natsOfPatch - most) / natsOfModel;
      this.#logOdds.set(psf, (this.#logOdds.get(psf) ?? 0) + change);
    }
    const oddsOf = ({ psf }: T) => this.#logOdds.get(psf)!;
    const likeliest = fits.reduce((one, fit) => (oddsOf(fit) > oddsOf(one) ? fit : one));
    const largest = oddsOf(likeliest);
    for (const [psf, odds] of this.#logOdds) {
      this.#logOdds.set(psf, Math.max(-mostLogOdds, odds - largest));
    }
    const odds = fits.map((fit) => Math.exp(oddsOf(fit)));
    const total = odds.reduce((sum, value) => sum + value, 0);
    const spreadUm2 = [0, 1, 2].map(() => [0, 0, 0]);
    fits.forEach(({ aberration }, k) => {
      const offset = (['zUm', 'aUm', 'bUm'] as const).map(
        (name) => aberration[name] - likeliest.aberration[name],
      );
      spreadUm2.forEach((row, i) => {
        for (let j = 0; j < 3; j++) row[j]! += (odds[k]! / total) * offset[i]! * offset[j]!;
      });
    });
    return { likeliest, probability: 1 / total, spreadUm2 };
  }
}

/** The instrument under every pupil that it may have: moments are matched, so that the angle is one. */
export function pupilsOf(
  optics: PairOptics,
  { pupil }: Pick<PairParameters, 'pupil'>,
): readonly PairOptics[] {
  return pupil === 'calibration' ? [optics] : pupilShapes.map((psf) => ({ ...optics, psf }));
}

/** The sum of two matrices of the same size. */
export function addMatrices(
  left: readonly (readonly number[])[],
  right: readonly (readonly number[])[],
): number[][] {
  return right.map((row, i) => row.map((value, j) => value + left[i]![j]!));
}
