import type { FocusOutcome } from '../../harness/focusing/index.ts';
import {
  type FocusLimits,
  type FocusState,
  isSemfocusError,
  type MicroscopeDescription,
  reasonOf,
  type Spent,
} from '../../harness/microscope/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';

/** How `semfocus focus` ended. */
export interface FocusEnding {
  readonly outcome: keyof typeof headings;
  readonly exitCode: number;
  readonly message: string;
}

const headings = {
  focused: 'Done',
  'dry-run': 'Dry run',
  declined: 'Declined',
  worse: 'Worse',
  stopped: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
} as const;

/**
 * Of focusing that came to its end.
 *
 * @param how.marginsText - The margins; `undefined` if all iterations were wanted.
 */
export function focusEndingOf(
  { steps, isWorse, endedBy }: FocusOutcome,
  how: { readonly isDryRun: boolean; readonly marginsText: string | undefined },
): FocusEnding {
  const { isDryRun, marginsText } = how;
  const not = { exitCode: exitCodes.failed };
  const last = steps.at(-1);
  if (last === undefined) {
    const message = 'the algorithm ended without a single step; the beam is blanked';
    return { outcome: 'declined', ...not, message };
  }
  if (isWorse) {
    const message =
      'the frame afterwards was clearly blurrier than the one before; the start is back and the beam is blanked';
    return { outcome: 'worse', ...not, message };
  }
  if (last.declined !== undefined) return { outcome: 'declined', ...not, message: last.declined };
  if (isDryRun) {
    const message = 'the start is back and the beam is blanked';
    return { outcome: 'dry-run', exitCode: exitCodes.ok, message };
  }
  const count = steps.length === 1 ? '1 iteration' : `${steps.length} iterations`;
  const doubt =
    last.correctionSd === undefined
      ? '; the algorithm does not say how sure it is'
      : `; the algorithm is not sure to be inside ${marginsText}`;
  const message = {
    margins: `inside ${marginsText} after ${count}, the algorithm says`,
    algorithm: `the algorithm ended after ${count}`,
    iterations: `${count}, as many as allowed${marginsText === undefined ? '' : doubt}`,
  }[endedBy];
  return { outcome: 'focused', exitCode: exitCodes.ok, message };
}

/** Of focusing that did not come to its end; `focusMicroscope` has put the start back, or says why not. */
export function focusEndingAfter(error: unknown, signal: AbortSignal): FocusEnding {
  // An AggregateError says what went wrong and why the start could not be put back.
  const isBack = !(error instanceof AggregateError);
  const back = 'the start is back and the beam is blanked';
  if (signal.aborted) {
    const message = error === signal.reason ? back : reasonOf(error);
    return { outcome: 'interrupted', exitCode: exitCodes.interrupted, message };
  }
  const hint = isSemfocusError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
  const message = `${reasonOf(error)}${hint}${isBack ? `; ${back}` : ''}`;
  // A refusal or a detected fault of the microscope is no defect of the algorithm.
  const outcome = isSemfocusError(error) && isBack ? 'stopped' : 'failed';
  return { outcome, exitCode: exitCodes.failed, message };
}

/**
 * Two lines: how it ended, and the state the microscope is in with what it has cost.
 *
 * @param end - As read back; `undefined` where it cannot be read any more.
 */
export function focusVerdict(
  { outcome, message }: FocusEnding,
  end: FocusState | undefined,
  { frames, doseElectronsPerNm2, microscopeS }: Spent,
  { parameters }: MicroscopeDescription,
): string {
  const state =
    end === undefined
      ? 'the state of the microscope cannot be read'
      : `working distance ${end.workingDistanceUm.toFixed(2)} µm, stigmators ` +
        `${end.stigmatorX.toFixed(2)} and ${end.stigmatorY.toFixed(2)} ${parameters.stigmatorX.unit}`;
  return (
    `${headings[outcome]}: ${message}.\n${state}; ` +
    `${frames} frames, ${doseElectronsPerNm2.toFixed(1)} e/nm², ${microscopeS.toFixed(1)} s of the microscope`
  );
}

/** `1 µm and 0.25 %` */
export function focusLimitsText(
  { workingDistanceUm, stigmator }: FocusLimits,
  { parameters }: MicroscopeDescription,
): string {
  return `${workingDistanceUm} µm and ${stigmator} ${parameters.stigmatorX.unit}`;
}
