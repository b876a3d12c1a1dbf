import type { OutgoingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { wireErrorSchema } from '../../harness/drivers/http/index.ts';
import {
  type AnySemfocusError,
  isSemfocusError,
  reasonOf,
  refusalOf,
} from '../../harness/microscope/index.ts';

/** An answer that is no success. */
export class WireFailure extends Error {
  readonly status: number;
  readonly body: z.infer<typeof wireErrorSchema>;
  readonly headers: OutgoingHttpHeaders;

  constructor(
    status: number,
    tag: string,
    message: string,
    { headers = {}, ...more }: { hint?: string; headers?: OutgoingHttpHeaders } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.body = { error: { tag, message, ...more } };
  }
}

const statuses: Readonly<Record<AnySemfocusError['tag'], number>> = {
  OutOfRange: 422,
  Unsupported: 501,
  Busy: 409,
  Timeout: 504,
  Disconnected: 503,
  DeviceError: 500,
  DoseBudgetExceeded: 403,
  AlgorithmError: 500,
  CalibrationError: 500,
  ModelError: 500,
  ConfigError: 500,
  RecordError: 500,
  ImageFileError: 500,
};

/** The answer that an error stands for. */
export function failureOf(error: unknown): WireFailure {
  if (error instanceof WireFailure) return error;
  if (!isSemfocusError(error)) return new WireFailure(500, 'Internal', reasonOf(error));
  if (isSemfocusError(error, 'DeviceError') && error.code === 'Aborted') {
    return new WireFailure(409, 'Aborted', error.message);
  }
  const { tag, message, ...more } = refusalOf(error);
  return new WireFailure(statuses[error.tag], tag, message, more);
}
