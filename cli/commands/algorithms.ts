import type { Command } from 'commander';
import { openUserAlgorithms, registryWith } from '../lab/index.ts';
import { algorithmTimeoutOption, pluginOption } from '../terminal/options.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface AlgorithmsOptions {
  readonly plugin?: string[];
  readonly algorithmTimeout: number;
  readonly json?: boolean;
}

/** `semfocus algorithms`. */
export function addAlgorithmsCommand(command: Command, terminal: Terminal): void {
  command
    .addOption(pluginOption())
    .addOption(algorithmTimeoutOption())
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  semfocus algorithms --plugin ./mine.js')
    .action(async ({ plugin = [], algorithmTimeout, json }: AlgorithmsOptions) => {
      const own = await openUserAlgorithms({
        plugins: plugin,
        timeoutS: algorithmTimeout,
        exitOnInterrupt: true,
      });
      own.close();
      const { algorithms } = registryWith(undefined, own.entries);
      printList(algorithms.values(), json === true, terminal);
    });
}
