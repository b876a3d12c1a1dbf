import type { AutofocusContext } from '../../harness/algorithm/index.ts';
import { type FocusState, isSemfocusError } from '../../harness/microscope/index.ts';
import { type FrameSharpness, frameSharpness } from './frameSharpness.ts';
import type { SharpnessMetric } from './SharpnessMetric.ts';

/** Exposes frames in given states and judges them, and keeps account of both. */
export class SharpnessMeter {
  readonly #context: AutofocusContext;
  readonly #metric: SharpnessMetric;
  #framesUsed = 0;
  #computeMs = 0;

  constructor(context: AutofocusContext, metric: SharpnessMetric) {
    this.#context = context;
    this.#metric = metric;
  }

  /**
   * One frame in this state, in which the microscope is left.
   *
   * @returns nothing where the instrument or its guard refuses the state; nothing has moved then.
   */
  async measure(state: FocusState, lowPassPx: number): Promise<FrameSharpness | undefined> {
    const { microscope, frame, clock, signal } = this.#context;
    try {
      await microscope.writeFocus(state, { signal });
    } catch (error) {
      if (isSemfocusError(error, 'OutOfRange')) return undefined;
      throw error;
    }
    const { pixels } = await microscope.acquireFrame(frame, { signal });
    this.#framesUsed++;
    const startMs = clock.nowMs();
    const judged = frameSharpness(pixels, this.#metric, lowPassPx);
    this.#computeMs += clock.nowMs() - startMs;
    return judged;
  }

  /** Frames and computing time since the last call. */
  settle(): { readonly framesUsed: number; readonly computeMs: number } {
    const account = { framesUsed: this.#framesUsed, computeMs: this.#computeMs };
    this.#framesUsed = 0;
    this.#computeMs = 0;
    return account;
  }
}
