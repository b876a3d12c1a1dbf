import { z } from 'zod';
import type { AutofocusContext, AutofocusStep } from '../../harness/algorithm/index.ts';
import {
  addFocus,
  type Calibration,
  ConfigError,
  deviationOfAberration,
  type FocusChange,
  subtractFocus,
} from '../../harness/microscope/index.ts';
import {
  type AutocorrelationEstimators,
  autocorrelationEstimators,
  smallestHeuristicSidePx,
} from './autocorrelationEstimators.ts';

const positive = z.number().positive();

/** Parameters of the heuristic; the defaults are SBEMimage's but for the gain of the stigmators. */
export const heuristicParametersSchema = z.strictObject({
  /** Successive frames are taken at plus and minus this: um, stigmator unit, stigmator unit. */
  deviation: z.tuple([positive, z.number().min(0), z.number().min(0)]).default([0.8, 0.05, 0.05]),
  /**
   * Correction per unit of the difference of the estimators: um, stigmator unit, stigmator unit.
   * Constants of a machine and its specimen. The 50 um are SBEMimage's 0.05 mm. Its 0.2 for the
   * stigmators is too weak here by far: on preset merlin-real, from 2 um and 0.3 units, it leaves 0.28
   * units after 16 frames, 10 leaves 0.01.
   */
  gain: z.tuple([positive, positive, positive]).default([50, 10, 10]),
  /**
   * How the pair (Ax, Ay) lies to the stigmators: the directions of the calibration, or a rotation
   * as SBEMimage has it (0.7 rad on its machine), which cannot describe axes of the other handedness.
   */
  stigmatorAxes: z
    .union([z.literal('calibration'), z.number().meta({ unit: 'rad' })])
    .default('calibration'),
  stigmatorScale: positive.default(1),
  /** A larger correction is out of range and not made: um, stigmator unit, stigmator unit. */
  range: z.tuple([positive, positive, positive]).default([10, 1, 1]),
});
export type HeuristicParameters = z.infer<typeof heuristicParametersSchema>;

/** Standard deviations that make a structure, or a loss of focus, more than noise. */
const significantSds = 5;
/** F varies by a few percent from frame to frame as the field of view shifts: a loss is more than that. */
const leastLoss = 0.1;

/** @throws ConfigError if a frame is too small for the heuristic. */
export function checkHeuristicFrame(frame: {
  readonly width: number;
  readonly height: number;
}): void {
  if (Math.min(frame.width, frame.height) >= smallestHeuristicSidePx) return;
  throw new ConfigError(
    `a frame must be at least ${smallestHeuristicSidePx} px wide and high for the heuristic. Received ${frame.width} x ${frame.height} px`,
  );
}

/**
 * The heuristic of SBEMimage: frames that are taken anyway, in turn a little over and a little under
 * the present state; what the estimators differ by steers the state. One frame an item, a correction
 * from the second on, until the caller stops asking.
 *
 * Linear near focus only, within a micrometre or two: far away F hardly depends on focus. A defocus
 * of either sign makes astigmatism visible as a blur of opposite directions, so that Ax and Ay change
 * between the two frames by a multiple of (a, -b).
 *
 * Declines where the autocorrelation shows no structure. Puts the start back, and ends, when the
 * image has become less sharp than at the start by more than noise and a tenth.
 */
export async function* correctByHeuristic(
  context: AutofocusContext,
  parameters: HeuristicParameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, frame, clock, signal, calibration } = context;
  const start = await microscope.readFocus({ signal });
  let focus = start;
  let previous: AutocorrelationEstimators | undefined;
  let atStart: { readonly focus: number; readonly variance: number } | undefined;
  for (let iteration = 1; ; iteration++) {
    const sign = iteration % 2 === 1 ? 1 : -1;
    await microscope.writeFocus(addFocus(focus, scaled(parameters.deviation, sign)), { signal });
    const { pixels } = await microscope.acquireFrame(frame, { signal });
    const startMs = clock.nowMs();
    const latest = autocorrelationEstimators(pixels);
    const computeMs = clock.nowMs() - startMs;
    const isBlank = latest.structure < significantSds;
    // Both deviations together, so that the level does not depend on which came last.
    const level = previous && {
      focus: (previous.focus + latest.focus) / 2,
      variance: (previous.focusSd ** 2 + latest.focusSd ** 2) / 4,
    };
    atStart ??= level;
    const isWorse =
      !isBlank && level !== undefined && atStart !== undefined && isBelow(level, atStart);
    const change =
      isBlank || isWorse || previous === undefined
        ? undefined
        : correctionOf(
            sign > 0 ? latest : previous,
            sign > 0 ? previous : latest,
            parameters,
            calibration,
          );
    const before = focus;
    focus = await microscope.writeFocus(isWorse ? start : addFocus(before, change ?? {}), {
      signal,
    });
    const declined = isBlank
      ? 'the autocorrelation shows no structure beyond noise'
      : isWorse
        ? 'the image had become less sharp than at the start; the start was put back'
        : undefined;
    yield {
      iteration,
      correction: subtractFocus(focus, before),
      focus,
      framesUsed: 1,
      computeMs,
      ...(declined !== undefined && { declined }),
      diagnostics: {
        focus: latest.focus,
        stigmatorX: latest.stigmatorX,
        stigmatorY: latest.stigmatorY,
        structure: latest.structure,
      },
    };
    if (declined !== undefined) return;
    previous = latest;
  }
}

function isBelow(
  level: { readonly focus: number; readonly variance: number },
  reference: { readonly focus: number; readonly variance: number },
): boolean {
  const sd = Math.sqrt(level.variance + reference.variance);
  return level.focus < reference.focus - Math.max(significantSds * sd, leastLoss * reference.focus);
}

/** What to add to the state between a frame over and one under it. */
function correctionOf(
  over: AutocorrelationEstimators,
  under: AutocorrelationEstimators,
  { gain, stigmatorAxes, stigmatorScale, range }: HeuristicParameters,
  { stigmatorMatrixUmPerUnit: matrix }: Calibration,
): FocusChange {
  // Blur along y at an over-focus, along x at an under-focus is a > 0; Ay answers to -b.
  const a = -gain[1] * stigmatorScale * (over.stigmatorX - under.stigmatorX);
  const b = gain[2] * stigmatorScale * (over.stigmatorY - under.stigmatorY);
  const { stigmatorX, stigmatorY } =
    stigmatorAxes === 'calibration'
      ? alongCalibration(a, b, matrix)
      : {
          stigmatorX: a * Math.cos(stigmatorAxes) - b * Math.sin(stigmatorAxes),
          stigmatorY: a * Math.sin(stigmatorAxes) + b * Math.cos(stigmatorAxes),
        };
  const within = (value: number, limit: number) => (Math.abs(value) <= limit ? value : 0);
  return {
    workingDistanceUm: within(gain[0] * (over.focus - under.focus), range[0]),
    stigmatorX: within(stigmatorX, range[1]),
    stigmatorY: within(stigmatorY, range[2]),
  };
}

/** The directions of the calibration alone: the gains hold the strength. */
function alongCalibration(
  aUm: number,
  bUm: number,
  matrix: Calibration['stigmatorMatrixUmPerUnit'],
) {
  const [[kax, kay], [kbx, kby]] = matrix;
  const strength = Math.sqrt(Math.abs(kax * kby - kay * kbx));
  return deviationOfAberration({ zUm: 0, aUm: aUm * strength, bUm: bUm * strength }, matrix);
}

function scaled(
  [workingDistanceUm, stigmatorX, stigmatorY]: readonly [number, number, number],
  factor: number,
) {
  return {
    workingDistanceUm: factor * workingDistanceUm,
    stigmatorX: factor * stigmatorX,
    stigmatorY: factor * stigmatorY,
  };
}
