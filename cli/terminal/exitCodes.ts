import { isSemfocusError } from '../../harness/microscope/index.ts';

/** What the command line returns. */
export const exitCodes = {
  ok: 0,
  /** A gate or a check that did not pass. */
  failed: 1,
  usage: 2,
  evidence: 3,
  internal: 4,
  interrupted: 130,
} as const;

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (isSemfocusError(error, 'RecordError', 'CalibrationError')) return exitCodes.evidence;
  if (isSemfocusError(error)) return exitCodes.usage;
  return exitCodes.internal;
}
