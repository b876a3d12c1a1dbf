import { createHash } from 'node:crypto';
import type { Json } from '../algorithm/index.ts';

/** Levels of arrays and objects within each other: deeper ones are no data, and eat the stack. */
export const deepestJson = 64;

/**
 * RFC 8785 canonical JSON: keys sorted, ECMAScript number text, no white space.
 *
 * @throws TypeError for `undefined`, functions, numbers that are not finite and what is nested more
 *   than 64 deep, naming the place.
 */
export function canonicalJson(value: Json, path = '$', levels = deepestJson): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} must be finite. Received ${value}`);
    return JSON.stringify(value);
  }
  if (levels === 0) throw new TypeError(`${path} must be nested at most ${deepestJson} deep`);
  if (isArray(value)) {
    return `[${value.map((item, i) => canonicalJson(item, `${path}[${i}]`, levels - 1)).join(',')}]`;
  }
  if (typeof value === 'object') {
    const parts = Object.entries(value)
      .sort(([p], [q]) => (p < q ? -1 : p > q ? 1 : 0))
      .map(
        ([key, item]) =>
          `${JSON.stringify(key)}:${canonicalJson(item, `${path}.${key}`, levels - 1)}`,
      );
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
