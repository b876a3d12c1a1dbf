import type { ProgramRegister } from './ProgramRegister.ts';

/** Where programs run, and who cleans up after them whatever happens. */
export interface ProgramHost {
  /** An existing folder for the frames that programs are handed. */
  readonly folder: string;
  /** Knows all that are running. */
  readonly register: ProgramRegister;
  /** Longest time that a program may take for one answer. */
  readonly timeoutMs: number;
}
