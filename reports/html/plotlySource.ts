import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The plotting library as text for an inline `<script>`, once per report (1.5 MB).
 *
 * The two sequences that change how a browser reads a script element are broken up; both can only
 * stand in strings and comments, where the added backslash means nothing.
 */
export function plotlySource(): string {
  const require = createRequire(import.meta.url);
  const path = require.resolve('plotly.js-cartesian-dist-min');
  return readFileSync(path, 'utf8').replace(/<(\/script|!--)/gi, '<\\$1');
}
