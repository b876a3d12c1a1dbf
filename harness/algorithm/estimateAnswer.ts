import { z } from 'zod';
import { describeMismatch } from '../config/index.ts';
import {
  AlgorithmError,
  aberrationOfDeviation,
  type Calibration,
  type FocusChange,
} from '../microscope/index.ts';
import type { CorrectionEstimate } from './PairEstimator.ts';

const sd = z.number().min(0);

/** Why there is nothing to focus on, or why an algorithm cannot go on. */
export const reasonSchema = z.string().min(1).max(1000);

/** More than any table of numbers about one step, characters. */
const longestDiagnostics = 20_000;

/** What a user's own algorithm says of a step. Each record holds it. */
export const diagnosticsSchema = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= longestDiagnostics, {
    message: `must be at most ${longestDiagnostics} characters of JSON`,
  });

/** The answer of a user's own pair estimator: a correction, or the reason for having none. */
const estimateAnswerSchema = z.strictObject({
  /** What to add to the state midway between the two frames; may be left out where `declined` is not. */
  correction: z
    .strictObject({
      workingDistanceUm: z.number(),
      stigmatorX: z.number(),
      stigmatorY: z.number(),
    })
    .optional(),
  /** One standard deviation of each, where it is known. */
  correctionSd: z
    .strictObject({ workingDistanceUm: sd, stigmatorX: sd, stigmatorY: sd })
    .optional(),
  /** Why there is nothing to focus on; the correction is then zero. */
  declined: reasonSchema.optional(),
  diagnostics: diagnosticsSchema.optional(),
});
export type EstimateAnswer = z.infer<typeof estimateAnswerSchema>;

/**
 * Checks the answer of a user's own estimator, and adds its stigmator part in um.
 *
 * @param who - What messages call it.
 * @throws AlgorithmError naming the field that is missing, unknown or not a number.
 */
export function correctionEstimate(
  answer: unknown,
  calibration: Calibration,
  who: string,
): CorrectionEstimate {
  const result = estimateAnswerSchema.safeParse(answer);
  if (!result.success) {
    const mismatch = describeMismatch(estimateAnswerSchema, answer, result.error);
    throw new AlgorithmError(`the estimate of ${who}: ${mismatch}`);
  }
  const { correction: given, correctionSd, declined, diagnostics } = result.data;
  if (given === undefined && declined === undefined) {
    throw new AlgorithmError(
      `the estimate of ${who} must have a correction, or a reason for having none (declined). Received neither`,
    );
  }
  const correction: FocusChange = declined === undefined && given !== undefined ? given : nothing;
  const { aUm, bUm } = aberrationOfDeviation(correction, calibration.stigmatorMatrixUmPerUnit);
  return {
    correction,
    ...(correctionSd && { correctionSd }),
    astigmatismUm: { a: aUm, b: bUm },
    ...(declined !== undefined && { declined }),
    ...(diagnostics && { diagnostics }),
  };
}

const nothing: FocusChange = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
