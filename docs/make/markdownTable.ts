/** @param cells - Row by row, each as long as the header. */
export function markdownTable(
  header: readonly string[],
  cells: readonly (readonly string[])[],
): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...cells.map(line)].join('\n');
}
