/** CSV as RFC 4180 has it, cell by cell: `undefined` for nothing, `''` for `""`. */
export function parseCsv(text: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/gy;
  let row: (string | undefined)[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, quoted, plain = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`no CSV at character ${at}`);
    row.push(quoted === undefined ? plain || undefined : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
