import type { Command } from 'commander';
import { listSuites, suiteSets } from '../../harness/experiment/suite/index.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus suites`. */
export function addSuitesCommand(command: Command, terminal: Terminal): void {
  command
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  semfocus suites --json')
    .action(async ({ json }: { json?: boolean }) => {
      const suites = await listSuites();
      printList(
        [...suites, ...suiteSets].map(({ name, title, description }) => ({
          name,
          summary: `${title}. ${description}`,
        })),
        json === true,
        terminal,
      );
    });
}
