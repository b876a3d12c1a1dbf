import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { unknownName } from '../../harness/config/index.ts';
import { assertWritable } from '../../harness/files/index.ts';
import {
  type Essence,
  essenceOf,
  evaluateGate,
  loadGateRules,
  type RunEvidence,
  type RunSummary,
  summariseRun,
} from '../../harness/gate/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import {
  type History,
  historyOf,
  historyPage,
  historyText,
  nameOf,
  type Summary,
  summarise,
} from '../../reports/index.ts';
import { readEvidence } from '../report/readEvidence.ts';
import { namesOption, textOption } from '../terminal/options.ts';
import { outputsOf } from '../terminal/outputs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface HistoryOptions {
  readonly algorithms?: string[];
  readonly rules?: string;
  readonly out?: string[];
  readonly json?: boolean;
}

const formats = ['console', 'html', 'json'] as const;
type HistoryFormat = (typeof formats)[number];

/** `semfocus history`: what runs reached, one after the other. */
export function addHistoryCommand(command: Command, terminal: Terminal): void {
  command
    .argument('<folder...>', 'folders that semfocus run has written, in any order')
    .addOption(namesOption('--algorithms <name,...>', 'only these algorithms'))
    .addOption(
      textOption(
        '--rules <file>',
        'rules of the gate in JSON (default: those of the release suite)',
      ),
    )
    .addOption(namesOption('--out <file,...>', 'write a page (.html) or the data (.json)'))
    .option('--json', 'print the data as one JSON document')
    .addHelpText(
      'after',
      `
Success, error, dose and time of every run, the oldest first. Each run is held
against the last earlier run of its suite by the rules of semfocus gate. A run
is called what semfocus run --name says, or else by its folder. The exit code is
0 whatever the verdicts.

Examples:
  semfocus history results/release-*
  semfocus history results/release-* --out history.html
  semfocus run release --name 1.3.0 --tags nightly --out results/release-1.3.0`,
    )
    .action((folders: string[], options: HistoryOptions) => history(folders, options, terminal));
}

async function history(
  folders: readonly string[],
  { algorithms, rules: rulesFile, out = [], json }: HistoryOptions,
  { out: print, err, width }: Terminal,
): Promise<void> {
  const outputs = outputsOf(json === true ? ['json'] : undefined, out, {
    formats,
    byDefault: 'console',
  });
  for (const { file } of outputs) if (file !== undefined) await assertWritable(file);
  const rules = await loadGateRules(rulesFile);
  const runs = await readRuns(folders, algorithms, (notice) => err(`${notice}\n`));
  const latest = new Map<string, RunEvidence<Essence>>();
  const told = historyOf(
    runs.map(({ run, summary, evidence }) => {
      const base = latest.get(run.suite);
      latest.set(run.suite, evidence);
      return { run, summary, ...(base && { gate: evaluateGate(base, evidence, rules) }) };
    }),
  );
  for (const { format, file } of outputs) {
    const text = rendered[format](told, width);
    if (file === undefined) print(text);
    else {
      await writeTextFile(file, text);
      err(`History: ${file}\n`);
    }
  }
}

const rendered: Record<HistoryFormat, (history: History, width?: number) => string> = {
  console: historyText,
  html: historyPage,
  json: (told) => `${JSON.stringify(told, null, 2)}\n`,
};

interface RunRead {
  readonly run: RunSummary;
  readonly summary: Summary;
  readonly evidence: RunEvidence<Essence>;
}

/**
 * The runs, the oldest first. All records of one are in memory at once, of the others what a gate needs.
 *
 * @throws ConfigError for an algorithm that no run has, or a folder that is named twice.
 */
async function readRuns(
  folders: readonly string[],
  algorithms: readonly string[] | undefined,
  notify: (notice: string) => void,
): Promise<readonly RunRead[]> {
  const known = new Set<string>();
  const runs: RunRead[] = [];
  const paths = folders.map((folder) => resolve(folder));
  for (const [i, folder] of folders.entries()) {
    if (paths.indexOf(paths[i] ?? '') < i) {
      throw new ConfigError(`folders must be different ones. Received ${folder} twice`);
    }
    const { evidence, notices } = await readEvidence(folder, (record) => record);
    notices.forEach(notify);
    for (const { scenario } of evidence.records) known.add(scenario.algorithm.name);
    const records = evidence.records.filter(
      ({ scenario }) => algorithms?.includes(scenario.algorithm.name) ?? true,
    );
    if (records.length === 0) {
      notify(`${folder} is left out: it has none of the algorithms`);
      continue;
    }
    // A page is passed on: it does not say where on a disk its records lay.
    const own = { ...evidence, name: basename(paths[i] ?? folder), records };
    const summarised = summariseRun(own);
    // Records alone name their algorithm: of a whole run the chosen ones are whole as well.
    const run =
      evidence.missing.length === 0 ? { ...summarised, planned: records.length } : summarised;
    runs.push({
      run,
      summary: summarise(records),
      evidence: { ...own, name: nameOf(run), records: records.map(essenceOf) },
    });
  }
  const unknown = algorithms?.find((name) => !known.has(name));
  if (unknown !== undefined) throw unknownName('--algorithms', unknown, known);
  const begun = ({ run }: RunRead) => run.startedAt?.first ?? '';
  return runs.toSorted((p, q) => (begun(p) < begun(q) ? -1 : 1));
}
