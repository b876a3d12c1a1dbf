import {
  addFocus,
  type FocusChange,
  type FocusParameter,
  type FocusState,
  focusParameters,
  subtractFocus,
} from '../../microscope/index.ts';

/** With every further pair the variance of what was known grows by so much: focus drifts. */
const fading = 1.2;
/** Squared distance in standard deviations, of three parameters, that chance exceeds once in a thousand times. */
const mostSquaredDistance = 16.27;

/**
 * What all pairs so far say of the state in focus: a normal distribution of each parameter by itself, of
 * which every pair gets the weight of what it claims (a Kalman filter with fading memory). Pairs share what is wrong with the
 * model, a column's coma or a calibration, which no number of them averages out: the belief claims no more than the
 * surest of them. Where a pair contradicts what was believed, the pair is believed: it was taken nearer to focus.
 */
export class FocusBelief {
  #focus: FocusState | undefined;
  #variances: FocusChange | undefined;

  /**
   * @param focus - State midway between the frames of a pair.
   * @param correction - What the pair says is to be added.
   * @param sd - Of each component, > 0.
   */
  add(focus: FocusState, correction: FocusChange, sd: FocusChange): void {
    const told = addFocus(focus, correction);
    const own = ofEach((name) => sd[name] ** 2);
    const known = this.#focus;
    const before = this.#variances && ofEach((name) => fading * this.#variances![name]);
    if (known === undefined || before === undefined) {
      this.#focus = told;
      this.#variances = own;
      return;
    }
    const change = subtractFocus(told, known);
    const distance = focusParameters.reduce(
      (sum, name) => sum + change[name] ** 2 / (before[name] + own[name]),
      0,
    );
    if (distance > mostSquaredDistance) {
      this.#focus = told;
      this.#variances = own;
      return;
    }
    const weights = ofEach((name) => before[name] / (before[name] + own[name]));
    this.#focus = addFocus(
      known,
      ofEach((name) => weights[name] * change[name]),
    );
    this.#variances = ofEach((name) => Math.min(before[name], own[name]));
  }

  /** The likeliest state; absent before the first pair. */
  get focus(): FocusState | undefined {
    return this.#focus;
  }

  /** One standard deviation of each parameter. */
  get sd(): FocusChange | undefined {
    return this.#variances && ofEach((name) => Math.sqrt(this.#variances![name]));
  }
}

function ofEach(of: (name: FocusParameter) => number): FocusChange {
  return {
    workingDistanceUm: of('workingDistanceUm'),
    stigmatorX: of('stigmatorX'),
    stigmatorY: of('stigmatorY'),
  } as FocusChange;
}
