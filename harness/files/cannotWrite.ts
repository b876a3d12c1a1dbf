import { reasonOf } from '../config/index.ts';
import { ConfigError } from '../microscope/index.ts';

/** The error for a file or folder that cannot be written, with the system's reason. */
export function cannotWrite(path: string, cause: unknown): ConfigError {
  const { code } = cause as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new ConfigError(`cannot write ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: isFull
      ? 'The results up to here are kept: make room and run again to go on.'
      : 'Choose a folder that can be written to with --out.',
  });
}
