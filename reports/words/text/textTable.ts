/** A cell, or a number to be shown with three significant digits where its size allows. */
export type Cell = string | number | null;

/**
 * Columns padded to their widest cell, the first to the left and the others to the right, two
 * spaces between. A cell without a value is a dash.
 *
 * @param rows - Heads first; all of one length.
 * @returns Lines without newlines or trailing spaces.
 */
export function textTable(rows: readonly (readonly Cell[])[]): string[] {
  const texts = rows.map((row) => row.map(cellText));
  const columns = Math.max(0, ...texts.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(0, ...texts.map((row) => row[i]?.length ?? 0)),
  );
  return texts.map((row) =>
    row
      .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function cellText(cell: Cell): string {
  if (cell === null) return '-';
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '-';
  const size = Math.abs(cell);
  return cell.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3);
}
