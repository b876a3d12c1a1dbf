import { type Belonging, belongingAttributes } from '../../chart/index.ts';
import type { FigureRow } from '../../figures/index.ts';
import { escapeHtml } from '../../words/index.ts';

/** A table that scrolls in itself where it is wider than the page. */
export function scrolling(label: string, table: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(label)}">${table}</div>`;
}

/** A plain table, of which the first cell of a row is its head. */
export function tableHtml(
  head: readonly string[],
  rows: readonly FigureRow[],
  attributes = '',
): string {
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const body = rows.map(({ cells: [first = '', ...others], ...belonging }) =>
    rowHtml(escapeHtml(String(first)), others, belonging),
  );
  return `<table${attributes}><thead><tr>${heads}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** @param head - Markup; the cells are text. */
export function rowHtml(
  head: string,
  cells: readonly (string | number)[],
  belonging: Belonging = {},
): string {
  const data = cells.map((text) => `<td>${escapeHtml(String(text))}</td>`).join('');
  return `<tr${belongingAttributes(belonging)}><th scope="row">${head}</th>${data}</tr>`;
}
