import { join } from 'node:path';
import type { Command } from 'commander';
import { recordFiles } from '../../harness/experiment/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { namesOption, repeated, textOption } from '../options.ts';
import { outputsOf } from '../outputs.ts';
import { readFolders } from '../readFolders.ts';
import { reportInput } from '../reportInput.ts';
import type { Terminal } from '../terminal.ts';
import { goesToFile, type ReportFormat, reportFormats, writeReports } from '../writeReports.ts';

interface ReportOptions {
  readonly format?: string[][];
  readonly out?: string[];
  readonly json?: boolean;
}

/** `semfocus report`: the records of one or more runs, to look at. */
export function addReportCommand(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .description('show the records of one or more runs, complete or interrupted')
    .argument('<folder...>', 'folders that semfocus run has written')
    .addOption(
      repeated(
        namesOption(
          '--format <name,...>',
          'html (default), console, markdown, junit, github, csv, parquet, json; one is printed',
        ),
      ),
    )
    .addOption(
      repeated(
        textOption(
          '--out <format=file,...>',
          'files for formats that are not to be printed; a file alone where there is one format',
        ),
      ),
    )
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      `
html and parquet are not printed: they go into the first folder, as report.html
and report.parquet, unless --out says where. Tables have a row per trajectory;
the table of iterations is written beside them (x.csv, x.iterations.csv).

Examples:
  semfocus report results/demo
  semfocus report results/figure-5 results/figure-5-disc --out both.html
  semfocus report results/demo --format json
  semfocus report results/demo --format console --out markdown=summary.md
  semfocus report results/demo --out junit=demo.xml,html=demo.html
  semfocus report results/demo --out csv=demo.csv --out parquet=demo.parquet`,
    )
    .action((folders: string[], options: ReportOptions) => report(folders, options, terminal));
}

async function report(
  folders: string[],
  options: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const outputs = outputsFrom(folders[0] ?? '.', options);
  const read = await readFolders(folders);
  for (const notice of read.notices) terminal.err(`${notice}\n`);
  const files = await writeReports(reportInput(read), outputs, terminal);
  const isPrinted = outputs.some(({ file }) => file === undefined);
  // What is printed may be read by a program.
  const say = isPrinted ? terminal.err : terminal.out;
  for (const file of files) say(`Report: ${file}\n`);
}

function outputsFrom(folder: string, { format, out = [], json }: ReportOptions) {
  const inFolder: Partial<Record<ReportFormat, string>> = {
    html: recordFiles.report,
    parquet: recordFiles.reportRuns,
  };
  const formats = json === true ? ['json'] : format?.flat();
  const files = out.flatMap((text) => text.split(/,(?=[a-z]+=)/));
  const alone = files.find((text) => !text.includes('='));
  if (json === true && alone !== undefined) {
    throw new ConfigError(
      `--out must be <format>=<file> with --json, which prints. Received ${JSON.stringify(alone)}`,
    );
  }
  return outputsOf(formats, files, {
    formats: reportFormats,
    byDefault: 'html',
    fileOf: (name) =>
      goesToFile(name) ? join(folder, inFolder[name] ?? `report.${name}`) : undefined,
  });
}
