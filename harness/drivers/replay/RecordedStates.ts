import {
  aberrationOfDeviation,
  type Calibration,
  deviationOfAberration,
  type FocusParameter,
  type FocusState,
  subtractFocus,
} from '../../microscope/index.ts';

type Matrix = Calibration['stigmatorMatrixUmPerUnit'];

/** Where no matrix is known: the margins that count as in focus are 1 um and 0.25 units. */
const usualMatrix: Matrix = [
  [4, 0],
  [0, 4],
];
/** Less than the margin is near; two frames that are farther apart than this have little in common. */
const [leastReachUm, largestReachUm] = [1, 5];
/** States that are no farther apart are one, um. */
export const oneStateUm = 1e-3;

/** The states that were recorded, and how far apart states are. */
export class RecordedStates {
  readonly #matrix: Matrix;
  readonly #states: readonly FocusState[];
  readonly #start: FocusState;
  /** How far a state may be from a recorded one that stands for it, um of focal shift. */
  readonly reachUm: number;

  /**
   * @param start - May be set, whether a frame was exposed there or not: the way back must be open.
   * @param matrix - `null` where it is not known.
   */
  constructor(states: readonly FocusState[], start: FocusState, matrix: Matrix | null) {
    this.#states = states;
    this.#start = start;
    this.#matrix = matrix ?? usualMatrix;
    this.reachUm = Math.min(Math.max(this.#largestStepUm() / 2, leastReachUm), largestReachUm);
  }

  /** The focal shift between two states: of the working distance and of both astigmatisms, um. */
  distanceUm(first: FocusState, second: FocusState): number {
    const { zUm, aUm, bUm } = aberrationOfDeviation(subtractFocus(first, second), this.#matrix);
    return Math.hypot(zUm, aUm, bUm);
  }

  /** The most that one parameter can differ between states {@link reachUm} apart. */
  reachOf(parameter: FocusParameter): number {
    if (parameter === 'workingDistanceUm') return this.reachUm;
    const of = (aUm: number, bUm: number) =>
      deviationOfAberration({ zUm: 0, aUm, bUm }, this.#matrix)[parameter];
    return this.reachUm * Math.hypot(of(1, 0), of(0, 1));
  }

  /** Smallest and largest value that may be set. */
  rangeOf(parameter: FocusParameter): readonly [least: number, largest: number] {
    const reach = this.reachOf(parameter);
    return this.#states.reduce<readonly [number, number]>(
      ([least, largest], { [parameter]: value }) => [
        Math.min(least, value - reach),
        Math.max(largest, value + reach),
      ],
      [this.#start[parameter], this.#start[parameter]],
    );
  }

  /** Of the distances from each state to its nearest neighbour; 0 where there is one state alone. */
  #largestStepUm(): number {
    const steps = this.#states.map((state) =>
      this.#states.reduce((nearest, other) => {
        const distanceUm = this.distanceUm(state, other);
        return distanceUm > oneStateUm ? Math.min(nearest, distanceUm) : nearest;
      }, Number.POSITIVE_INFINITY),
    );
    return Math.max(0, ...steps.filter(Number.isFinite));
  }
}
