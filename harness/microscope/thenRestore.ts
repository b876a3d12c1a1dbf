import type { Guard } from './guardMicroscope.ts';

/**
 * Does something and puts focus and stage back, the beam blanked, after success and failure alike.
 *
 * @throws what `run` throws; an AggregateError where the start could not be put back either.
 */
export async function thenRestore<T>(
  { restore }: Pick<Guard, 'restore'>,
  run: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await run();
  } catch (error) {
    // Never with the signal, which may be the reason to go back.
    await restore({ after: error });
    throw error;
  }
  await restore();
  return result;
}
