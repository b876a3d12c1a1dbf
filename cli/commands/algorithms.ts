import type { Command } from 'commander';
import { readPlugin, registryWith } from '../lab/index.ts';
import { pluginOption } from '../terminal/options.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface AlgorithmsOptions {
  readonly plugin?: string[];
  readonly json?: boolean;
}

/** `semfocus algorithms`. */
export function addAlgorithmsCommand(command: Command, terminal: Terminal): void {
  command
    .addOption(pluginOption())
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  semfocus algorithms --plugin ./mine.js')
    .action(async ({ plugin = [], json }: AlgorithmsOptions) => {
      const own = [];
      for (const path of plugin) own.push(...(await readPlugin(path)));
      const { algorithms } = registryWith(undefined, own);
      printList(algorithms.values(), json === true, terminal);
    });
}
