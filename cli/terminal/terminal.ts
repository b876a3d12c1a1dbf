/** Where a command writes: results to stdout, everything said along the way to stderr. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of stdout, where it is a terminal. */
  readonly width: number | undefined;
  readonly outColour: boolean;
  /** True where a line on stderr can be drawn over. */
  readonly errIsTerminal: boolean;
  /** Columns of stderr, where it is a terminal. */
  readonly errWidth: number | undefined;
}

/** The terminal of this process. A reader that has gone (`| head`) is no reason to complain. */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    width: process.stdout.columns,
    outColour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    errIsTerminal: process.stderr.isTTY === true,
    errWidth: process.stderr.columns,
  };
}
