import { isSemfocusError } from '../../harness/microscope/index.ts';

/** What the command line returns. */
export const exitCodes = {
  ok: 0,
  /** A verdict and nothing else: a gate or a check that did not pass, focus not reached. */
  failed: 1,
  /** It could not start, was asked for what is not possible, or its output is lost. */
  usage: 2,
  evidence: 3,
  internal: 4,
  interrupted: 130,
} as const;

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (isSemfocusError(error, 'RecordError', 'CalibrationError')) return exitCodes.evidence;
  if (isSemfocusError(error) || isIncomplete(error)) return exitCodes.usage;
  return exitCodes.internal;
}

/** True where a package, or a library of the machine that it needs, is missing. */
export function isIncomplete(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    error instanceof Error &&
    ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'].includes(code ?? '')
  );
}
