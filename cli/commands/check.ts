import type { Command } from 'commander';
import { unknownName } from '../../harness/config/index.ts';
import { type CheckResult, checkAlgorithm, questions } from '../../harness/conformance/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { openUserAlgorithms, registryWith } from '../lab/index.ts';
import { checkText } from '../terminal/checkText.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { algorithmTimeoutOption, pluginOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { addMicroscopeCheck } from './checkMicroscope.ts';

interface CheckOptions {
  readonly plugin?: string[];
  readonly algorithmTimeout: number;
  readonly json?: boolean;
}

/** `semfocus check`: does an algorithm, or a microscope, keep to its contract. */
export function addCheckCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  addMicroscopeCheck(command.command('microscope'), terminal, exit);
  command.addHelpText(
    'after',
    `
Examples:
  semfocus check algorithm mapfost
  semfocus check microscope sim:merlin`,
  );
  command
    .command('algorithm')
    .description('check that an algorithm keeps to the contract, on a simulated microscope')
    .argument(
      '[name]',
      'its name, or exec: and a command; not needed for a plugin with one algorithm',
    )
    .addOption(pluginOption())
    .addOption(algorithmTimeoutOption())
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Runs the algorithm on a simulated microscope and checks that it is
deterministic, can be cancelled, stays within limits, reports its actions and
uses only its arguments. The exit code is 1 if a check fails. The focus that it
reaches is printed but not judged; semfocus run measures it.

Examples:
  semfocus check algorithm mapfost
  semfocus check algorithm --plugin ./mine.js
  semfocus check algorithm exec:'python3 mine.py'`,
    )
    .action(async (name: string | undefined, options: CheckOptions) => {
      exit(await check(name, options, terminal));
    });
}

async function check(
  name: string | undefined,
  options: CheckOptions,
  terminal: Terminal,
): Promise<number> {
  const own = await openUserAlgorithms({
    ...(options.plugin && { plugins: options.plugin }),
    ...(name !== undefined && { algorithms: [name] }),
    timeoutS: options.algorithmTimeout,
    exitOnInterrupt: true,
  });
  try {
    const registry = registryWith(undefined, own.entries);
    const wanted = own.chosen[0] ?? onlyOne(own.entries.map((entry) => entry.name));
    const entry = registry.algorithms.get(wanted);
    if (entry === undefined) throw unknownName('algorithm', wanted, registry.algorithms.keys());
    const checks: CheckResult[] = [];
    for await (const result of checkAlgorithm(entry, {
      registry,
      clock: { nowMs: () => performance.now() },
      // A plugin or a program that is silent is ended by its own limit; an iteration may ask it many things.
      patienceMs: 3 * options.algorithmTimeout * 1e3,
      runsElsewhere: own.entries.includes(entry),
    })) {
      checks.push(result);
      if (options.json !== true) terminal.out(checkText(result, questions[result.name]));
    }
    const failed = checks.filter(({ result }) => result === 'failed').length;
    if (options.json === true) {
      const document = { schema: 1, algorithm: entry.name, passed: failed === 0, checks };
      terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    } else {
      const verdict = failed === 0 ? 'keeps to the contract' : `failed ${failed} of the checks`;
      terminal.out(`\n${entry.name} ${verdict}.\n`);
    }
    return failed === 0 ? exitCodes.ok : exitCodes.failed;
  } finally {
    own.close();
  }
}

function onlyOne(names: readonly string[]): string {
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  throw new ConfigError(
    names.length === 0
      ? 'check algorithm needs a name, exec: and a command, or --plugin with one algorithm. Received nothing'
      : `check algorithm needs one of the names ${names.join(', ')}. Received nothing`,
  );
}
