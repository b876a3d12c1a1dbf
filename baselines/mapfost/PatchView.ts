import type { Aberration, Rectangle } from '../../harness/microscope/index.ts';
import { median } from '../../harness/statistics/index.ts';
import { solveSymmetric } from '../pair/solveSymmetric.ts';
import type { PairLikelihood, PairState } from './PairLikelihood.ts';

/** What one patch alone says, seen from the state that all of them agreed on. */
export interface PatchView {
  readonly patch: Rectangle;
  readonly aberration: Aberration;
  /** Standard deviations of z, a, b by the patch's own noise, um. */
  readonly sdUm: readonly [number, number, number];
  /** Information on z, per um^2: how much the patch counts. */
  readonly information: number;
  /** Why its spectra are not pooled, if they are not. */
  readonly leftOut?: 'blank' | 'disagrees';
}

/** Deviations from the patches' median that count as disagreement, in standard deviations. */
const largestDeviation = 5;
/**
 * What patches of one frame differ by without anything being wrong: a part of the aberration, and
 * some um. On simulated tissue estimates of z from 16 patches of 384 px scattered by 0.6 to 1.0 um
 * (gaussian) and 0.1 to 0.3 um (disc) 10 um off with 3 units of astigmatism, by 0.1 um 2 um off.
 */
const usualFraction = 0.05;
const usualUm = 0.1;
/** Fewer than this have no majority. */
const fewestVoters = 3;

/**
 * One Newton step from the common state on the patch's own likelihood.
 *
 * @param likelihood - Of the patch alone, with an estimated prior.
 */
export function viewOfPatch(
  patch: Rectangle,
  likelihood: PairLikelihood,
  state: PairState,
): PatchView {
  const { gradient, curvature } = likelihood.expand(state);
  const { nats, neededNats } = likelihood.evidence();
  const { solution, inverse } = solveSymmetric(curvature, gradient);
  const [dz = 0, da = 0, db = 0] = solution;
  const sd = (i: number) => Math.sqrt(inverse[i]![i]!);
  const isBlank = nats < neededNats;
  return {
    patch,
    aberration: {
      zUm: state.aberration.zUm - dz,
      aUm: state.aberration.aUm - da,
      bUm: state.aberration.bUm - db,
    },
    sdUm: [sd(0), sd(1), sd(2)],
    information: curvature[0]![0]!,
    ...(isBlank && { leftOut: 'blank' as const }),
  };
}

/**
 * Marks the patches whose estimates lie apart from what most say: one that charges, or moves, or
 * holds what differs between the frames. Apart means five standard deviations of their own noise, of
 * the patches' scatter, and of what usual model errors make, together, from the median.
 */
export function markDisagreeing(views: readonly PatchView[]): PatchView[] {
  const voters = views.filter(({ leftOut }) => leftOut === undefined);
  if (voters.length < fewestVoters) return [...views];
  const components = (['zUm', 'aUm', 'bUm'] as const).map((name, i) => {
    const values = voters.map(({ aberration }) => aberration[name]);
    const middle = median(values);
    // 1.48 times the median deviation is the standard deviation of a normal distribution.
    const spread = 1.48 * median(values.map((value) => Math.abs(value - middle)));
    return { name, i, middle, spread };
  });
  const size = Math.hypot(...components.map(({ middle }) => middle));
  const usual = usualUm + usualFraction * size;
  return views.map((view) => {
    if (view.leftOut !== undefined) return view;
    const disagrees = components.some(({ name, i, middle, spread }) => {
      const tolerance = largestDeviation * Math.hypot(view.sdUm[i] ?? 0, spread, usual);
      return Math.abs(view.aberration[name] - middle) > tolerance;
    });
    return disagrees ? { ...view, leftOut: 'disagrees' as const } : view;
  });
}
