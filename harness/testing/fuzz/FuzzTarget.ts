import type { RandomStream } from '../../numeric/index.ts';

/** A reader of what comes from outside, and inputs that are nearly right for it. */
export interface FuzzTarget {
  readonly name: string;
  /** An input; all chance comes from `random`. */
  input(random: RandomStream): Uint8Array;
  /** Reads the input. Errors that a user may see are caught in here: one that leaves is a defect. */
  read(input: Uint8Array): void | Promise<void>;
}
