import { readFileSync } from 'node:fs';

/** A file of this folder that goes into a page. */
export function asset(name: 'report.css' | 'report.js'): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
