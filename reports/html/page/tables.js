/**
 * Sorts the rows under each condition by a column, then the other way round.
 *
 * @param {HTMLTableCellElement} head
 */
function sortRows(head) {
  const table = head.closest('table');
  const column = Number(head.dataset.sort);
  const first = head.dataset.first === 'high' ? 'descending' : 'ascending';
  const other = first === 'ascending' ? 'descending' : 'ascending';
  const direction = head.getAttribute('aria-sort') === first ? other : first;
  for (const one of table?.querySelectorAll('[aria-sort]') ?? []) one.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', direction);
  const sign = direction === 'ascending' ? 1 : -1;
  for (const body of table?.tBodies ?? []) {
    const rows = [...body.rows].filter((row) => !row.classList.contains('condition'));
    /** @param {HTMLTableRowElement} row */
    const textIn = (row) => row.cells[column]?.textContent ?? '';
    /** @param {HTMLTableRowElement} row */
    const numberIn = (row) => {
      const value = row.cells[column]?.dataset.value;
      return value === undefined ? undefined : Number(value);
    };
    rows.sort((p, q) => {
      if (column === 0) return sign * textIn(p).localeCompare(textIn(q), 'en', { numeric: true });
      const [a, b] = [numberIn(p), numberIn(q)];
      // What has no value stands last, either way.
      if (a === undefined || b === undefined)
        return Number(a === undefined) - Number(b === undefined);
      return sign * (a - b);
    });
    body.append(...rows);
  }
}
/**
 * Lets a head be asked to sort, by mouse and keyboard.
 *
 * @param {HTMLTableCellElement} head
 * @param {(head: HTMLTableCellElement) => void} sort
 */
export function sortsBy(head, sort) {
  head.tabIndex = 0;
  head.addEventListener('click', () => sort(head));
  head.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    sort(head);
  });
}

export function startTables() {
  /** @type {NodeListOf<HTMLTableCellElement>} */
  const heads = document.querySelectorAll('th[data-sort]');
  for (const head of heads) sortsBy(head, sortRows);
}
