import { type FocusState, focusParameters } from '../../harness/microscope/index.ts';

/** Deviations of a lens from its setting. */
export interface LensFaults {
  /** Half the play of the working distance, um: it follows only once it is pulled. */
  readonly hysteresisUm: number;
  /** Time constant with which a new setting is approached, s. */
  readonly settlingS: number;
}

/**
 * The state that lens and stigmators are really in, as opposed to the one they report. Without
 * faults both are the same.
 *
 * Hysteresis is a play (backlash) of the working distance: after a reversal the field stays until
 * the setting has moved by twice the half-play. Settling is exponential, in all three settings.
 */
export class Lens {
  readonly #faults: LensFaults;
  /** What the setting amounts to once settled. */
  #settled: FocusState;
  /** Where it was when the last setting came, and when that was. */
  #before: FocusState;
  #setAtS: number;

  constructor(start: FocusState, timeS: number, faults: LensFaults) {
    this.#faults = faults;
    this.#settled = start;
    this.#before = start;
    this.#setAtS = timeS;
  }

  /** A new setting, at a virtual time. */
  set(target: FocusState, timeS: number): void {
    this.#before = this.stateAt(timeS);
    const { hysteresisUm } = this.#faults;
    const from = this.#settled.workingDistanceUm;
    const to = target.workingDistanceUm;
    this.#settled = Object.freeze({
      ...target,
      workingDistanceUm: Math.min(to + hysteresisUm, Math.max(to - hysteresisUm, from)),
    });
    this.#setAtS = timeS;
  }

  /** @param timeS - Not before the last setting. */
  stateAt(timeS: number): FocusState {
    const { settlingS } = this.#faults;
    if (settlingS === 0) return this.#settled;
    const left = Math.exp(-(timeS - this.#setAtS) / settlingS);
    const state: Record<(typeof focusParameters)[number], number> = { ...this.#settled };
    for (const name of focusParameters) {
      state[name] += (this.#before[name] - this.#settled[name]) * left;
    }
    return state;
  }
}
