/**
 * A monotonic clock for measuring computing time. Handed in, because no module but the command
 * line reads a global clock; tests hand in one that they wind by hand.
 */
export interface Clock {
  /** Milliseconds since an arbitrary origin. */
  nowMs(): number;
}
