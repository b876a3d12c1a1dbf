import { join } from 'node:path';
import type { Command } from 'commander';
import { recordFiles } from '../../harness/experiment/store/layout/index.ts';
import {
  type Merged,
  mergeResults,
  missingText,
} from '../../harness/experiment/store/merge/index.ts';
import type { Summary } from '../../reports/index.ts';
import { readFolders } from '../report/readFolders.ts';
import { reportInput } from '../report/reportInput.ts';
import { writeReports } from '../report/writeReports.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface MergeCommandOptions {
  readonly out: string;
  readonly allowPartial?: boolean;
  readonly repair?: boolean;
  readonly json?: boolean;
}

/** `semfocus merge`: the shards of a plan as one folder of results. */
export function addMergeCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .argument('<shard...>', 'files of shards, or folders that hold shards or results')
    .addOption(
      textOption('--out <folder>', 'folder of records and report').makeOptionMandatory(true),
    )
    .option('--allow-partial', 'write the records, marked as partial, also if some are missing')
    .option(
      '--repair',
      'drop lines of results that are damaged, repeated or contradict each other, and name each',
    )
    .option('--json', 'print summary and merge as one JSON document')
    .addHelpText(
      'after',
      `
The result equals that of a single process, except for times. The order of the
files does not matter. Records already in the folder are merged too. The exit
code is 3 if trajectories are missing (they are listed by shard), if a shard has
another plan, or if two shards contradict each other.

Examples:
  semfocus merge results/figure-5 --out results/figure-5
  semfocus merge artifacts/shard-*.jsonl.gz --out results/merged
  semfocus merge results/figure-5 --out results/so-far --allow-partial
  semfocus merge results/demo --repair --allow-partial --out results/mended`,
    )
    .action(async (paths: string[], options: MergeCommandOptions) => {
      exit(await merge(paths, options, terminal));
    });
}

async function merge(
  paths: readonly string[],
  options: MergeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const { out } = options;
  const isJson = options.json === true;
  const merged = await mergeResults(paths, out, {
    allowPartial: options.allowPartial === true,
    repair: options.repair === true,
    onNotice: (message) => terminal.err(`${message}\n`),
  });
  for (const line of linesOf(merged)) terminal.err(`${line}\n`);
  if (merged.status === 'incomplete') {
    terminal.err(
      'error: trajectories are missing; nothing was written\n' +
        'Run the shards that are missing, or add --allow-partial.\n',
    );
    if (isJson) terminal.out(`${JSON.stringify({ merge: documentOf(merged) }, null, 2)}\n`);
    return exitCodes.evidence;
  }
  const input = reportInput(await readFolders([out]));
  if (isJson) {
    const document: Summary & { readonly merge: unknown } = {
      ...input.summary,
      merge: documentOf(merged),
    };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  }
  const report = join(out, recordFiles.report);
  const printed = isJson ? [] : [{ format: 'console' as const }];
  await writeReports(input, [...printed, { format: 'html', file: report }], terminal);
  if (!isJson) terminal.out(`\nReport: ${report}\n`);
  return exitCodes.ok;
}

/** The counts, then a line for each file that does not count and each shard that is missing. */
function linesOf({ status, sources, records, duplicates, missing, notWhole, plan }: Merged) {
  const counted = [
    `${records} of ${plan.keys.length} trajectories from ${sources} ${sources === 1 ? 'source' : 'sources'}`,
    ...(duplicates > 0 ? [`${duplicates} of them more than once, with the same result`] : []),
  ].join(', ');
  return [
    status === 'partial' ? `PARTIAL: ${counted}` : counted,
    ...notWhole.map(({ name, reason }) => `${name} does not count: ${reason}`),
    ...missing.map(missingText),
  ];
}

function documentOf({ plan, ...merged }: Merged) {
  return { ...merged, planHash: plan.planHash, trajectories: plan.keys.length };
}
