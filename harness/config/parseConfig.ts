import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, reasonOf } from '../microscope/index.ts';
import { parseJson } from './parseJson.ts';
import { inWords, unknownName } from './unknownName.ts';

/**
 * Checks a value that a person wrote against its schema.
 *
 * @param source - Where the value comes from, for the message: a file, an option.
 * @throws ConfigError in one line: source, path of the field, allowed values, value received.
 */
export function parseConfig<T>(schema: z.ZodType<T>, value: unknown, source: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(`${source}: ${describeMismatch(schema, value, result.error)}`);
}

/** The mismatches in one line: path of each field, allowed values, value received. */
export function describeMismatch(schema: z.ZodType, value: unknown, error: z.ZodError): string {
  const allowed = z.toJSONSchema(schema, { io: 'input' }) as AllowedHere;
  const problems = error.issues.map((issue) => describeIssue(issue, value, allowed));
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
  return `${problems.slice(0, 3).join('; ')}${more}`;
}

/**
 * Reads a JSON file that a person wrote and checks it.
 *
 * @param what - Kind of the file, for the message: `suite`, `calibration`.
 * @throws ConfigError if the file cannot be read, is no JSON or does not fit the schema.
 */
export async function readConfigFile<T>(
  schema: z.ZodType<T>,
  path: string,
  what: string,
): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read the ${what} file ${path}: ${reasonOf(cause)}`, { cause });
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new ConfigError(`${path} must be a ${what} in JSON. ${reasonOf(cause)}`, { cause });
  }
  return parseConfig(schema, value, path);
}

/** The part of JSON Schema that our schemas use, with the unit that their metadata add. */
interface AllowedHere {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly unit?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: { readonly [key: string]: AllowedHere | boolean };
  readonly items?: AllowedHere | boolean | readonly (AllowedHere | boolean)[];
  readonly prefixItems?: readonly (AllowedHere | boolean)[];
}

function describeIssue(issue: z.core.$ZodIssue, root: unknown, schema: AllowedHere): string {
  const place = pathText(issue.path);
  const received = valueAt(root, issue.path);
  const allowed = schemaAt(schema, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const keys = Object.keys(allowed?.properties ?? {});
      const where = issue.path.length === 0 ? 'field' : `field of ${place}`;
      return issue.keys.map((key) => unknownName(where, key, keys).message).join('; ');
    }
    case 'custom':
    case 'invalid_format':
      return `${place}: ${issue.message}. Received ${shown(received)}`;
    default: {
      const rule = allowed === undefined ? undefined : ruleText(allowed);
      return `${place} ${rule ?? `is not allowed (${issue.message})`}. Received ${shown(received)}`;
    }
  }
}

function ruleText(allowed: AllowedHere): string | undefined {
  if (allowed.const !== undefined) return `must be ${shown(allowed.const)}`;
  if (allowed.enum !== undefined) return `must be ${inWords(allowed.enum.map(String))}`;
  switch (allowed.type) {
    case 'integer':
    case 'number': {
      const noun = allowed.type === 'integer' ? 'a whole number' : 'a number';
      const unit = typeof allowed.unit === 'string' ? ` ${allowed.unit}` : '';
      return `must be ${noun}${boundsText(allowed)}${unit}`;
    }
    case 'array':
      return `must be a list of ${countText(allowed)}`;
    case 'object':
      return `must be an object${fieldsText(allowed)}`;
    case 'string':
      return 'must be text';
    default:
      return undefined;
  }
}

function boundsText({ minimum, maximum, exclusiveMinimum }: AllowedHere): string {
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined) {
    return to === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${to}`;
  }
  const above = exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`];
  const below = to === undefined ? [] : [`at most ${to}`];
  return [...above, ...below].map((bound, i) => (i === 0 ? ` ${bound}` : ` and ${bound}`)).join('');
}

function countText({ minItems, maxItems }: AllowedHere): string {
  if (minItems !== undefined && minItems === maxItems) return `${minItems}`;
  return minItems === undefined ? 'any length' : `at least ${minItems}`;
}

function fieldsText({ properties }: AllowedHere): string {
  return properties === undefined ? '' : ` with the fields ${Object.keys(properties).join(', ')}`;
}

function schemaAt(
  schema: AllowedHere,
  path: readonly PropertyKey[],
  depth = 0,
): AllowedHere | undefined {
  const step = path[depth];
  if (step === undefined) return schema;
  const next =
    typeof step === 'number'
      ? (schema.prefixItems?.[step] ?? schema.items)
      : schema.properties?.[String(step)];
  return typeof next !== 'object' || Array.isArray(next)
    ? undefined
    : schemaAt(next as AllowedHere, path, depth + 1);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    text +=
      typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  }
  return text === '' ? 'the whole' : text;
}

/** The value as JSON, cut to what fits in a message. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
