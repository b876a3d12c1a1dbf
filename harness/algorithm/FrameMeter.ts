import {
  type FocusChange,
  type FocusParameter,
  type FocusState,
  type Frame,
  focusParameters,
  isSemfocusError,
} from '../microscope/index.ts';
import type { AutofocusContext } from './AutofocusAlgorithm.ts';

/** Exposes frames in given states and judges them, and keeps account of both. */
export class FrameMeter {
  readonly #context: AutofocusContext;
  readonly #refused: { readonly parameter: FocusParameter; readonly requested: number }[] = [];
  #framesUsed = 0;
  #computeMs = 0;

  constructor(context: AutofocusContext) {
    this.#context = context;
  }

  /**
   * One frame in this state, in which the microscope is left, and what is found in it.
   *
   * @returns nothing where the instrument or its guard refuses the state; nothing has moved then.
   */
  async measure<T>(
    state: FocusState,
    judge: (frame: Frame) => T | Promise<T>,
  ): Promise<T | undefined> {
    const { microscope, frame, clock, signal } = this.#context;
    try {
      await microscope.writeFocus(state, { signal });
    } catch (error) {
      if (!isSemfocusError(error, 'OutOfRange')) throw error;
      const parameter = focusParameters.find((name) => name === error.parameter);
      if (parameter !== undefined) this.#refused.push({ parameter, requested: error.requested });
      return undefined;
    }
    const taken = await microscope.acquireFrame(frame, { signal });
    this.#framesUsed++;
    const startMs = clock.nowMs();
    const judged = await judge(taken);
    this.#computeMs += clock.nowMs() - startMs;
    return judged;
  }

  /**
   * Why a state that a search has found is not its optimum: a value next to it was refused.
   *
   * @param reach - Distance that is next to, um and stigmator units.
   */
  limitNextTo(state: FocusState, reach: FocusChange): string | undefined {
    const refused = this.#refused.find(
      ({ parameter, requested }) => Math.abs(requested - state[parameter]) <= reach[parameter],
    );
    return refused && `the search ended at the limit of ${refused.parameter}`;
  }

  /** Frames and computing time since the last call. */
  settle(): { readonly framesUsed: number; readonly computeMs: number } {
    const account = { framesUsed: this.#framesUsed, computeMs: this.#computeMs };
    this.#framesUsed = 0;
    this.#computeMs = 0;
    return account;
  }
}
