import { consoleReport, type Summary } from '../reports/index.ts';
import type { Terminal } from './terminal.ts';

/** Writes a summary to stdout, for people or as one JSON document. */
export function printSummary(
  summary: Summary,
  format: 'console' | 'json',
  { out, width, outColour: colour }: Terminal,
): void {
  out(
    format === 'json'
      ? `${JSON.stringify(summary, null, 2)}\n`
      : consoleReport(summary, { colour, ...(width !== undefined && { width }) }),
  );
}
