import type { FocusOutcome, LookBack } from '../../harness/focusing/index.ts';
import {
  type FocusLimits,
  type FocusState,
  focusParameters,
  isReached,
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
  unconfirmed: 'Not confirmed',
  declined: 'Declined',
  worse: 'Worse',
  stopped: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
} as const;

/** How the start was found after it was put back. */
interface FoundStart {
  /** The state before. */
  readonly start: FocusState;
  readonly description: MicroscopeDescription;
  /** What a frame says of it; `undefined` where none was asked for. */
  readonly look: LookBack | undefined;
}

/**
 * Of focusing that came to its end.
 *
 * @param how.marginsText - What is close enough.
 */
export function focusEndingOf(
  { end, steps, isWorse, endedBy, doubt }: FocusOutcome,
  how: FoundStart & { readonly isDryRun: boolean; readonly marginsText: string },
): FocusEnding {
  const { isDryRun, marginsText } = how;
  const not = { exitCode: exitCodes.failed };
  const last = steps.at(-1);
  if (last === undefined) {
    const message = 'the algorithm ended without a single step; the beam is blanked';
    return { outcome: 'declined', ...not, message };
  }
  if (isWorse) {
    const back = backText({ ...how, end });
    const message = `the frame afterwards was clearly blurrier than the one before; ${back}`;
    return { outcome: 'worse', ...not, message };
  }
  if (last.declined !== undefined) return { outcome: 'declined', ...not, message: last.declined };
  if (isDryRun) {
    const message = backText({ ...how, end });
    if (how.look?.shows === 'other') return { outcome: 'failed', ...not, message };
    return { outcome: 'dry-run', exitCode: exitCodes.ok, message };
  }
  const count = steps.length === 1 ? '1 iteration' : `${steps.length} iterations`;
  if (doubt === undefined) {
    const message = `inside ${marginsText} after ${count}, the algorithm says; the frame afterwards confirms it`;
    return { outcome: 'focused', exitCode: exitCodes.ok, message };
  }
  const ended = {
    margins: `inside ${marginsText} after ${count}, the algorithm says`,
    algorithm: `the algorithm ended after ${count}`,
    iterations: `${count}, as many as allowed`,
  }[endedBy];
  return { outcome: 'unconfirmed', ...not, message: `${ended}; ${doubt}` };
}

/**
 * Of focusing that did not come to its end; `focusMicroscope` has put the start back, or says why not.
 *
 * @param found.end - The state as it is read now; `undefined` where it cannot be read.
 */
export function focusEndingAfter(
  error: unknown,
  signal: AbortSignal,
  found: FoundStart & { readonly end: FocusState | undefined },
): FocusEnding {
  // An AggregateError says what went wrong and why the start could not be put back.
  const isRestored = !(error instanceof AggregateError);
  const back = isRestored ? backText(found) : undefined;
  if (signal.aborted) {
    const message = error === signal.reason && back !== undefined ? back : reasonOf(error);
    return { outcome: 'interrupted', exitCode: exitCodes.interrupted, message };
  }
  const hint = isSemfocusError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
  const message = [`${reasonOf(error)}${hint}`, ...(back === undefined ? [] : [back])].join('; ');
  // What is refused or found out is told apart from a defect of the algorithm.
  const isBack = isRestored && found.look?.shows !== 'other';
  const outcome = isSemfocusError(error) && isBack ? 'stopped' : 'failed';
  return { outcome, exitCode: exitCodes.failed, message };
}

/** Says no more than what was read and seen after the start was put back. */
function backText({
  start,
  end,
  description,
  look,
}: FoundStart & { readonly end: FocusState | undefined }): string {
  if (end === undefined) return 'the start was put back, but can no longer be read';
  const moved = focusParameters.filter(
    (parameter) => !isReached(description, parameter, end[parameter], start[parameter]),
  );
  if (moved.length > 0) {
    return `the start was put back, but ${moved.join(' and ')} moved afterwards: check the instrument`;
  }
  if (look?.shows === 'start') {
    return 'the start is back, as read and as a frame shows, and the beam is blanked';
  }
  if (look?.shows === 'other') {
    return 'the start was put back and is read back, but a frame there is not what it was before: the microscope may be elsewhere, check the instrument';
  }
  const reason = look?.reason === undefined ? '' : ` (${look.reason})`;
  return `the start was put back and is read back, which no frame confirms${reason}; the beam is blanked`;
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
