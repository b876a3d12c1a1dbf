import { hash } from 'node:crypto';
import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * A record as it is stored: its JSON, and as the last field `sha256`, the first 16 digits of the
 * SHA-256 of everything before that field. The line is JSON like any other, without a line break.
 */
export function recordLine(record: TrajectoryRecord): string {
  const body = JSON.stringify(record).slice(0, -1);
  return `${body}${checksumField(checksumOf(body))}`;
}

/** The record in a stored line as JSON, or `undefined` where the checksum is not that of the line. */
export function checkedJson(bytes: Uint8Array): string | undefined {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = line.length - checksumField('').length - digits;
  if (end < 1) return undefined;
  const body = line.subarray(0, end);
  if (line.toString('latin1', end) !== checksumField(checksumOf(body))) return undefined;
  return `${body.toString('utf8')}}`;
}

/** 64 bits: the checksum is there for accidents, not for edits that compute it anew. */
const digits = 16;

function checksumOf(body: string | Buffer): string {
  return hash('sha256', body, 'hex').slice(0, digits);
}

function checksumField(checksum: string): string {
  return `,"sha256":"${checksum}"}`;
}
