import type { Command } from 'commander';
import { listSuites } from '../../harness/experiment/index.ts';
import { type Listed, printList } from '../printList.ts';
import { registry } from '../registry.ts';
import type { Terminal } from '../terminal.ts';

/** `semfocus suites | algorithms | specimens`. */
export function addListCommands(program: Command, terminal: Terminal): void {
  const lists: readonly [string, string, () => Promise<Iterable<Listed>> | Iterable<Listed>][] = [
    [
      'suites',
      'list the experiments that come with semfocus',
      async () =>
        (await listSuites()).map(({ name, title, description }) => ({
          name,
          summary: `${title}. ${description}`,
        })),
    ],
    ['algorithms', 'list the autofocus algorithms', () => registry.algorithms.values()],
    ['specimens', 'list the simulated specimens', () => registry.specimens.values()],
  ];
  for (const [name, description, entries] of lists) {
    program
      .command(name)
      .description(description)
      .option('--json', 'print one JSON document')
      .addHelpText('after', `\nExample:\n  semfocus ${name} --json`)
      .action(async ({ json }: { json?: boolean }) => {
        printList(await entries(), json === true, terminal);
      });
  }
}
