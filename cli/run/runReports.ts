import { join } from 'node:path';
import { recordFiles } from '../../harness/experiment/store/layout/index.ts';
import { brokenAlgorithms } from '../../harness/record/index.ts';
import { readFolders } from '../report/readFolders.ts';
import { reportInput } from '../report/reportInput.ts';
import { writeReports } from '../report/writeReports.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RunFlags } from './openRun.ts';

/**
 * Prints the summary of a complete run, and writes its page.
 *
 * @returns the path of the page; the exit code, which is that of missing evidence where every trajectory
 *   of an algorithm ended with an error.
 */
export async function runReports(
  folder: string,
  { json: isJson = false, open = false }: Pick<RunFlags, 'json' | 'open'>,
  terminal: Terminal,
): Promise<{ readonly report: string; readonly code: number }> {
  const report = join(folder, recordFiles.report);
  const outputs = [
    { format: isJson ? ('json' as const) : ('console' as const) },
    { format: 'html' as const, file: report },
  ];
  const read = await readFolders([folder]);
  await writeReports(reportInput(read), outputs, terminal);
  if (!isJson) {
    // To a person at a terminal, not to a program.
    const offer = open || terminal.width === undefined ? '' : ' (--open shows it in the browser)';
    terminal.out(`\nReport: ${report}${offer}\n`);
  }
  if (open) await terminal.show(report);
  const broken = brokenAlgorithms(read.records.map(({ record }) => record));
  for (const name of broken) {
    terminal.err(
      `error: every trajectory of ${name} ended with an error, so nothing was measured\n`,
    );
  }
  if (broken.length === 0) return { report, code: exitCodes.ok };
  terminal.err('Remove the cause, then repeat them with --retry-failed.\n');
  return { report, code: exitCodes.evidence };
}
