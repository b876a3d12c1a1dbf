/** Where a command writes: results to stdout, everything said along the way to stderr. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of stdout, where it is a terminal. */
  readonly width: number | undefined;
  readonly outColour: boolean;
  /** True where a line on stderr can be drawn over. */
  readonly errIsTerminal: boolean;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    width: process.stdout.columns,
    outColour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    errIsTerminal: process.stderr.isTTY === true,
  };
}
