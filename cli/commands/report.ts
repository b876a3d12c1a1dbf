import { join } from 'node:path';
import type { Command } from 'commander';
import { recordFiles } from '../../harness/experiment/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { summarise } from '../../reports/index.ts';
import { choiceOption, textOption } from '../options.ts';
import { printSummary } from '../printSummary.ts';
import { readFolders } from '../readFolders.ts';
import type { Terminal } from '../terminal.ts';
import { writeHtmlReport } from '../writeHtmlReport.ts';

interface ReportOptions {
  readonly format: 'html' | 'console' | 'json';
  readonly out?: string;
  readonly json?: boolean;
}

/** `semfocus report`: the records of one or more runs, to look at. */
export function addReportCommand(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .description('show the records of one or more runs, complete or interrupted')
    .argument('<folder...>', 'folders that semfocus run has written')
    .addOption(
      choiceOption('--format <name>', 'html writes a file, the others print', [
        'html',
        'console',
        'json',
      ]).default('html'),
    )
    .addOption(textOption('--out <file>', 'HTML file (default: report.html in the first folder)'))
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      `
Examples:
  semfocus report results/demo
  semfocus report results/figure-5 results/figure-5-disc --out both.html
  semfocus report results/demo --format json`,
    )
    .action((folders: string[], options: ReportOptions) => report(folders, options, terminal));
}

async function report(
  folders: string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const format = options.json === true ? 'json' : options.format;
  if (format !== 'html' && options.out !== undefined) {
    throw new ConfigError(
      `--out must come with --format html; ${format} is printed. Received ${JSON.stringify(options.out)}`,
    );
  }
  const read = await readFolders(folders);
  for (const notice of read.notices) terminal.err(`${notice}\n`);
  if (format === 'html') {
    const file = options.out ?? join(folders[0] ?? '.', recordFiles.report);
    await writeHtmlReport(read, file);
    terminal.out(`Report: ${file}\n`);
    return;
  }
  printSummary(summarise(read.records.map(({ record }) => record)), format, terminal);
}
