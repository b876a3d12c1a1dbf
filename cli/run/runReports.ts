import { join } from 'node:path';
import { recordFiles } from '../../harness/experiment/store/layout/index.ts';
import { readFolders } from '../report/readFolders.ts';
import { reportInput } from '../report/reportInput.ts';
import { writeReports } from '../report/writeReports.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * Prints the summary of a complete run, and writes its page.
 *
 * @returns the path of the page.
 */
export async function runReports(
  folder: string,
  isJson: boolean,
  terminal: Terminal,
): Promise<string> {
  const report = join(folder, recordFiles.report);
  const outputs = [
    { format: isJson ? ('json' as const) : ('console' as const) },
    { format: 'html' as const, file: report },
  ];
  await writeReports(reportInput(await readFolders([folder])), outputs, terminal);
  if (!isJson) terminal.out(`\nReport: ${report}\n`);
  return report;
}
