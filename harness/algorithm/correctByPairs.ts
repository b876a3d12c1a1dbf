import { AlgorithmError, addFocus, type FocusState } from '../microscope/index.ts';
import type { AutofocusContext, AutofocusStep } from './AutofocusAlgorithm.ts';
import type { PairEstimator } from './PairEstimator.ts';

/**
 * The loop that every pair method shares: expose at working distance minus, then plus the
 * perturbation, estimate, put the corrected state. Runs until the caller stops asking.
 *
 * A declined estimate leaves the microscope in the unperturbed state.
 *
 * @param perturbationUm - Half the difference of the two working distances, um, > 0.
 */
export async function* correctByPairs(
  context: AutofocusContext,
  estimator: PairEstimator,
  perturbationUm: number,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, frame, clock, signal } = context;
  let focus = await microscope.readFocus({ signal });
  for (let iteration = 1; ; iteration++) {
    const exposeAt = async (offsetUm: number) => {
      const workingDistanceUm = focus.workingDistanceUm + offsetUm;
      await microscope.writeFocus({ workingDistanceUm }, { signal });
      return microscope.acquireFrame(frame, { signal });
    };
    const under = await exposeAt(-perturbationUm);
    const over = await exposeAt(perturbationUm);
    const startMs = clock.nowMs();
    const estimate = await estimator.estimate({
      under: under.pixels,
      over: over.pixels,
      // The two readings differ only by the instrument's resolution; both frames have one scale.
      pixelSizeNm: under.actual.pixelSizeNm,
      perturbationUm,
    });
    const computeMs = clock.nowMs() - startMs;
    assertFinite(estimate.correction);
    focus = await microscope.writeFocus(addFocus(focus, estimate.correction), { signal });
    yield {
      iteration,
      correction: estimate.correction,
      correctionSd: estimate.correctionSd,
      focus,
      framesUsed: 2,
      computeMs,
      ...(estimate.declined === undefined ? {} : { declined: estimate.declined }),
      ...(estimate.diagnostics === undefined ? {} : { diagnostics: estimate.diagnostics }),
    };
  }
}

/** An estimate that is not a number must never reach an instrument. */
function assertFinite(correction: FocusState): void {
  for (const [name, value] of Object.entries(correction)) {
    if (!Number.isFinite(value)) {
      throw new AlgorithmError(`the estimated ${name} must be finite. Received ${value}`);
    }
  }
}
