import type { FocusState } from './FocusState.ts';

/** Things every error of the family may carry. */
export interface ErrorDetails {
  /** What the caller can do, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The family of everything that can go wrong apart from programming mistakes (`RangeError`,
 * `TypeError`) and cancellation (`signal.reason` is let through). Told apart by `tag` with
 * {@link isSemfocusError}. An error loses its class on the way out of a worker thread: whoever
 * sends one across sends message and hint, and makes it anew on the other side.
 */
abstract class SemfocusError extends Error {
  abstract readonly tag: string;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
    this.name = new.target.name;
  }
}

/** A value outside what the instrument or a guard allows; nothing has moved. Choose another value. */
export class OutOfRange extends SemfocusError {
  readonly tag = 'OutOfRange';
  readonly parameter: string;
  readonly requested: number;
  readonly allowed: string;

  constructor(
    details: { parameter: string; requested: number; allowed: string; by?: string } & ErrorDetails,
  ) {
    const by = details.by === undefined ? '' : ` (${details.by})`;
    super(
      `${details.parameter} must be ${details.allowed}. Received ${details.requested}${by}`,
      details,
    );
    this.parameter = details.parameter;
    this.requested = details.requested;
    this.allowed = details.allowed;
  }
}

/** The instrument cannot do this at all. Ask `describe()` first. */
export class Unsupported extends SemfocusError {
  readonly tag = 'Unsupported';
}

/** Another command is in flight. Try again when it has ended. */
export class Busy extends SemfocusError {
  readonly tag = 'Busy';
}

/** The instrument did not answer in time. It may still carry the command out: read back first. */
export class Timeout extends SemfocusError {
  readonly tag = 'Timeout';
}

/** The connection is gone or was closed. Connect anew. */
export class Disconnected extends SemfocusError {
  readonly tag = 'Disconnected';
}

/** The instrument refused with a code of its own, or read back something else than was set. */
export class DeviceError extends SemfocusError {
  readonly tag = 'DeviceError';
  readonly code: string;

  constructor(message: string, details: { code: string } & ErrorDetails) {
    super(message, details);
    this.code = details.code;
  }
}

/** The next exposure would exceed the dose budget; it was not made. */
export class DoseBudgetExceeded extends SemfocusError {
  readonly tag = 'DoseBudgetExceeded';
}

/** An estimate that cannot be applied (not finite), or a broken promise of an algorithm. */
export class AlgorithmError extends SemfocusError {
  readonly tag = 'AlgorithmError';
}

/**
 * An instrument's answers to known moves cannot be trusted: nothing to see, the wrong sign, not
 * reproducible (exit code 3).
 */
export class CalibrationError extends SemfocusError {
  readonly tag = 'CalibrationError';
}

/** A model file is missing, altered or of the wrong shape. Install the right one. */
export class ModelError extends SemfocusError {
  readonly tag = 'ModelError';
}

/** A suite, preset, calibration or command line is wrong. Fix it and run again (exit code 2). */
export class ConfigError extends SemfocusError {
  readonly tag = 'ConfigError';
}

/** Stored records are damaged, missing or of another version (exit code 3). */
export class RecordError extends SemfocusError {
  readonly tag = 'RecordError';
}

/** An image file cannot be read or is no image (exit code 2). */
export class ImageFileError extends SemfocusError {
  readonly tag = 'ImageFileError';
}

export type AnySemfocusError =
  | OutOfRange
  | Unsupported
  | Busy
  | Timeout
  | Disconnected
  | DeviceError
  | DoseBudgetExceeded
  | AlgorithmError
  | CalibrationError
  | ModelError
  | ConfigError
  | RecordError
  | ImageFileError;

/** True for an error of the family, and of one of the given tags if any are given. */
export function isSemfocusError<T extends AnySemfocusError['tag']>(
  error: unknown,
  ...tags: T[]
): error is Extract<AnySemfocusError, { tag: T }> {
  return (
    error instanceof SemfocusError && (tags.length === 0 || (tags as string[]).includes(error.tag))
  );
}

/** Refuses NaN and infinities before they reach an instrument. */
export function assertFiniteFocus(target: Partial<FocusState>, by: string): void {
  for (const [parameter, requested] of Object.entries(target)) {
    if (typeof requested === 'number' && !Number.isFinite(requested)) {
      throw new OutOfRange({ parameter, requested, allowed: 'a finite number', by });
    }
  }
}

/** The message of anything thrown, on one line; of a system error only the reason, not the call. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const text = thrown.message.replaceAll(/\s*\n\s*/g, ' ');
  return 'syscall' in thrown ? text.replace(/, \w+( '.*)?$/, '') : text;
}
