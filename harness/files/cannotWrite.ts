import { ConfigError, reasonOf } from '../microscope/index.ts';

/** The error for a file or folder that cannot be written, with the system's reason. */
export function cannotWrite(path: string, cause: unknown): ConfigError {
  if (cause instanceof ConfigError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new ConfigError(`cannot write ${path}: ${reasonOf(cause)}`, {
    cause,
    hint: isFull
      ? 'Free some space on the disk and run again. What was stored before is kept.'
      : 'Choose another place, or make this one writable.',
  });
}
