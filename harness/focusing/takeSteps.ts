import type { AutofocusAlgorithm, AutofocusContext, AutofocusStep } from '../algorithm/index.ts';

/**
 * The first steps of an algorithm. Its generator is ended with `return()`, so that it can clean
 * up; on abort this is not waited for, because an algorithm that ignores its signal may never come
 * back.
 *
 * @param count - At most so many.
 * @throws what the algorithm throws; `signal.reason` of the context as soon as it is aborted.
 */
export async function* takeSteps(
  algorithm: AutofocusAlgorithm,
  context: AutofocusContext,
  count: number,
): AsyncGenerator<AutofocusStep> {
  const { signal } = context;
  const steps = algorithm.run(context)[Symbol.asyncIterator]();
  try {
    for (let taken = 0; taken < count; taken++) {
      const next = await orAbort(steps.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const ended = Promise.resolve(steps.return?.());
    if (signal.aborted) ended.catch(() => {});
    else await orAbort(ended, signal);
  }
}

/** Settles like the promise, but rejects with `signal.reason` as soon as the signal is aborted. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
