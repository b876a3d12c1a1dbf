import type { TrajectoryServices } from '../run/index.ts';

/** Services whose clock ticks a millisecond whenever it is read, on a fixed day. */
export function testServices(changes: Partial<TrajectoryServices> = {}): TrajectoryServices {
  let ms = 0;
  return {
    signal: new AbortController().signal,
    clock: { nowMs: () => ms++ },
    now: () => new Date('2024-02-29T12:00:00Z'),
    ...changes,
  };
}
