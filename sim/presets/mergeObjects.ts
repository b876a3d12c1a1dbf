/** `changes` on top of `base`: objects are merged field by field, everything else is replaced. */
export function mergeObjects(base: object, changes: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, change] of Object.entries(changes)) {
    const before = merged[key];
    merged[key] = isPlain(before) && isPlain(change) ? mergeObjects(before, change) : change;
  }
  return merged;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
