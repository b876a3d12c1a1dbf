import { exitCodes } from './exitCodes.ts';

/** Ctrl-C, `kill`, and a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs something that such a signal aborts. A second one ends the process at once, with exit code 130.
 *
 * @param onInterrupt - Called before the abort.
 */
export async function interruptible<T>(
  run: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => void = () => {},
): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    onInterrupt();
    interruption.abort(new DOMException('interrupted', 'AbortError'));
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await run(interruption.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
