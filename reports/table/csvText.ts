import type { CellValue, FilledColumn } from './Column.ts';

/**
 * A table as CSV (RFC 4180): UTF-8, a head, lines that end in a newline. An empty cell means that
 * there is no value, an empty text is `""`. Numbers have as many digits as it takes to read the very
 * same number back. Text that a spreadsheet would run as a formula (it begins with =, +, - or @) has
 * an apostrophe in front, and no control character but the end of a line.
 */
export function csvText(columns: readonly Pick<FilledColumn, 'name' | 'cells'>[]): string {
  const [first] = columns;
  const lines = [columns.map(({ name }) => csvCell(name)).join(',')];
  for (let row = 0; row < (first?.cells.length ?? 0); row++) {
    lines.push(columns.map(({ cells }) => csvCell(cells[row])).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function csvCell(value: CellValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
  const text = value.replaceAll(/[^\P{Cc}\n]/gu, ' ').replace(/^(?=\s*[=+\-@])/, "'");
  return text === '' || /[",\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
