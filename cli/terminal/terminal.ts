import { resolve } from 'node:path';
import { reasonOf } from '../../harness/microscope/index.ts';
import { exitCodes } from './exitCodes.ts';

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
  /** Shows a file with the program that its user has for such files. */
  readonly show: (file: string) => Promise<void>;
}

/** The terminal of a process, which has to say in its exit code whether all of it was read. */
export interface ProcessTerminal extends Terminal {
  /**
   * Waits till everything is written.
   *
   * @param code - What the command returns.
   * @returns the exit code: of a command that passed, or came to a verdict, 2 where a part of what it
   *   printed is lost.
   */
  end(code: number): Promise<number>;
}

/**
 * The terminal of this process. Nothing is thrown where something cannot be written: a microscope may
 * have to be restored first. A reader that has gone (`| head`) is no reason to complain.
 */
export function processTerminal(): ProcessTerminal {
  const { stdout, stderr } = process;
  let lost: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    lost ??= error;
  });
  // There is no place left to say it.
  stderr.on('error', () => {});
  return {
    out: (text) => {
      if (lost === undefined) stdout.write(text);
    },
    err: (text) => stderr.write(text),
    width: stdout.columns,
    outColour: stdout.isTTY === true && !process.env.NO_COLOR,
    errIsTerminal: stderr.isTTY === true,
    errWidth: stderr.columns,
    async show(file) {
      const { default: open } = await import('open');
      try {
        const viewer = await open(resolve(file));
        viewer.on('error', (error) => stderr.write(cannotShow(file, error)));
      } catch (error) {
        stderr.write(cannotShow(file, error));
      }
    },
    async end(code) {
      if (lost === undefined) await new Promise((written) => stdout.write('', written));
      if (lost === undefined) return code;
      if (lost.code !== 'EPIPE') {
        stderr.write(`error: cannot write to standard output: ${reasonOf(lost)}\n`);
      }
      return code === exitCodes.ok || code === exitCodes.failed ? exitCodes.usage : code;
    },
  };
}

/** No reason to end otherwise: the file is there. */
function cannotShow(file: string, error: unknown): string {
  return `cannot open ${file}: ${reasonOf(error)}; open it in a browser\n`;
}
