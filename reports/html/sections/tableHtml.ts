import { type Belonging, belongingAttributes } from '../../chart/index.ts';
import type { FigureTable } from '../../figures/index.ts';
import { escapeHtml } from '../../words/index.ts';

/** A table that scrolls in itself where it is wider than the page. */
export function scrolling(label: string, table: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(label)}">${table}</div>`;
}

/** A plain table, of which the first cell of a row is its head. */
export function tableHtml({ head, columns = [], rows }: FigureTable, attributes = ''): string {
  const heads = head.map(
    (text, i) => `<th scope="col"${belongingAttributes(columns[i] ?? {})}>${escapeHtml(text)}</th>`,
  );
  const body = rows.map(({ cells: [first = '', ...others], ...belonging }) =>
    rowHtml(escapeHtml(String(first)), others, belonging, columns.slice(1)),
  );
  return `<table${attributes}><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** @param head - Markup; the cells are text. */
export function rowHtml(
  head: string,
  cells: readonly (string | number)[],
  belonging: Belonging = {},
  columns: readonly Belonging[] = [],
): string {
  const data = cells.map(
    (text, i) => `<td${belongingAttributes(columns[i] ?? {})}>${escapeHtml(String(text))}</td>`,
  );
  return `<tr${belongingAttributes(belonging)}><th scope="row">${head}</th>${data.join('')}</tr>`;
}
