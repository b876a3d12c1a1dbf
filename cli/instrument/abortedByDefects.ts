/**
 * Runs something that is aborted when a defect shows outside of it: an error from a timer, or a
 * promise that was never waited for, would end the process with the microscope as it is.
 *
 * @param signal - Aborts it as well.
 * @throws the defect, once `run` has ended; what `run` throws.
 */
export async function abortedByDefects<T>(
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const defect = new AbortController();
  const stop = (error: unknown): void => defect.abort(error);
  // A rejection without a handler comes here as well.
  process.on('uncaughtException', stop);
  try {
    const result = await run(AbortSignal.any([signal, defect.signal]));
    defect.signal.throwIfAborted();
    return result;
  } finally {
    process.off('uncaughtException', stop);
  }
}
