import type { AutofocusAlgorithm, AutofocusStep } from '../../algorithm/index.ts';
import { claimsFocus, takeSteps } from '../../focusing/index.ts';
import {
  AlgorithmError,
  type Calibration,
  type Clock,
  type FocusChange,
  type FocusParameter,
  type FocusState,
  guardMicroscope,
  type Microscope,
  recordMicroscope,
} from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import type { Scenario } from '../../record/index.ts';
import { focusOf } from './followAlgorithm.ts';

/** As many as the article, which focuses with MAPFoSt twice. */
export const leastReferenceIterations = 2;
/** From farther off. */
export const mostReferenceIterations = 6;

/** Where a method has found focus, and what that took. */
export interface MeasuredFocus {
  readonly focus: FocusState;
  /** What the method itself is unsure of: one standard deviation. */
  readonly sd: FocusChange;
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
}

/**
 * Focuses with the method that is the reference, from the state in which the microscope stands: twice, then on
 * until the method says, with its standard deviation, that it was inside the margins already. The microscope is left in that focus.
 *
 * @param microscope - Is left to the caller where it ends in an error.
 * @throws AlgorithmError if the method declines, or does not settle; `signal.reason`; what the microscope throws.
 */
export async function measureReference(
  microscope: Microscope,
  { algorithm, calibration }: { algorithm: AutofocusAlgorithm; calibration: Calibration },
  scenario: Pick<Scenario, 'frame' | 'limits' | 'margins' | 'seed' | 'trajectory'>,
  how: { readonly dwellTimeNs: number; readonly signal: AbortSignal; readonly clock: Clock },
): Promise<MeasuredFocus> {
  const { dwellTimeNs, signal, clock } = how;
  const { limits, margins, seed, trajectory } = scenario;
  const { microscope: recorded, log } = recordMicroscope(microscope);
  const guard = await guardMicroscope(recorded, { limits, signal });
  const context = {
    microscope: guard.microscope,
    frame: { ...scenario.frame, dwellTimeNs },
    calibration,
    random: new RandomStream(seed, 'reference', trajectory),
    signal,
    clock,
  };
  const steps: AutofocusStep[] = [];
  for await (const step of takeSteps(algorithm, context, mostReferenceIterations)) {
    steps.push(step);
    if (step.declined !== undefined) {
      throw new AlgorithmError(
        `the reference method ${algorithm.name} declined in iteration ${step.iteration}: ${step.declined}`,
        {
          hint: 'every place needs structure that can be focused on; --reference names another method',
        },
      );
    }
    const { correctionSd: sd } = step;
    if (steps.length < leastReferenceIterations || sd === undefined) continue;
    if (!claimsFocus(steps, margins)) continue;
    const { frames, doseElectronsPerNm2 } = log;
    return { focus: focusOf(step.focus), sd: focusOf(sd), frames, doseElectronsPerNm2 };
  }
  const { workingDistanceUm, stigmator } = margins;
  throw new AlgorithmError(
    `the reference method ${algorithm.name} did not say within ${steps.length} iterations that it is inside the margins (${workingDistanceUm} um, ${stigmator})${lastText(steps.at(-1))}`,
    {
      hint: 'begin nearer to focus, give the suite larger frames or longer dwell times, or name another method with --reference',
    },
  );
}

/** What a method that is not sure has done last, with two standard deviations. */
function lastText(step: AutofocusStep | undefined): string {
  if (step === undefined) return '';
  const { correction, correctionSd } = step;
  const of = (parameter: FocusParameter): string =>
    correction[parameter].toFixed(2) +
    (correctionSd === undefined ? '' : ` ± ${(2 * correctionSd[parameter]).toFixed(2)}`);
  return `: its last correction was ${of('workingDistanceUm')} um and ${of('stigmatorX')}, ${of('stigmatorY')}`;
}
