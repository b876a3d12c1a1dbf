import { solveSymmetric } from '../pair/solveSymmetric.ts';
import type { Expansion, PairLikelihood, PairState } from './PairLikelihood.ts';

/** Where the search ended. */
export interface PosteriorMaximum {
  readonly state: PairState;
  /** Negative logarithm of the posterior, nats. */
  readonly cost: number;
  readonly evaluations: number;
}

const mostIterations = 30;
/** What a step must promise, nats, for a search to go on: a twentieth of a standard deviation. */
export const settledNats = 1e-3;
/** No single step changes an aberration by more than this: the expansion is local. */
const largestStepUm = 6;
/** Steps that the curvature learns from. */
const remembered = 5;

/** A step that was taken and the change of the gradient over it. */
interface Taken {
  readonly step: readonly number[];
  readonly change: readonly number[];
}

/**
 * Fisher scoring with Levenberg's damping from a start; ends when nothing is to be gained.
 *
 * Where the specimen is no Gaussian field the expected curvature can be half of the actual one, and
 * plain scoring would swing from side to side for dozens of steps. So the curvature learns from the
 * steps taken (BFGS updates on top of the expected one).
 *
 * @see Nocedal and Wright 2006, Numerical Optimization, equation 6.19.
 */
export function maximisePosterior(
  likelihood: PairLikelihood,
  start: PairState,
  leastNats = settledNats,
): PosteriorMaximum {
  let state = start;
  let at = likelihood.expand(state);
  let damping = 1e-3;
  let evaluations = 1;
  let taken: readonly Taken[] = [];
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const gradient = gradientOf(at);
    const curvature = learned(curvatureOf(at), taken);
    const damped = curvature.map((row, p) =>
      row.map((value, q) => (p === q ? value * (1 + damping) : value)),
    );
    const full = solveSymmetric(damped, gradient).solution.map((value) => -value);
    if (-dot(full, gradient) < leastNats) break;
    const largest = Math.max(...full.slice(0, 3).map(Math.abs));
    const shorten = Math.min(1, largestStepUm / Math.max(largest, 1e-12));
    const step = full.map((value) => value * shorten);
    const next = moved(state, step);
    const expansion = likelihood.expand(next);
    evaluations += 1;
    const newGradient = gradientOf(expansion);
    const change = newGradient.map((value, p) => value - (gradient[p] ?? 0));
    taken = [...taken, { step, change }].slice(-remembered);
    if (expansion.cost <= at.cost) {
      state = next;
      at = expansion;
      damping = Math.max(damping / 5, 1e-6);
    } else {
      damping = Math.max(damping * 10, 1e-2);
      if (damping > 1e6) break;
    }
  }
  return { state, cost: at.cost, evaluations };
}

/** z, a, b, logarithm of the gain, shift x, shift y. */
function gradientOf({ gradient, shiftGradient }: Expansion): number[] {
  return [...gradient, ...shiftGradient];
}

/** The displacement shares no information with the rest. */
function curvatureOf({ curvature, shiftCurvature }: Expansion): number[][] {
  return [
    ...curvature.map((row) => [...row, 0, 0]),
    ...shiftCurvature.map((row) => [0, 0, 0, 0, ...row]),
  ];
}

function learned(expected: readonly (readonly number[])[], taken: readonly Taken[]): number[][] {
  let matrix = expected.map((row) => [...row]);
  for (const { step, change } of taken) {
    const bent = matrix.map((row) => dot(row, step));
    const byModel = dot(bent, step);
    const byGradient = dot(change, step);
    // A step along which the posterior is not convex teaches nothing that a maximum could use.
    if (!(byGradient > 0.1 * byModel && byModel > 0)) continue;
    matrix = matrix.map((row, p) =>
      row.map(
        (value, q) =>
          value - (bent[p]! * bent[q]!) / byModel + (change[p]! * change[q]!) / byGradient,
      ),
    );
  }
  return matrix;
}

function moved({ aberration, shiftUm, logGain }: PairState, step: readonly number[]): PairState {
  const [dz = 0, da = 0, db = 0, dGain = 0, dx = 0, dy = 0] = step;
  return {
    aberration: {
      zUm: aberration.zUm + dz,
      aUm: aberration.aUm + da,
      bUm: aberration.bUm + db,
    },
    shiftUm: { x: shiftUm.x + dx, y: shiftUm.y + dy },
    logGain: logGain + dGain,
  };
}

function dot(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, value, i) => sum + value * (q[i] ?? 0), 0);
}
