import { closeSync, openSync, writeSync } from 'node:fs';
import { cannotWrite } from '../../harness/files/index.ts';
import { ConfigError, type RecordedCall, reasonOf } from '../../harness/microscope/index.ts';

/** A file that keeps what a microscope was told. */
export interface CallLog {
  write(call: RecordedCall): void;
  /** @throws ConfigError if a line could not be written. */
  close(): void;
}

/**
 * Adds to a file one JSON line per call of a microscope: `at` (time of day), `call`, `request`,
 * `result` or `error`. Every line is on its way to the disk before the next call begins, so that
 * nothing is lost with the program.
 *
 * @param onTrouble - Told once where a line cannot be written. Going on without a log is less bad
 *   than a microscope that is left half way; closing says it again, so that the command fails.
 * @throws ConfigError if the file cannot be opened.
 */
export function openCallLog(
  file: string,
  { now, onTrouble }: { readonly now: () => Date; readonly onTrouble: (message: string) => void },
): CallLog {
  let descriptor: number | undefined;
  let trouble: unknown;
  try {
    descriptor = openSync(file, 'a');
  } catch (cause) {
    throw new ConfigError(`--log must be a file that can be written: ${reasonOf(cause)}`, {
      cause,
    });
  }
  return {
    write(call) {
      if (descriptor === undefined) return;
      try {
        writeSync(descriptor, `${JSON.stringify({ at: now().toISOString(), ...call })}\n`);
      } catch (error) {
        closeSync(descriptor);
        descriptor = undefined;
        trouble = error;
        onTrouble(`the log ends here, it cannot be written: ${reasonOf(error)}`);
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
      if (trouble !== undefined) throw cannotWrite(file, trouble);
    },
  };
}
