import { addressOf, isShown, outcomeWords, whenFiltered } from './filter.js';
import { escaped } from './plain.js';
import { data, lastOf, once } from './reportData.js';
import { sortsBy } from './tables.js';

/** Rows that are made at once. */
const rowsAtOnce = 100;
/** More scroll in a window of their own. */
const rowsInSight = 14;

/** A trajectory with its group. */
export const allTrajectories = once(() => {
  const { table, series, conditions } = data();
  return table.groups.flatMap((group) =>
    group.trajectories.map((trajectory) => {
      const look = series[group.series];
      const condition = conditions[group.condition];
      const { key, seed, outcome, failure = '', index, stratum = '' } = trajectory;
      const [iteration, wd, x, y, , frames, dose] = lastOf(trajectory.rows);
      return {
        ...{ trajectory, group, look, condition },
        id: key.slice(0, 16),
        /** What is searched. */
        words: [key, seed, look.label, outcome, failure, condition, stratum, `trajectory ${index}`]
          .join(' ')
          .toLowerCase(),
        /** Under the heads of the list. */
        cells: [
          ...[look.label, condition, index, seed, outcome],
          ...[Math.abs(wd), Math.abs(x), Math.abs(y)],
          ...[iteration, frames, dose],
        ],
      };
    }),
  );
});

/** @typedef {ReturnType<typeof allTrajectories>[number]} Listed */

/** How the list is ordered and how much of it is there. */
const list = { column: 0, sign: 1, isSorted: false, length: rowsAtOnce, isOpen: false };

/**
 * Three digits that count, with their zeros where there are decimals; of counts, take the counts.
 *
 * @param {number} value
 */
export const short = (value) =>
  value === 0 || Math.abs(value) >= 100 || Math.abs(value) < 0.001
    ? String(Number(value.toPrecision(3)))
    : value.toPrecision(3);

const searchBox = () => /** @type {HTMLInputElement | null} */ (document.getElementById('search'));

/** Those that match the filter and every word of the search, in order. */
export function listedTrajectories() {
  const asked = (searchBox()?.value ?? '').toLowerCase().split(/\s+/);
  const found = allTrajectories().filter(
    ({ words, group, trajectory }) =>
      isShown({
        series: [group.series],
        condition: [group.condition],
        outcome: outcomeWords(trajectory),
      }) && asked.every((word) => words.includes(word)),
  );
  if (!list.isSorted) return found;
  const { column, sign } = list;
  return found.sort(({ cells: p }, { cells: q }) => {
    const [a, b] = [p[column], q[column]];
    return (
      sign *
      (typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a).localeCompare(String(b), 'en', { numeric: true }))
    );
  });
}

/**
 * Line and marker of an algorithm, from the legend of the figure of trajectories.
 *
 * @param {number} series
 */
const swatchOf = (series) =>
  document.querySelector(`.legend [data-series="${series}"] .swatch`)?.outerHTML ?? '';

/** @param {Listed} listed */
function rowOf({ trajectory, look, condition, cells, id }) {
  const [, , index, seed, outcome, wd, x, y, iterations, frames, dose] = cells;
  const why =
    trajectory.failure === undefined || trajectory.failure === outcome
      ? ''
      : `, ${trajectory.failure}`;
  const numbers = [
    ...[wd, x, y].map((value) => short(Number(value))),
    iterations,
    frames,
    short(Number(dose)),
  ].map((text) => `<td>${text}</td>`);
  const address = escaped(addressOf(id));
  return (
    `<tr><th scope="row">${swatchOf(look.index)}<a href="${address}">${escaped(look.label)}</a></th><td class="text">${escaped(condition)}</td>` +
    `<td>${index}</td><td>${escaped(String(seed))}</td><td class="text ${trajectory.failure === undefined ? 'good' : 'bad'}">${escaped(`${outcome}${why}`)}</td>${numbers.join('')}</tr>`
  );
}

function drawList() {
  const table = /** @type {HTMLTableElement | null} */ (document.getElementById('trajectory-list'));
  const more = document.getElementById('more-trajectories');
  const found = document.getElementById('found');
  if (!list.isOpen || !table || !more || !found) return;
  const listed = listedTrajectories();
  const shown = listed.slice(0, list.length);
  table.tBodies[0].innerHTML = shown.map(rowOf).join('');
  found.textContent = `${listed.length} of ${allTrajectories().length} trajectories`;
  table.closest('.needs-script')?.classList.toggle('long', shown.length > rowsInSight);
  more.hidden = shown.length === listed.length;
  more.textContent = `Show ${Math.min(rowsAtOnce, listed.length - shown.length)} more of ${listed.length}`;
}

/** Makes the list when a reader comes near it. */
export function startList() {
  const table = document.getElementById('trajectory-list');
  if (table === null) return;
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      list.isOpen = true;
      drawList();
    },
    { rootMargin: '600px' },
  );
  near.observe(table);
  const begin = () => {
    list.length = rowsAtOnce;
    drawList();
  };
  whenFiltered(begin);
  searchBox()?.addEventListener('input', begin);
  document.getElementById('more-trajectories')?.addEventListener('click', () => {
    list.length += rowsAtOnce;
    drawList();
  });
  /** @type {NodeListOf<HTMLTableCellElement>} */
  const heads = table.querySelectorAll('th[data-list]');
  for (const head of heads) {
    sortsBy(head, () => {
      const column = Number(head.dataset.list);
      list.sign = list.isSorted && list.column === column ? -list.sign : 1;
      list.column = column;
      list.isSorted = true;
      for (const one of heads) one.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', list.sign > 0 ? 'ascending' : 'descending');
      begin();
    });
  }
  // All of a row leads where its name does.
  table.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element) || target.closest('a') !== null) return;
    target.closest('tbody tr')?.querySelector('a')?.click();
  });
}
