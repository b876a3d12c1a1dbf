/**
 * Breaks a text at spaces.
 *
 * @param width - Columns that no line is longer than, unless one word is.
 * @param indent - Columns that every line but the first begins with.
 */
export function wrapText(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line = lines.length === 0 && line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
