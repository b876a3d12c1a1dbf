/** Where the programs of a command run. */
export interface ProgramHost {
  /** An existing folder for the frames that they are handed, and for who is running. */
  readonly folder: string;
  /** Longest time that a program may take for one answer. */
  readonly timeoutMs: number;
}
