import type { z } from 'zod';
import { describeMismatch } from '../../../config/index.ts';
import { RecordError, reasonOf } from '../../../microscope/index.ts';
import { recordSchemaVersion } from '../../../record/index.ts';

/**
 * JSON that was stored, checked, its fields in the order of the schema.
 *
 * @param place - Where it stands, for messages.
 * @throws RecordError if it is damaged or of another record schema.
 */
export function parseStored<T>(schema: z.ZodType<T>, json: Buffer | string, place: string): T {
  return checkStored(schema, parseJson(json, place), place);
}

/** @throws RecordError, with the hint, if a value is not what the schema says. */
export function checkStored<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: string,
  hint?: string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RecordError(`${place} is damaged: ${mismatch(schema, value, result.error)}`, {
    ...(hint !== undefined && { hint }),
  });
}

/** What is refused may be nested deeper than a description of it can go. */
export function mismatch(schema: z.ZodType, value: unknown, error: z.ZodError): string {
  try {
    return describeMismatch(schema, value, error);
  } catch (cause) {
    if (cause instanceof RangeError) return 'lists and objects in it lie too deep in each other';
    throw cause;
  }
}

/**
 * JSON that was stored, of the record schema that this version reads, its shape not checked.
 *
 * @param hint - What to do where it is damaged.
 * @throws RecordError if it is damaged or of another record schema.
 */
export function parseJson(json: Buffer | string, place: string, hint?: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json.toString());
  } catch (cause) {
    throw new RecordError(`${place} is damaged: ${reasonOf(cause)}`, {
      cause,
      ...(hint !== undefined && { hint }),
    });
  }
  const version = schemaOf(value);
  if (version !== undefined && version !== recordSchemaVersion) {
    throw new RecordError(
      `${place} needs a version of semfocus that reads record schema ${version}. ` +
        `This one reads schema ${recordSchemaVersion}`,
      { hint: 'Use the version of semfocus that wrote it, or run the suite again.' },
    );
  }
  return value;
}

/** True for JSON of another schema; false for text that is no JSON. */
export function isOfOtherSchema(bytes: Buffer): boolean {
  try {
    const version = schemaOf(JSON.parse(bytes.toString('utf8')));
    return version !== undefined && version !== recordSchemaVersion;
  } catch {
    return false;
  }
}

/** The version that JSON says it has. */
function schemaOf(value: unknown): number | undefined {
  const version = (value as { schema?: unknown } | null)?.schema;
  return typeof version === 'number' ? version : undefined;
}
