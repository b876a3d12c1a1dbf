import {
  AlgorithmError,
  addFocus,
  type FocusChange,
  type FocusState,
  subtractFocus,
} from '../microscope/index.ts';
import type { AutofocusContext, AutofocusStep } from './AutofocusAlgorithm.ts';
import { isClearlyBlurrier } from './isClearlyBlurrier.ts';
import type { PairEstimator } from './PairEstimator.ts';
import { checkedEstimator } from './pair/index.ts';
import { sharpnessTiles } from './sharpnessTiles.ts';

/**
 * What to do when the frames show that a correction has made things worse. `return`: go back to the
 * sharpest state met and end, because whatever is wrong (a calibration, a sign) will stay wrong.
 * `continue`: believe the estimator.
 */
export type WhenWorse = 'return' | 'continue';

/**
 * The loop that every pair method shares: expose at working distance minus, then plus the
 * perturbation, estimate, put the corrected state. Runs until the caller stops asking, or, if told
 * to, until its own frames show that it made things worse. No estimator is asked about frames that are no
 * pair: see {@link checkedEstimator}.
 *
 * A declined estimate leaves the microscope in the unperturbed state. The frames of an iteration
 * judge the corrections before it; they cost nothing more, so the last correction is not judged.
 *
 * @param perturbationUm - Half the difference of the two working distances, um, > 0.
 */
export async function* correctByPairs(
  context: AutofocusContext,
  estimator: PairEstimator,
  perturbationUm: number,
  whenWorse: WhenWorse = 'continue',
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, frame, clock, signal } = context;
  const checked = checkedEstimator(estimator, context.calibration);
  let focus = await microscope.readFocus({ signal });
  let sharpest: { readonly focus: FocusState; readonly tiles: readonly number[] } | undefined;
  for (let iteration = 1; ; iteration++) {
    const exposeAt = async (offsetUm: number) => {
      const workingDistanceUm = focus.workingDistanceUm + offsetUm;
      await microscope.writeFocus({ workingDistanceUm }, { signal });
      return microscope.acquireFrame(frame, { signal });
    };
    const under = await exposeAt(-perturbationUm);
    const over = await exposeAt(perturbationUm);
    const startMs = clock.nowMs();
    if (whenWorse === 'return') {
      const tiles = blurrier(sharpnessTiles(under.pixels), sharpnessTiles(over.pixels));
      if (sharpest !== undefined && isClearlyBlurrier(tiles, sharpest.tiles)) {
        const correction = subtractFocus(sharpest.focus, focus);
        const diagnostics = { sharpness: sum(tiles), sharpestMet: sum(sharpest.tiles) };
        const computeMs = clock.nowMs() - startMs;
        focus = await microscope.writeFocus(sharpest.focus, { signal });
        const declined =
          'the corrections made the frames less sharp: back at the sharpest state met';
        yield { iteration, correction, focus, framesUsed: 2, computeMs, declined, diagnostics };
        return;
      }
      if (sharpest === undefined || sum(tiles) > sum(sharpest.tiles)) sharpest = { focus, tiles };
    }
    const estimate = await checked.estimate({
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
      ...(estimate.correctionSd && { correctionSd: estimate.correctionSd }),
      focus,
      framesUsed: 2,
      computeMs,
      ...(estimate.declined === undefined ? {} : { declined: estimate.declined }),
      ...(estimate.diagnostics === undefined ? {} : { diagnostics: estimate.diagnostics }),
    };
  }
}

/**
 * Tiles of the blurrier frame. Its sharpness falls with every step away from focus; that of the
 * sharper one rises until the state is off by the perturbation.
 */
function blurrier(under: readonly number[], over: readonly number[]): readonly number[] {
  return sum(under) < sum(over) ? under : over;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** An estimate that is not a number must never reach an instrument. */
function assertFinite(correction: FocusChange): void {
  for (const [name, value] of Object.entries(correction)) {
    if (!Number.isFinite(value)) {
      throw new AlgorithmError(`the estimated ${name} must be finite. Received ${value}`);
    }
  }
}
