import type { Command } from 'commander';
import { compareRuns, loadGateRules } from '../../harness/gate/index.ts';
import { comparisonConsole, comparisonJson, comparisonMarkdown } from '../../reports/index.ts';
import { chosenAlgorithms } from '../report/chosenAlgorithms.ts';
import { readSides } from '../report/readSides.ts';
import { choiceOption, namesOption, textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface CompareOptions {
  readonly format: 'console' | 'markdown' | 'json';
  readonly algorithms?: string[];
  readonly rules?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `semfocus compare`: two runs side by side, scenario by scenario. */
export function addCompareCommand(command: Command, terminal: Terminal): void {
  command
    .argument('<baseline>', 'folder that semfocus run has written')
    .argument('<candidate>', 'another such folder')
    .addOption(
      choiceOption('--format <name>', 'how to print it', ['console', 'markdown', 'json']).default(
        'console',
      ),
    )
    .addOption(namesOption('--algorithms <name,...>', 'only these algorithms'))
    .addOption(
      textOption(
        '--rules <file>',
        'rules of the gate in JSON (default: those of the release suite)',
      ),
    )
    .option('--all', 'print every row and flip, not the worst alone')
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      `
Trajectories are paired by scenario: same specimen, place, start and noise. If
each run has one algorithm, these two are compared. Their names may differ.
Positive differences are worse; p is adjusted after Benjamini and Hochberg. The
first line is the verdict of semfocus gate by the same rules, and rows that a
rule is about have its numbers. The exit code is 0 whatever the verdict.

Examples:
  semfocus compare results/release-1.0 results/candidate
  semfocus compare results/release-1.0 results/candidate --format markdown`,
    )
    .action((baseline: string, candidate: string, options: CompareOptions) =>
      compare(baseline, candidate, options, terminal),
    );
}

async function compare(
  baseline: string,
  candidate: string,
  options: CompareOptions,
  { out, err, width }: Terminal,
): Promise<void> {
  const rules = await loadGateRules(options.rules);
  const [base, other] = await readSides(baseline, candidate);
  for (const notice of [...base.notices, ...other.notices]) err(`${notice}\n`);
  const sides = chosenAlgorithms([base.evidence, other.evidence], options.algorithms);
  const comparison = compareRuns(...sides, rules);
  const format = options.json === true ? 'json' : options.format;
  switch (format) {
    case 'console':
      return out(comparisonConsole(comparison, { width, all: options.all === true }));
    case 'markdown':
      return out(comparisonMarkdown(comparison));
    case 'json':
      return out(`${JSON.stringify(comparisonJson(comparison), null, 2)}\n`);
  }
}
