import type { ExpectedCost } from '../../harness/experiment/suite/index.ts';
import type { Scenario } from '../../harness/record/index.ts';

/** What an algorithm does with a frame that the plan reckons with. */
interface FrameCost {
  /** Computing time per planned frame, s. */
  readonly computeS: number;
  /** Frames taken for one that is planned: searches take several per iteration, or stop early. */
  readonly frames: number;
  /** That a network was asked about per frame or pair; its time goes with them. */
  readonly patches?: number;
}

/** A network, with its usual number of patches. */
function network(computeS: number, frames = 1, patches = 10): FrameCost {
  return { computeS, frames, patches };
}

/**
 * Measured once: one trajectory each with the defaults of the algorithm on frames of 1024 x 768 px,
 * one worker, on an AMD EPYC of two cores that other work kept busy; networks by `npm run bench models`
 * when it was idle, half a pair per frame. A new algorithm need not stand here.
 */
const measured: ReadonlyMap<string, FrameCost> = new Map(
  Object.entries({
    mapfost: { computeS: 0.12, frames: 1 },
    'mapfost-published': { computeS: 0.11, frames: 1 },
    spectral: { computeS: 0.1, frames: 1 },
    'sharpness-simplex': { computeS: 0.08, frames: 2 },
    'sharpness-sweep': { computeS: 0.01, frames: 0.6 },
    heuristic: { computeS: 0.06, frames: 1 },
    afss: { computeS: 0.23, frames: 3 },
    'deepfocus-128': network(0.16, 1, 40),
    'deepfocus-256': network(0.13),
    'deepfocus-384': network(0.27),
    'deepfocus-384-ultraplus': network(0.27),
    'deepfocus-512': network(0.5),
    'deepfocus-pixel-384': network(0.27),
    'deepfocus-score-384': network(0.27),
    'deepfocus-spectral-384': network(0.06),
    'deepscore-512': network(1.1, 2.3),
  }),
);

const unknown: FrameCost = { computeS: 0.2, frames: 1 };

/** Rendering a megapixel, and what a trajectory costs besides: specimen, previews, bound. */
const renderSPerMpx = 0.13;
const trajectoryS = 1.5;

function costOf({ name, parameters }: Scenario['algorithm']): FrameCost {
  const cost = measured.get(name) ?? unknown;
  const { patches } = (parameters ?? {}) as { patches?: unknown };
  if (cost.patches === undefined || typeof patches !== 'number') return cost;
  return { ...cost, computeS: (cost.computeS * patches) / cost.patches };
}

/**
 * About how long one trajectory takes on one core, s. Depends on its arguments alone, so that all
 * shards of a plan come to the same division.
 */
export function expectedSeconds(
  { algorithm }: Pick<Scenario, 'algorithm'>,
  { frames, pixels }: Pick<ExpectedCost, 'frames' | 'pixels'>,
): number {
  const cost = costOf(algorithm);
  return trajectoryS + frames * cost.computeS + cost.frames * (pixels / 1e6) * renderSPerMpx;
}

/** About what an algorithm does with the frames of a plan: how many it takes, and how long it computes, s. */
export function expectedWork(
  { algorithm }: Pick<Scenario, 'algorithm'>,
  { frames }: Pick<ExpectedCost, 'frames'>,
): { readonly frames: number; readonly computeS: number } {
  const cost = costOf(algorithm);
  return { frames: Math.ceil(frames * Math.max(1, cost.frames)), computeS: frames * cost.computeS };
}
