import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { readRecords } from '../../harness/experiment/index.ts';
import { consoleReport, summarise } from '../../reports/index.ts';
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
    .description('show the records of one or more runs')
    .argument('<folder...>', 'folders that semfocus run has written')
    .addOption(
      new Option('--format <name>', 'html writes a file, the others print')
        .choices(['html', 'console', 'json'])
        .default('html'),
    )
    .option('--out <file>', 'HTML file (default: report.html in the first folder)')
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
  if (format === 'html') {
    const file = options.out ?? join(folders[0] ?? '.', 'report.html');
    terminal.out(`Report: ${await writeHtmlReport(folders, file)}\n`);
    return;
  }
  const stored = await Promise.all(folders.map(readRecords));
  for (const { warnings, missing } of stored) {
    for (const warning of warnings) terminal.err(`${warning}\n`);
    if (missing.length > 0) terminal.err(`${missing.length} planned trajectories have no record\n`);
  }
  const summary = summarise(stored.flatMap(({ records }) => records));
  if (format === 'json') {
    terminal.out(`${JSON.stringify(summary, null, 2)}\n`);
    return;
  }
  const { width, outColour } = terminal;
  terminal.out(
    consoleReport(summary, { colour: outColour, ...(width !== undefined && { width }) }),
  );
}
