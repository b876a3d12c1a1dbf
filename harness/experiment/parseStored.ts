import type { z } from 'zod';
import { describeMismatch, reasonOf } from '../config/index.ts';
import { RecordError } from '../microscope/index.ts';
import { recordSchemaVersion } from './TrajectoryRecord.ts';
import { upgradeStored } from './upgradeStored.ts';

/**
 * JSON that was stored, of this schema or an older one, checked.
 *
 * @param place - Where it stands, for messages.
 * @throws RecordError if it is damaged or of a newer schema.
 */
export function parseStored<T>(schema: z.ZodType<T>, bytes: Buffer, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new RecordError(`${place} is damaged: ${reasonOf(cause)}`, { cause });
  }
  const version = schemaOf(value);
  if (version > recordSchemaVersion) {
    throw new RecordError(
      `${place} needs a version of semfocus that reads record schema ${version}. ` +
        `This one reads schema ${recordSchemaVersion}`,
      { hint: 'Install a newer version of semfocus.' },
    );
  }
  const upgraded = upgradeStored(value);
  const result = schema.safeParse(upgraded);
  if (result.success) return result.data;
  throw new RecordError(`${place} is damaged: ${describeMismatch(schema, upgraded, result.error)}`);
}

/** The version that JSON says it has; 0 where it says none. */
export function schemaOf(value: unknown): number {
  const version = (value as { schema?: unknown } | null)?.schema;
  return typeof version === 'number' ? version : 0;
}

/** True for JSON that says so; what is no JSON says nothing. */
export function isOfNewerSchema(bytes: Buffer): boolean {
  try {
    return schemaOf(JSON.parse(bytes.toString('utf8'))) > recordSchemaVersion;
  } catch {
    return false;
  }
}
