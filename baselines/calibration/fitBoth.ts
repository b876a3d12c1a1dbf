import type { Calibration } from '../../harness/microscope/index.ts';
import { type FittedConvergence, fitConvergence, type MovedPair } from './fitConvergence.ts';

/** How clearly one transfer function explains the pairs better than the other. */
interface Preference {
  /** Pairs in which the better one is the likelier. */
  readonly pairs: number;
  readonly of: number;
  /** By how much, summed over all pairs. */
  readonly nats: number;
}

/** The angle under both transfer functions, the better one first. */
export interface BothFits {
  readonly fits: readonly [FittedConvergence, FittedConvergence];
  readonly preference: Preference;
}

/**
 * Fits the convergence angle under both transfer functions, each with its own angle, and puts the
 * one first that explains the pairs better. Where the blur is small against a pixel the two are
 * much the same, and it matters little which is first.
 */
export async function fitBoth(
  places: readonly (readonly MovedPair[])[],
  imageShiftNmPerUm: Calibration['imageShiftNmPerUm'],
  guessMrad: { readonly gaussian: number; readonly disc?: number },
): Promise<BothFits> {
  const gaussian = await fitConvergence(
    places,
    { psf: 'gaussian', imageShiftNmPerUm },
    guessMrad.gaussian,
  );
  // The Gaussian has no second maximum to get lost in: its angle is a safe start.
  const disc = await fitConvergence(
    places,
    { psf: 'disc', imageShiftNmPerUm },
    guessMrad.disc ?? gaussian.convergenceMrad,
  );
  const gains = disc.evidenceNats.map((nats, i) => nats - (gaussian.evidenceNats[i] ?? 0));
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const isDisc = total > 0;
  return {
    fits: isDisc ? [disc, gaussian] : [gaussian, disc],
    preference: {
      pairs: gains.filter((gain) => gain > 0 === isDisc).length,
      of: gains.length,
      nats: Math.abs(total),
    },
  };
}
