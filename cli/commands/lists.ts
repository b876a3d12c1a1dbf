import type { Command } from 'commander';
import { listSuites } from '../../harness/experiment/index.ts';
import { presets } from '../../sim/index.ts';
import { registry } from '../registry.ts';
import type { Terminal } from '../terminal.ts';

interface Listed {
  readonly name: string;
  readonly summary: string;
}

/** `semfocus suites | algorithms | specimens | presets`. */
export function addListCommands(program: Command, terminal: Terminal): void {
  const lists: readonly [string, string, () => Promise<readonly Listed[]> | readonly Listed[]][] = [
    [
      'suites',
      'list the experiments that come with semfocus',
      async () =>
        (await listSuites()).map(({ name, title, description }) => ({
          name,
          summary: `${title}. ${description}`,
        })),
    ],
    ['algorithms', 'list the autofocus algorithms', () => [...registry.algorithms.values()]],
    ['specimens', 'list the simulated specimens', () => [...registry.specimens.values()]],
    ['presets', 'list the simulated instruments', () => presets],
  ];
  for (const [name, description, entries] of lists) {
    program
      .command(name)
      .description(description)
      .option('--json', 'print one JSON document')
      .addHelpText('after', `\nExample:\n  semfocus ${name} --json`)
      .action(async ({ json }: { json?: boolean }) => {
        const listed = (await entries()).map((entry) => ({
          name: entry.name,
          summary: entry.summary,
        }));
        terminal.out(
          json === true ? `${JSON.stringify(listed, null, 2)}\n` : table(listed, terminal),
        );
      });
  }
}

/** Names in one column, what they are in a second one that wraps within itself. */
function table(listed: readonly Listed[], { width = 100 }: Terminal): string {
  const indent = Math.max(...listed.map(({ name }) => name.length)) + 2;
  const room = Math.max(40, width - indent);
  return listed
    .map(({ name, summary }) => {
      const lines = wrap(summary, room);
      return `${name.padEnd(indent)}${lines.join(`\n${' '.repeat(indent)}`)}\n`;
    })
    .join('');
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
