import type { Command } from 'commander';
import { listSuites } from '../../harness/experiment/index.ts';
import { pluginOption } from '../options.ts';
import { readPlugin } from '../plugins.ts';
import { type Listed, printList } from '../printList.ts';
import { registry, registryWith } from '../registry.ts';
import type { Terminal } from '../terminal.ts';

interface AlgorithmsOptions {
  readonly plugin?: string[];
  readonly json?: boolean;
}

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
    ['specimens', 'list the simulated specimens', () => registry.specimens.values()],
  ];
  program
    .command('algorithms')
    .description('list the autofocus algorithms')
    .addOption(pluginOption())
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  semfocus algorithms --plugin ./mine.js')
    .action(async ({ plugin = [], json }: AlgorithmsOptions) => {
      const own = [];
      for (const path of plugin) own.push(...(await readPlugin(path)));
      const { algorithms } = registryWith(undefined, own);
      printList(algorithms.values(), json === true, terminal);
    });
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
