import type { AutofocusContext } from '../../harness/algorithm/index.ts';
import { syntheticPair } from '../../harness/algorithm/testing/syntheticPair.ts';
import {
  type Calibration,
  type FocusState,
  type Frame,
  type GreyPixels,
  type Microscope,
  OutOfRange,
} from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';

/** Frames of one scene at rising distances from focus. */
export type FocusSeries = readonly { readonly distanceUm: number; readonly pixels: GreyPixels }[];

/** An even number: they are made in pairs. */
const distancesUm = [
  0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30,
];
/** Focal shift of one unit of either stigmator, um; the two are at 45 degrees to each other. */
const umPerUnit = 4;

/** Square 8-bit frames of noise and nothing else. */
export function blankSeries({ counts, side }: SeriesOptions): FocusSeries {
  return distancesUm.map((distanceUm, seed) => ({
    distanceUm,
    pixels: exposed(new Uint16Array(side * side).fill(meanOfPairs), counts, side, seed),
  }));
}

/** Square 8-bit frames at focal shifts of 0 to 30 um. */
export function focusSeries({ counts, side }: SeriesOptions): FocusSeries {
  const nearer = distancesUm.filter((_, i) => i % 2 === 0);
  return nearer.flatMap((lower, i) => {
    const upper = distancesUm[2 * i + 1] ?? lower;
    const { under, over } = syntheticPair({
      aberration: { zUm: (lower + upper) / 2, aUm: 0, bUm: 0 },
      perturbationUm: (upper - lower) / 2,
      width: side,
      height: side,
      seed: 3,
    });
    return [
      { distanceUm: lower, pixels: exposed(under.data, counts, side, 2 * i) },
      { distanceUm: upper, pixels: exposed(over.data, counts, side, 2 * i + 1) },
    ];
  });
}

interface SeriesOptions {
  /** Counts per pixel. */
  readonly counts: number;
  /** px */
  readonly side: number;
}

/** Grey of `syntheticPair` where the specimen is neither bright nor dark. */
const meanOfPairs = 30000;

function exposed(
  grey16: ArrayLike<number>,
  counts: number,
  side: number,
  seed: number,
): GreyPixels {
  const noise = new RandomStream(seed, 'noise');
  const grey = Uint8Array.from(grey16, (value) => {
    const signal = 128 + (value - meanOfPairs) / 235;
    return Math.min(Math.max(signal + (128 / Math.sqrt(counts)) * noise.normal(), 0), 255);
  });
  return greyPixels(grey, side, side);
}

/**
 * A microscope whose frames depend on the distance from best focus alone, taken from a series made
 * beforehand: working distance and stigmators as one length. No optics, so that searches are fast.
 */
export class ToyMicroscope {
  focus: FocusState;
  exposed = 0;
  readonly visited: FocusState[] = [];
  /** Added to the distance of the frame of this number, um. */
  blurUmAt: (frame: number) => number = () => 0;
  readonly #frames: FocusSeries;
  readonly #best: FocusState;
  readonly #start: FocusState;
  readonly #limitUm: number;
  readonly #signal: AbortSignal;
  readonly #seed: number;

  constructor(
    frames: FocusSeries,
    best: FocusState,
    start: FocusState,
    options: { limitUm?: number; signal?: AbortSignal; seed?: number } = {},
  ) {
    this.focus = start;
    this.#frames = frames;
    this.#best = best;
    this.#start = start;
    this.#limitUm = options.limitUm ?? Number.POSITIVE_INFINITY;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#seed = options.seed ?? 1;
  }

  context(): AutofocusContext {
    const [{ pixels } = { pixels: greyPixels(new Uint8Array(1), 1, 1) }] = this.#frames;
    const [height = 0, width = 0] = pixels.shape;
    const calibration: Calibration = {
      convergenceMrad: 8.74,
      stigmatorMatrixUmPerUnit: [
        [umPerUnit, 0],
        [0, umPerUnit],
      ],
      imageShiftNmPerUm: { x: 0, y: 0 },
      residualSpotNm: 0,
      psf: 'gaussian',
    };
    const microscope: Pick<Microscope, 'readFocus' | 'writeFocus' | 'acquireFrame'> = {
      readFocus: async () => this.focus,
      writeFocus: async (target) => this.#write(target),
      acquireFrame: async () => this.#expose(),
    };
    return {
      microscope: microscope as Microscope,
      frame: { width, height, pixelSizeNm: 10, dwellTimeNs: 200 },
      calibration,
      random: new RandomStream(this.#seed, 'algorithm'),
      signal: this.#signal,
      clock: { nowMs: () => 0 },
    };
  }

  #write(target: Partial<FocusState>): FocusState {
    this.#signal.throwIfAborted();
    const next = { ...this.focus, ...target };
    const requested = next.workingDistanceUm;
    if (Math.abs(requested - this.#start.workingDistanceUm) > this.#limitUm) {
      throw new OutOfRange({ parameter: 'workingDistanceUm', requested, allowed: 'nearer' });
    }
    this.focus = next;
    return next;
  }

  #expose(): Frame {
    this.#signal.throwIfAborted();
    const distanceUm =
      Math.hypot(
        this.focus.workingDistanceUm - this.#best.workingDistanceUm,
        umPerUnit * (this.focus.stigmatorX - this.#best.stigmatorX),
        umPerUnit * (this.focus.stigmatorY - this.#best.stigmatorY),
      ) + this.blurUmAt(this.exposed);
    this.exposed++;
    this.visited.push(this.focus);
    const nearest = this.#frames.reduce((p, q) =>
      Math.abs(q.distanceUm - distanceUm) < Math.abs(p.distanceUm - distanceUm) ? q : p,
    );
    return { pixels: nearest.pixels } as Frame;
  }
}
