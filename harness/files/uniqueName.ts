import { randomUUID } from 'node:crypto';

/** A name that no other process uses, for a lock or a temporary file. */
export function uniqueName(): string {
  // biome-ignore lint/plugin: names a file; no result depends on it.
  return randomUUID();
}
