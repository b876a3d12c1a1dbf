import { exitCodes } from './exitCodes.ts';

/**
 * Runs something that Ctrl-C or `kill` aborts. A second signal ends the process at once, with exit code 130.
 *
 * @param options.onInterrupt - Called before the abort.
 * @param options.hangUp - True if a terminal that is closed aborts as well. Else the process ends with it,
 *   or goes on under `nohup`.
 */
export async function interruptible<T>(
  run: (signal: AbortSignal) => Promise<T>,
  {
    onInterrupt,
    hangUp = false,
  }: { readonly onInterrupt?: () => void; readonly hangUp?: boolean } = {},
): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', ...(hangUp ? ['SIGHUP'] : [])];
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    onInterrupt?.();
    interruption.abort(new DOMException('interrupted', 'AbortError'));
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await run(interruption.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
