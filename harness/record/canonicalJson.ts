import { hash } from 'node:crypto';
import type { Json } from '../algorithm/index.ts';

/** Levels of arrays and objects within each other: deeper ones are no data, and eat the stack. */
export const deepestJson = 64;

/**
 * RFC 8785 canonical JSON: keys sorted, ECMAScript number text, no white space.
 *
 * @throws TypeError for `undefined`, functions, numbers that are not finite and what is nested more
 *   than 64 deep, naming the place.
 */
export function canonicalJson(value: Json, name = '$'): string {
  return textOf(value, [name]);
}

/** @param path - Names and indices on the way to the value; written out only where it is needed. */
function textOf(value: Json, path: (string | number)[]): string {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(path, `be finite. Received ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') refuse(path, `be JSON. Received ${typeof value}`);
  if (path.length > deepestJson) refuse(path, `be nested at most ${deepestJson} deep`);
  const known = frozenTexts.get(value);
  if (known !== undefined) return known;
  // By code unit, as the standard has it.
  const steps = isArray(value) ? value.keys() : Object.keys(value).sort();
  let text = '';
  for (const step of steps) {
    path.push(step);
    if (text !== '') text += ',';
    if (typeof step === 'string') text += `${JSON.stringify(step)}:`;
    text += textOf((value as { readonly [step: string | number]: Json })[step]!, path);
    path.pop();
  }
  return isArray(value) ? `[${text}]` : `{${text}}`;
}

/** Of values that cannot change any more, and are parts of very many. */
const frozenTexts = new WeakMap<object, string>();

/** What a text of JSON says, an object or an array, frozen; its canonical text is made once. */
export function frozenJson<Value extends object>(text: string): Value {
  const value = JSON.parse(text, (_name, inner) => Object.freeze(inner));
  frozenTexts.set(value, canonicalJson(value));
  return value;
}

function refuse([name, ...steps]: readonly (string | number)[], rule: string): never {
  const path = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  throw new TypeError(`${name}${path} must ${rule}`);
}

/** SHA-256 of the canonical JSON, in hexadecimal. */
export function sha256OfJson(value: Json): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
