import type { Aberration, Calibration } from '../microscope/index.ts';

/** What a method answered to a pair: a correction as focal shift, or the reason why there is none. */
export type Answer =
  | (Aberration & {
      /** The method's own standard deviation of the working distance, where it knows it. */
      readonly sdUm?: number;
    })
  | { readonly declined: string };

/** A pair of frames of the series, and what the settings say of it. */
export interface ValidatedPair {
  readonly under: string;
  readonly over: string;
  readonly place: string;
  /** Half the difference of the two working distances. */
  readonly perturbationUm: number;
  /** Midway between the frames, from focus: what is simulated. */
  readonly state: Aberration;
}

/** Mean and standard deviation of simulated readings. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
}

/** One method and one pair: what it read, and what it reads in simulation. */
export interface ValidatedReading {
  readonly algorithm: string;
  /** Index into `pairs`. */
  readonly pair: number;
  readonly real: Answer;
  /**
   * Real reading minus the correction that the settings ask for: from the focus if the manifest names it; otherwise from
   * the focus where this method sees it over all pairs of the place. `null` if it declined, or read one pair of the place alone.
   */
  readonly offKnobsUm: number | null;
  readonly simulated: {
    /** One for each seed. */
    readonly answers: readonly Answer[];
    /** Of those that did not decline, working distance; `null` for fewer than three. */
    readonly workingDistanceUm: Spread | null;
    readonly aUm: Spread | null;
    readonly bUm: Spread | null;
    /** Where a real reading is inside, on the common scale; `null` for fewer than three. */
    readonly inside: { readonly lowUm: number; readonly highUm: number } | null;
    readonly declined: number;
  };
  /** `null` if the method declined, or read fewer than three simulated pairs. */
  readonly z: number | null;
  readonly isInside: boolean | null;
}

export type ValidationVerdict = 'predicted' | 'not predicted' | 'undecided';

/** A recorded series against the simulator: the document that `semfocus validate` writes. */
export interface Validation {
  readonly schema: 1;
  /** The manifest, as it was named. */
  readonly series: string;
  readonly instrument: string | null;
  readonly preset: string;
  readonly specimen: string;
  /** What the methods were told, at the real and at the simulated frames alike, and whose it is. */
  readonly told: { readonly source: string; readonly calibration: Calibration };
  readonly seeds: { readonly first: number; readonly count: number };
  /** Where the states come from: the manifest, or the median of what the methods have read. */
  readonly states: {
    readonly workingDistance: 'stated' | 'inferred';
    readonly astigmatism: 'stated' | 'inferred';
  };
  /** Signal over noise at 20 rad/um, geometric mean over the frames; how it was met. */
  readonly noise: {
    readonly real: number;
    readonly simulated: number;
    readonly dwellTimeNs: number;
    readonly beamCurrentNanoAmp: number;
    readonly isMatched: boolean;
  };
  readonly pairs: readonly ValidatedPair[];
  readonly readings: readonly ValidatedReading[];
  /** Methods that could not be asked, of a pair or at all. */
  readonly notAsked: readonly {
    readonly algorithm: string;
    readonly pair: number | null;
    readonly reason: string;
  }[];
  /** R; `null` if no reading could be compared. */
  readonly r: number | null;
  /** s. */
  readonly scale: number | null;
  readonly verdict: ValidationVerdict;
  /** R of each seed, taken for the real frames and compared with the other seeds; fewer where a seed has nothing to compare. */
  readonly rOfSimulated: readonly number[];
}
