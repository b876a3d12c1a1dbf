import type { Command } from 'commander';
import { assertWritable } from '../../harness/files/index.ts';
import {
  evaluateGate,
  type GateReport,
  type GateVerdict,
  loadGateRules,
  type ProblemKind,
} from '../../harness/gate/index.ts';
import {
  type GateConsoleOptions,
  gateConsole,
  gateJson,
  gateJunit,
  gateMarkdown,
} from '../../reports/index.ts';
import { chosenAlgorithms } from '../report/chosenAlgorithms.ts';
import { type GateFormat, gateOutputs } from '../report/gateOutputs.ts';
import { readSides } from '../report/readSides.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { namesOption, textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface GateCommandOptions {
  readonly baseline: string;
  readonly rules?: string;
  readonly format?: string[];
  readonly out?: string[];
  readonly algorithms?: string[];
  readonly json?: boolean;
  readonly all?: boolean;
  readonly allowMissing?: boolean;
  readonly baselineLenient?: boolean;
  readonly allowMixedRuntime?: boolean;
}

/** `semfocus gate`: judges a candidate against a baseline. */
export function addGateCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .argument('<candidate>', 'folder that semfocus run has written')
    .requiredOption('--baseline <folder>', 'folder of the run to compare with')
    .addOption(textOption('--rules <file>', 'rules in JSON (default: those of the release suite)'))
    .addOption(
      namesOption(
        '--format <name,...>',
        'console (default), markdown, junit, json; one can be printed',
      ),
    )
    .addOption(namesOption('--out <format=file,...>', 'also write reports to files'))
    .addOption(namesOption('--algorithms <name,...>', 'only these algorithms'))
    .option('--all', 'print every row and flip, not the worst alone')
    .option('--json', 'the same as --format json')
    .option('--allow-missing', 'go on if trajectories are missing; marks the report as invalid')
    .option(
      '--baseline-lenient',
      'go on if the baseline lacks scenarios; marks the report as invalid',
    )
    .option(
      '--allow-mixed-runtime',
      'go on if different runtimes computed the runs; marks the report as invalid',
    )
    .addHelpText(
      'after',
      `
Exit codes: 0 pass; 1 the candidate is worse; 3 evidence is missing: a run is not
finished, scenarios or plans differ, both sides have the same model, physics
versions are mixed, or there are too few trajectories for a rule.

Examples:
  semfocus gate results/candidate --baseline results/release-1.0
  semfocus gate results/candidate --baseline results/release-1.0 \\
    --out junit=gate.xml,markdown=gate.md`,
    )
    .action(async (candidate: string, options: GateCommandOptions) => {
      exit(await gate(candidate, options, terminal));
    });
}

async function gate(
  candidateFolder: string,
  options: GateCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const outputs = gateOutputs(options.json === true ? ['json'] : options.format, options.out);
  for (const { file } of outputs) if (file !== undefined) await assertWritable(file);
  const rules = await loadGateRules(options.rules);
  const [base, candidate] = await readSides(options.baseline, candidateFolder);
  for (const notice of [...base.notices, ...candidate.notices]) terminal.err(`${notice}\n`);
  const sides = chosenAlgorithms([base.evidence, candidate.evidence], options.algorithms);
  const report = evaluateGate(...sides, rules, { tolerate: toleratedBy(options) });
  for (const { format, file } of outputs) {
    const text = rendered[format](report, {
      colour: file === undefined && terminal.outColour,
      // A file keeps everything, and has no columns.
      ...(file === undefined
        ? { width: terminal.width, all: options.all === true }
        : { all: true }),
    });
    if (file === undefined) terminal.out(text);
    else await writeTextFile(file, text);
  }
  return codes[report.verdict];
}

const codes: Record<GateVerdict, number> = {
  pass: exitCodes.ok,
  fail: exitCodes.failed,
  'evidence-missing': exitCodes.evidence,
};

const rendered: Record<GateFormat, (report: GateReport, how: GateConsoleOptions) => string> = {
  console: gateConsole,
  markdown: gateMarkdown,
  junit: gateJunit,
  json: (report) => `${JSON.stringify(gateJson(report), null, 2)}\n`,
};

function toleratedBy(options: GateCommandOptions): ProblemKind[] {
  return [
    ...(options.allowMissing === true ? (['unfinished', 'missing-in-candidate'] as const) : []),
    ...(options.baselineLenient === true ? (['missing-in-baseline'] as const) : []),
    ...(options.allowMixedRuntime === true ? (['mixed-runtime'] as const) : []),
  ];
}
