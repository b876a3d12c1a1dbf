import { sha256OfJson } from './canonicalJson.ts';
import { failureClassOf } from './failureClassOf.ts';
import type { TrajectoryRecord } from './TrajectoryRecord.ts';

/** JSON of an older schema, not checked yet: a record, or the header of a folder. */
type Stored = Record<string, unknown>;

/** From each version to the next one. What is damaged stays so, and is found by the schema. */
const steps: readonly ((stored: Stored) => Stored)[] = [fromOneToTwo];

/** What was stored under an older schema, as the present one has it. */
export function upgradeStored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  let stored: Stored = { ...value };
  const { schema } = stored;
  if (!Number.isInteger(schema) || (schema as number) < 1) return value;
  for (const step of steps.slice((schema as number) - 1)) stored = step(stored);
  return stored;
}

/** Since version 2 a record says why it is no success; the hash of a plan holds the version. */
function fromOneToTwo(stored: Stored): Stored {
  if ('planHash' in stored) {
    const keys = stored.keys as readonly string[];
    return {
      ...stored,
      schema: 2,
      ...(Array.isArray(keys) && { planHash: sha256OfJson({ recordSchema: 2, keys }) }),
    };
  }
  const failureClass = failureClassOfOlder(stored);
  return { ...stored, schema: 2, ...(failureClass !== undefined && { failureClass }) };
}

function failureClassOfOlder(stored: Stored) {
  const record = stored as unknown as TrajectoryRecord;
  try {
    return failureClassOf(record, record.scenario.specimen.name !== 'blank');
  } catch {
    return undefined;
  }
}
