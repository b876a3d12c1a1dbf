import type { Command } from 'commander';
import { specimens } from '../../sim/index.ts';
import { printList } from '../terminal/printList.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus specimens`. */
export function addSpecimensCommand(command: Command, terminal: Terminal): void {
  command
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  semfocus specimens --json')
    .action(({ json }: { json?: boolean }) => {
      printList(specimens, json === true, terminal);
    });
}
