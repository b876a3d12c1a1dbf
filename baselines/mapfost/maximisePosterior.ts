import { solveSymmetric } from '../pair/solveSymmetric.ts';
import type { PairLikelihood, PairState } from './PairLikelihood.ts';

/** Where the search ended, with the covariance of (z, a, b) in um^2. */
export interface PosteriorMaximum {
  readonly state: PairState;
  /** Negative logarithm of the posterior, nats. */
  readonly cost: number;
  /** Logarithm of the ratio of the likelihood here to that of two frames of noise alone, nats. */
  readonly logLikelihoodRatio: number;
  readonly covarianceUm2: readonly (readonly number[])[];
  readonly evaluations: number;
}

const mostIterations = 30;
/** The search ends where a step promises less than this, nats: a hundredth of a standard deviation. */
const settledNats = 1e-4;
/** No single step changes an aberration by more than this: the expansion is local. */
const largestStepUm = 6;

/** Fisher scoring with Levenberg's damping from a start; ends when nothing is to be gained. */
export function maximisePosterior(likelihood: PairLikelihood, start: PairState): PosteriorMaximum {
  let state = start;
  let at = likelihood.expand(state);
  let damping = 1e-3;
  let evaluations = 1;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const damped = at.curvature.map((row, p) =>
      row.map((value, q) => (p === q ? value * (1 + damping) : value)),
    );
    const step = solveSymmetric(damped, at.gradient).solution;
    const shiftStep = solveSymmetric(at.shiftCurvature, at.shiftGradient).solution;
    const promised = dot(step, at.gradient) + dot(shiftStep, at.shiftGradient);
    if (promised < settledNats) break;
    const largest = Math.max(...step.slice(0, 3).map(Math.abs));
    const shorten = Math.min(1, largestStepUm / Math.max(largest, 1e-12));
    const [dz = 0, da = 0, db = 0, dGain = 0] = step.map((value) => value * shorten);
    const [dx = 0, dy = 0] = shiftStep;
    const next: PairState = {
      aberration: {
        zUm: state.aberration.zUm - dz,
        aUm: state.aberration.aUm - da,
        bUm: state.aberration.bUm - db,
      },
      shiftUm: { x: state.shiftUm.x - dx, y: state.shiftUm.y - dy },
      logGain: state.logGain - dGain,
    };
    const expansion = likelihood.expand(next);
    evaluations += 1;
    if (expansion.cost <= at.cost) {
      state = next;
      at = expansion;
      damping = Math.max(damping / 5, 1e-6);
    } else {
      damping *= 10;
      if (damping > 1e6) break;
    }
  }
  return {
    state,
    cost: at.cost,
    logLikelihoodRatio: likelihood.logLikelihoodRatio(at.cost),
    covarianceUm2: likelihood
      .covarianceAt(state)
      .slice(0, 3)
      .map((row) => row.slice(0, 3)),
    evaluations,
  };
}

function dot(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, value, i) => sum + value * (q[i] ?? 0), 0);
}
