import { z } from 'zod';
import { deepestJson } from './canonicalJson.ts';

/** JSON of any kind, as it comes out of a parser; nested no deeper than `canonicalJson` takes it. */
export const jsonSchema = z.unknown().refine((value) => isShallow(value, deepestJson), {
  error: `must be nested at most ${deepestJson} deep`,
}) as unknown as z.ZodType<z.core.util.JSONType>;

/** An object of such JSON by name: what a record of zod would look at name by name. */
export const jsonObjectSchema = jsonSchema.refine(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'must be an object' },
) as unknown as z.ZodType<Record<string, z.core.util.JSONType>>;

/** Looks no deeper than it must: a text of brackets may be longer than the stack. */
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const inner of Object.values(value)) if (!isShallow(inner, levels - 1)) return false;
  return true;
}
