import { z } from 'zod';
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

const text = z.string().min(1).max(1000);

/** An error of the family as it goes to another process: enough to make the same error of it. */
export const refusalSchema = z.strictObject({
  tag: text,
  message: text,
  hint: text.exactOptional(),
  /** Of OutOfRange. */
  parameter: text.exactOptional(),
  /** Absent if it is a number that JSON does not know: that is in the message. */
  requested: z.number().exactOptional(),
  allowed: text.exactOptional(),
  /** Of DeviceError. */
  code: text.exactOptional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

export function refusalOf(error: AnySemfocusError): Refusal {
  const { tag, message, hint } = error;
  return {
    ...{ tag, message },
    ...(hint !== undefined && { hint }),
    ...(error.tag === 'OutOfRange' && {
      ...{ parameter: error.parameter, allowed: error.allowed },
      ...(Number.isFinite(error.requested) && { requested: error.requested }),
    }),
    ...(error.tag === 'DeviceError' && { code: error.code }),
  };
}

const classes = {
  ...{ Unsupported, Busy, Timeout, Disconnected, DoseBudgetExceeded, AlgorithmError },
};

/** The same error on the other side; a DeviceError where its tag is none of ours. */
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
