import type { Flip, RunSummary } from '../../harness/gate/index.ts';
import { shellQuoted } from '../../harness/program/index.ts';

/** Options of `semfocus run` that say where and how to run, not what: left out when it is repeated. */
const withValue = new Set(['--out', '--workers', '--shard', '--algorithms', '--only']);
const withoutValue = new Set(['--force', '--json', '--retry-failed']);
/** Enough to tell the keys of a plan apart. */
const keyDigits = 12;

/**
 * The command that runs one trajectory of the candidate again: as the run was started, where that is
 * known. A seed is never in it: what was made of a seed bank says `--seed-bank <file>`.
 */
export function rerunCommand(
  run: RunSummary,
  { algorithm, key }: Pick<Flip, 'algorithm' | 'key'>,
): string {
  const shown = key.slice(0, keyDigits);
  const started =
    run.commandLine === null
      ? ['run', run.suite, ...(run.fromSeedBank ? ['--seed-bank', '<file>'] : [])]
      : kept(run.commandLine);
  const only = ['--algorithms', algorithm, '--only', shown];
  return ['semfocus', ...started, ...only].map(shellQuoted).join(' ');
}

function kept(commandLine: readonly string[]): string[] {
  return commandLine.filter((argument, i) => {
    const [name = ''] = argument.split('=');
    const before = commandLine[i - 1] ?? '';
    return !withoutValue.has(argument) && !withValue.has(name) && !withValue.has(before);
  });
}
