import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { recordFiles } from '../../harness/experiment/store/layout/index.ts';
import {
  essenceOf,
  evaluateGate,
  loadGateRules,
  type RunEvidence,
} from '../../harness/gate/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { paperFigures, type ReportInput, type StoredBaseline } from '../../reports/index.ts';
import { readEvidence } from '../report/readEvidence.ts';
import { readFolders } from '../report/readFolders.ts';
import { reportInput } from '../report/reportInput.ts';
import {
  goesToFile,
  type ReportFormat,
  reportFormats,
  writeReports,
} from '../report/writeReports.ts';
import { namesOption, repeated, textOption } from '../terminal/options.ts';
import { type Output, outputsOf } from '../terminal/outputs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface ReportOptions {
  readonly format?: string[][];
  readonly out?: string[];
  readonly baseline?: string;
  readonly rules?: string;
  readonly figures?: string;
  readonly json?: boolean;
  readonly open?: boolean;
}

/** `semfocus report`: writes or prints reports of one or more runs. */
export function addReportCommand(command: Command, terminal: Terminal): void {
  command
    .argument('<folder...>', 'folders that semfocus run has written')
    .addOption(
      repeated(
        namesOption(
          '--format <name,...>',
          'html (default), console, markdown, junit, github, csv, parquet, json, article; one can be printed',
        ),
      ),
    )
    .addOption(
      repeated(
        textOption(
          '--out <format=file,...>',
          'file for each format that is not printed; with one format, the file alone',
        ),
      ),
    )
    .addOption(
      textOption(
        '--figures <folder>',
        'folder for figures for an article, SVG; without --format, only these are written',
      ),
    )
    .addOption(
      textOption(
        '--baseline <folder>',
        'run to compare with: the page shows the gate and the scenarios lost and won',
      ),
    )
    .addOption(
      textOption(
        '--rules <file>',
        'with --baseline: rules in JSON (default: those of the release suite)',
      ),
    )
    .option('--json', 'the same as --format json')
    .option('--open', 'show the first page that is written in the browser')
    .addHelpText(
      'after',
      `
html, parquet and article are not printed. Without --out they go into the first
folder, as report.html, report.parquet and article.html. article sets the
figures and tables of the article beside these runs; a file named *.md is
Markdown. Tables have one row per trajectory. The table of iterations is a
second file beside the first (x.csv, x.iterations.csv).

Examples:
  semfocus report results/demo
  semfocus report results/figure-5 results/figure-5-disc --out both.html
  semfocus report results/demo --format json
  semfocus report results/candidate --baseline results/release-1.0
  semfocus report results/candidate --baseline results/before --rules rules.json
  semfocus report results/demo --format console --out markdown=summary.md
  semfocus report results/demo --out junit=demo.xml,html=demo.html
  semfocus report results/demo --out csv=demo.csv --out parquet=demo.parquet
  semfocus report results/demo --figures figures
  semfocus report results/article/* --format article --out article.md`,
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
  const input = reportInput(read, await heldAgainst(folders, outputs, options, terminal));
  const files = [
    ...(await writeReports(input, outputs, terminal)),
    ...(options.figures === undefined ? [] : await writeFigures(input, options.figures)),
  ];
  const isPrinted = outputs.some(({ file }) => file === undefined);
  // A program may read the printed output.
  const say = isPrinted ? terminal.err : terminal.out;
  for (const file of files) say(`Report: ${file}\n`);
  const page = files.find((file) => file.endsWith('.html'));
  if (options.open === true && page !== undefined) await terminal.show(page);
}

async function writeFigures(input: ReportInput, folder: string): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { path, content } of paperFigures(input)) {
    const file = join(folder, path);
    await writeTextFile(file, content);
    written.push(file);
  }
  return written;
}

/**
 * @throws ConfigError where it is not one run that is held against the baseline, no page is written
 *   that shows it, or rules have no baseline to be applied to.
 */
async function heldAgainst(
  folders: readonly string[],
  outputs: readonly Output<ReportFormat>[],
  { baseline, rules }: ReportOptions,
  terminal: Terminal,
): Promise<StoredBaseline | undefined> {
  if (baseline === undefined) {
    if (rules === undefined) return undefined;
    throw new ConfigError(`--rules must come with --baseline. Received --rules ${rules} alone`);
  }
  if (!outputs.some(({ format }) => format === 'html')) {
    throw new ConfigError(
      '--baseline needs a page, which alone shows it: add --out html=report.html',
      {
        hint: '`semfocus gate` and `semfocus compare` print it in other formats',
      },
    );
  }
  const [folder] = folders;
  if (folder === undefined || folders.length > 1) {
    throw new ConfigError(
      `--baseline must come with one folder. Received ${folders.length}: ${folders.join(', ')}`,
    );
  }
  const chosen = await loadGateRules(rules);
  const [base, candidate] = [
    await readEvidence(baseline, (record) => record),
    await readEvidence(folder, essenceOf),
  ];
  for (const notice of base.notices) terminal.err(`${notice}\n`);
  return {
    gate: evaluateGate(named(base.evidence, baseline), named(candidate.evidence, folder), chosen),
    stored: base.evidence.records.map((record) => ({ folder: baseline, record })),
  };
}

/** Reports are shared, so they do not name the folder of their records. */
function named<Kept>(evidence: RunEvidence<Kept>, folder: string): RunEvidence<Kept> {
  return { ...evidence, name: basename(resolve(folder)) };
}

function outputsFrom(folder: string, { format, out = [], json, figures }: ReportOptions) {
  const inFolder: Partial<Record<ReportFormat, string>> = {
    html: recordFiles.report,
    article: 'article.html',
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
  if (figures !== undefined && formats === undefined && files.length === 0) return [];
  return outputsOf(formats, files, {
    formats: reportFormats,
    byDefault: 'html',
    fileOf: (name) =>
      goesToFile(name) ? join(folder, inFolder[name] ?? `report.${name}`) : undefined,
  });
}
