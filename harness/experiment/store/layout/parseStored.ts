import type { z } from 'zod';
import { describeMismatch } from '../../../config/index.ts';
import { RecordError, reasonOf } from '../../../microscope/index.ts';
import { recordSchemaVersion } from '../../../record/index.ts';

/**
 * JSON that was stored, checked. It is handed out as it was parsed, which takes half of the memory of
 * what the check makes of it: schemas of what is stored change nothing.
 *
 * @param place - Where it stands, for messages.
 * @throws RecordError if it is damaged or of another record schema.
 */
export function parseStored<T>(schema: z.ZodType<T>, json: Buffer | string, place: string): T {
  const value = parseJson(json, place);
  const result = schema.safeParse(value);
  if (result.success) return value as T;
  throw new RecordError(`${place} is damaged: ${describeMismatch(schema, value, result.error)}`);
}

/**
 * JSON that was stored, of the record schema that this version reads, its shape not checked.
 *
 * @throws RecordError if it is damaged or of another record schema.
 */
export function parseJson(json: Buffer | string, place: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json.toString());
  } catch (cause) {
    throw new RecordError(`${place} is damaged: ${reasonOf(cause)}`, { cause });
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
