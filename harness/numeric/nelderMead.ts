import { AlgorithmError } from '../microscope/index.ts';
import type { RandomStream } from './RandomStream.ts';

/** One corner of the simplex, or any point measured. */
interface Vertex {
  readonly x: readonly number[];
  /** The objective as last measured there. */
  readonly value: number;
}

type NelderMeadMove =
  | 'start'
  | 'reflect'
  | 'expand'
  | 'contract-outside'
  | 'contract-inside'
  | 'shrink'
  | 'jitter'
  | 'restart';

/** The state of the search after one iteration. */
export interface NelderMeadStep {
  /** 0 for the start simplex, then 1, 2, ... */
  readonly iteration: number;
  readonly best: Vertex;
  /** All corners, best first. */
  readonly simplex: readonly Vertex[];
  /** Calls of the objective since the start. */
  readonly evaluations: number;
  readonly move: NelderMeadMove;
}

/** Why the search ended. */
export type NelderMeadEnd = 'threshold' | 'no-improvement' | 'max-iterations';

export interface NelderMeadOptions {
  /** The start simplex is the start and the start plus one step along each axis; none may be 0. */
  readonly steps: readonly number[];
  readonly signal: AbortSignal;
  readonly maxIterations: number;
  /** The search ends as soon as the best value is not above this. */
  readonly threshold?: number;
  /** Smallest decrease of the best value that counts as an improvement; 0 if left out. */
  readonly minImprovement?: number;
  /** The search ends after this many iterations without improvement; never if left out. */
  readonly patienceIterations?: number;
  /**
   * How often, in place of that end, the search goes on from its best corner with a simplex as large as the
   * first and turned around; 0 if left out. A simplex that has become small stays in a valley beside
   * the lowest one.
   */
  readonly restarts?: number;
  /**
   * `standard`: inside or outside the simplex, as the textbook has it. `outside-only`: always
   * outside and accepted if better than the worst corner, as the article's authors do.
   * `standard` if left out.
   */
  readonly contraction?: 'standard' | 'outside-only';
  readonly jitter?: NelderMeadJitter;
}

/** Random displacement of a stuck simplex: all corners but the best move and are measured anew. */
interface NelderMeadJitter {
  readonly random: RandomStream;
  /** Displacements are uniform within plus or minus these, one per dimension. */
  readonly amplitudes: readonly number[];
  /** Iterations without improvement before a jitter, and the least distance of two jitters. */
  readonly afterIterations: number;
}

// The usual coefficients (Nelder and Mead 1965: alpha, gamma, beta; the halving of the shrink).
const reflection = 1;
const expansion = 2;
const contraction = 0.5;
const shrinkage = 0.5;

/**
 * Simplex search for the smallest value of a function that is slow and perhaps noisy.
 *
 * After a shrink, a jitter or a restart the best corner is measured again as well: its value may be a lucky
 * one, or stale where the specimen drifts. One evaluation at a time, best corner first.
 *
 * @param objective - What to minimise; handed the signal. Infinity is a legal value, NaN is not.
 * @param start - First corner.
 * @returns one item for the start simplex and one per iteration, then the reason of the end.
 * @throws AlgorithmError if the objective gives NaN.
 * @throws RangeError if lengths, steps or limits make no sense.
 * @see J. A. Nelder and R. Mead 1965, A simplex method for function minimization, The Computer
 *   Journal 7; decisions at ties as in Lagarias, Reeds, Wright, Wright 1998, SIAM J. Optim. 9.
 */
export async function* nelderMead(
  objective: (x: readonly number[], signal: AbortSignal) => Promise<number>,
  start: readonly number[],
  options: NelderMeadOptions,
): AsyncGenerator<NelderMeadStep, NelderMeadEnd, void> {
  checkArguments(start, options);
  const { signal, steps, jitter, maxIterations, threshold = Number.NEGATIVE_INFINITY } = options;
  const { minImprovement = 0, patienceIterations = Number.POSITIVE_INFINITY } = options;
  const { restarts = 0 } = options;
  let evaluations = 0;

  const measure = async (x: readonly number[]): Promise<Vertex> => {
    signal.throwIfAborted();
    evaluations++;
    const value = await objective(x, signal);
    if (Number.isNaN(value)) {
      throw new AlgorithmError(`The objective of the simplex search is NaN at (${x.join(', ')})`);
    }
    return { x, value };
  };
  const measureAll = async (points: readonly (readonly number[])[]): Promise<Simplex> => {
    const vertices: Vertex[] = [];
    for (const point of points) vertices.push(await measure(point));
    return sorted(vertices);
  };

  let simplex = await measureAll(cornersAt(start, steps));
  let move: NelderMeadMove = 'start';
  let reference = simplex.best.value;
  let improvedAt = 0;
  let jitteredAt = 0;
  let restarted = 0;

  for (let iteration = 0; ; ) {
    const { best } = simplex;
    yield { iteration, best, simplex: simplex.vertices, evaluations, move };

    if (best.value < reference - minImprovement) {
      reference = best.value;
      improvedAt = iteration;
    }
    if (best.value <= threshold) return 'threshold';
    const isSettled = iteration - improvedAt >= patienceIterations;
    if (isSettled && restarted >= restarts) return 'no-improvement';
    if (iteration >= maxIterations) return 'max-iterations';

    iteration++;
    const stuckSince = Math.max(improvedAt, jitteredAt);
    if (isSettled) {
      const turn = restarted % 2 === 0 ? -1 : 1;
      simplex = await measureAll(
        cornersAt(
          best.x,
          steps.map((step) => turn * step),
        ),
      );
      move = 'restart';
      restarted++;
      reference = simplex.best.value;
      improvedAt = iteration;
    } else if (jitter !== undefined && iteration - stuckSince > jitter.afterIterations) {
      simplex = await measureAll(jitteredPoints(simplex, jitter));
      move = 'jitter';
      jitteredAt = iteration;
    } else {
      const step = await simplexMove(simplex, measure, options.contraction ?? 'standard');
      move = step.move;
      simplex =
        step.accepted === undefined
          ? await measureAll(shrunkPoints(simplex))
          : sorted([...simplex.vertices.slice(0, -1), step.accepted]);
    }
  }
}

interface Simplex {
  /** Ascending by value. */
  readonly vertices: readonly Vertex[];
  readonly best: Vertex;
  readonly secondWorst: Vertex;
  readonly worst: Vertex;
}

function sorted(unsorted: readonly Vertex[]): Simplex {
  const vertices = unsorted.toSorted((p, q) => p.value - q.value);
  const [best, secondWorst, worst] = [vertices.at(0), vertices.at(-2), vertices.at(-1)];
  if (!best || !secondWorst || !worst) throw new RangeError('a simplex has at least two corners');
  return { vertices, best, secondWorst, worst };
}

/** The corner that replaces the worst one; none where the simplex has to shrink. */
async function simplexMove(
  { vertices, best, secondWorst, worst }: Simplex,
  measure: (x: readonly number[]) => Promise<Vertex>,
  kind: 'standard' | 'outside-only',
): Promise<{ readonly move: NelderMeadMove; readonly accepted?: Vertex }> {
  const middle = centroid(vertices.slice(0, -1));
  const reflected = await measure(along(middle, worst.x, -reflection));
  if (reflected.value < best.value) {
    const expanded = await measure(along(middle, reflected.x, expansion));
    return expanded.value < reflected.value
      ? { move: 'expand', accepted: expanded }
      : { move: 'reflect', accepted: reflected };
  }
  if (reflected.value < secondWorst.value) return { move: 'reflect', accepted: reflected };

  if (kind === 'outside-only' || reflected.value < worst.value) {
    const outside = await measure(along(middle, worst.x, -contraction));
    const isAccepted =
      kind === 'outside-only' ? outside.value < worst.value : outside.value <= reflected.value;
    if (isAccepted) return { move: 'contract-outside', accepted: outside };
  } else {
    const inside = await measure(along(middle, worst.x, contraction));
    if (inside.value < worst.value) return { move: 'contract-inside', accepted: inside };
  }
  return { move: 'shrink' };
}

/** A first corner, and it plus one step along each axis. */
function cornersAt(
  first: readonly number[],
  steps: readonly number[],
): readonly (readonly number[])[] {
  return [
    first,
    ...steps.map((step, axis) => first.map((value, i) => (i === axis ? value + step : value))),
  ];
}

function shrunkPoints({ vertices, best }: Simplex): (readonly number[])[] {
  return vertices.map(({ x }) => (x === best.x ? x : along(best.x, x, shrinkage)));
}

function jitteredPoints(
  { vertices, best }: Simplex,
  { random, amplitudes }: NelderMeadJitter,
): (readonly number[])[] {
  return vertices.map(({ x }) =>
    x === best.x
      ? x
      : x.map((value, i) => {
          const amplitude = amplitudes[i] ?? 0;
          return value + random.uniformBetween(-amplitude, amplitude);
        }),
  );
}

function centroid(vertices: readonly Vertex[]): readonly number[] {
  const dimensions = vertices[0]?.x ?? [];
  return dimensions.map(
    (_, i) => vertices.reduce((sum, { x }) => sum + (x[i] ?? 0), 0) / vertices.length,
  );
}

/** `origin + factor (point - origin)`. */
function along(
  origin: readonly number[],
  point: readonly number[],
  factor: number,
): readonly number[] {
  return origin.map((value, i) => value + factor * ((point[i] ?? 0) - value));
}

function checkArguments(start: readonly number[], options: NelderMeadOptions): void {
  const dimensions = start.length;
  if (dimensions === 0 || !start.every(Number.isFinite)) {
    throw new RangeError(`start must hold at least one finite number. Received [${start}]`);
  }
  const { steps, jitter, maxIterations, patienceIterations } = options;
  if (steps.length !== dimensions || !steps.every((step) => Number.isFinite(step) && step !== 0)) {
    throw new RangeError(`steps must be ${dimensions} finite numbers, none 0. Received [${steps}]`);
  }
  if (!(maxIterations >= 0)) {
    throw new RangeError(`maxIterations must be >= 0. Received ${maxIterations}`);
  }
  if (patienceIterations !== undefined && !(patienceIterations >= 1)) {
    throw new RangeError(`patienceIterations must be >= 1. Received ${patienceIterations}`);
  }
  if (jitter === undefined) return;
  if (jitter.amplitudes.length !== dimensions || !jitter.amplitudes.every((a) => a >= 0)) {
    throw new RangeError(
      `jitter.amplitudes must be ${dimensions} numbers >= 0. Received [${jitter.amplitudes}]`,
    );
  }
  if (!(jitter.afterIterations >= 1)) {
    throw new RangeError(`jitter.afterIterations must be >= 1. Received ${jitter.afterIterations}`);
  }
}
