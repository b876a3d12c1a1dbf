import { createHash } from 'node:crypto';
import type { Json } from '../algorithm/index.ts';

/**
 * RFC 8785 canonical JSON: keys sorted, ECMAScript number text, no white space.
 *
 * @throws TypeError for `undefined`, functions and numbers that are not finite, naming the place.
 */
export function canonicalJson(value: Json, path = '$'): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} must be finite. Received ${value}`);
    return JSON.stringify(value);
  }
  if (isArray(value)) {
    return `[${value.map((item, i) => canonicalJson(item, `${path}[${i}]`)).join(',')}]`;
  }
  if (typeof value === 'object') {
    const parts = Object.entries(value)
      .sort(([p], [q]) => (p < q ? -1 : p > q ? 1 : 0))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, `${path}.${key}`)}`);
    return `{${parts.join(',')}}`;
  }
  throw new TypeError(`${path} must be JSON. Received ${typeof value}`);
}

/** SHA-256 of the canonical JSON, in hexadecimal. */
export function sha256OfJson(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
