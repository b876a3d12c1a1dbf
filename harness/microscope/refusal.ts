import {
  AlgorithmError,
  type AnySemfocusError,
  Busy,
  DeviceError,
  Disconnected,
  DoseBudgetExceeded,
  OutOfRange,
  Timeout,
  Unsupported,
} from './errors.ts';

/** An error of the family as it goes to another process: enough to make the same error of it. */
export interface Refusal {
  readonly tag: string;
  readonly message: string;
  readonly hint?: string;
  /** Of OutOfRange; `requested` is left out where JSON does not know the number. */
  readonly parameter?: string;
  readonly requested?: number;
  readonly allowed?: string;
  /** Of DeviceError. */
  readonly code?: string;
}

export function refusalOf(error: AnySemfocusError): Refusal {
  const { tag, message, hint } = error;
  return {
    ...{ tag, message },
    ...(hint !== undefined && { hint }),
    ...(error.tag === 'OutOfRange' && {
      ...{ parameter: error.parameter, allowed: error.allowed },
      // A number that JSON does not know is in the message.
      ...(Number.isFinite(error.requested) && { requested: error.requested }),
    }),
    ...(error.tag === 'DeviceError' && { code: error.code }),
  };
}

const classes = {
  ...{ Unsupported, Busy, Timeout, Disconnected, DoseBudgetExceeded, AlgorithmError },
};

/** The same error as on the other side; a DeviceError with the tag as its code for any other tag. */
export function errorOfRefusal(refusal: Refusal): AnySemfocusError {
  const { tag, message, hint, parameter = '', requested, allowed = '', code } = refusal;
  const details = hint === undefined ? {} : { hint };
  if (tag === 'OutOfRange') {
    const numbers = { parameter, allowed, requested: requested ?? Number.NaN };
    return Object.assign(new OutOfRange({ ...numbers, ...details }), { message });
  }
  if (Object.hasOwn(classes, tag)) {
    return new classes[tag as keyof typeof classes](message, details);
  }
  return new DeviceError(message, { code: code ?? tag, ...details });
}
