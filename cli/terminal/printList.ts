import type { Terminal } from './terminal.ts';

/** Something with a name and one line of explanation. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
}

/** Names in one column, their summaries in a second one that wraps within itself; or JSON. */
export function printList(entries: Iterable<Listed>, isJson: boolean, terminal: Terminal): void {
  const listed = [...entries].map(({ name, summary }) => ({ name, summary }));
  terminal.out(isJson ? `${JSON.stringify(listed, null, 2)}\n` : table(listed, terminal));
}

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
