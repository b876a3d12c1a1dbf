import { data } from './reportData.js';

/**
 * @typedef {object} Belonging - To what something belongs, by indices; left out: to all.
 * @property {readonly number[] | undefined} [series]
 * @property {readonly number[] | undefined} [condition]
 * @property {string | undefined} [outcome] - Words of which one is the outcome, another `success` or `failure`.
 */

/** What the reader wants to see. */
const chosen = {
  /** Algorithms that are not, by index. */
  hidden: /** @type {Set<number>} */ (new Set()),
  /** Index of the only condition. */
  condition: /** @type {number | undefined} */ (undefined),
  /** A word of the only outcomes; empty for all. */
  outcome: '',
};

const listeners = /** @type {(() => void)[]} */ ([]);

/** @param {() => void} listener - Called after what is shown has changed. */
export const whenFiltered = (listener) => listeners.push(listener);

/** @param {Belonging} belonging */
export function isShown({ series, condition, outcome }) {
  return (
    (series === undefined || series.some((index) => !chosen.hidden.has(index))) &&
    (condition === undefined ||
      chosen.condition === undefined ||
      condition.includes(chosen.condition)) &&
    (outcome === undefined || chosen.outcome === '' || outcome.split(' ').includes(chosen.outcome))
  );
}

/** @param {{ readonly outcome: string, readonly failure?: string }} trajectory */
export const outcomeWords = ({ outcome, failure }) =>
  `${outcome} ${failure === undefined ? 'success' : 'failure'}`;

/**
 * @param {DOMStringMap} dataset
 * @returns {Belonging}
 */
function belongingOf({ series, condition, outcome }) {
  /** @param {string | undefined} list */
  const indices = (list) => list?.split(' ').map(Number);
  return { series: indices(series), condition: indices(condition), outcome };
}

/** Hides what does not match, and says so in the bar. */
function apply() {
  /** @type {NodeListOf<HTMLElement | SVGElement>} */
  const all = document.querySelectorAll(
    'main :is([data-series], [data-condition], [data-outcome])',
  );
  for (const one of all) {
    const shown = isShown(belongingOf(one.dataset));
    if (one.classList.contains('entry')) {
      one.setAttribute('aria-pressed', String(shown));
      dim(one, !shown);
    } else if (one instanceof HTMLElement) one.hidden = !shown;
    else if (one.parentElement?.closest('.dimmed')) dim(one, !shown);
    else if (shown) one.removeAttribute('display');
    else one.setAttribute('display', 'none');
  }
  for (const drawing of document.querySelectorAll('main .panes svg')) closeRanks(drawing);
  showState();
  for (const listener of listeners) listener();
}

/**
 * As attributes, which an exported drawing keeps.
 *
 * @param {Element} element
 * @param {boolean} isDim
 */
function dim(element, isDim) {
  if (isDim) element.setAttribute('opacity', '0.2');
  else element.removeAttribute('opacity');
  element.classList.toggle('dim', isDim);
}

/**
 * Panels that are left move up to the first places of their row, and rows to those of others.
 *
 * @param {Element} drawing
 */
function closeRanks(drawing) {
  if (!(drawing instanceof SVGSVGElement)) return;
  /** @type {NodeListOf<SVGElement>} */
  const rows = drawing.querySelectorAll('.row');
  let saved = 0;
  for (const row of rows) {
    /** @type {NodeListOf<SVGElement>} */
    const panels = row.querySelectorAll('.panel');
    const shown = [...panels].filter((panel) => !panel.hasAttribute('display'));
    shown.forEach((panel, i) => {
      const shift = Number(panels[i].dataset.x) - Number(panel.dataset.x);
      panel.setAttribute('transform', `translate(${shift} 0)`);
    });
    row.setAttribute('transform', `translate(0 ${-saved})`);
    if (shown.length > 0) row.removeAttribute('display');
    else {
      row.setAttribute('display', 'none');
      saved += Number(row.dataset.height);
    }
  }
  const { width, height } = drawing.viewBox.baseVal;
  drawing.dataset.whole ??= String(height);
  const left = Math.max(24, Number(drawing.dataset.whole) - saved);
  drawing.setAttribute('viewBox', `0 0 ${width} ${left}`);
  drawing.setAttribute('height', String(left));
  drawing
    .closest('figure')
    ?.classList.toggle('emptied', saved >= Number(drawing.dataset.whole) - 40);
}

const bar = () => /** @type {HTMLFormElement | null} */ (document.getElementById('filters'));

/** @returns {readonly HTMLInputElement[]} */
const boxes = () => [...(bar()?.querySelectorAll('input') ?? [])];

/** @param {string} name */
const listOf = (name) =>
  /** @type {HTMLSelectElement | null} */ (bar()?.querySelector(`select[name=${name}]`) ?? null);

/** Writes into the bar what is chosen. */
function showState() {
  const form = bar();
  if (form === null) return;
  for (const box of boxes()) box.checked = !chosen.hidden.has(Number(box.value));
  const [condition, outcome] = ['condition', 'outcome'].map(listOf);
  if (condition) condition.value = String(chosen.condition ?? '');
  if (outcome) outcome.value = chosen.outcome;
  const count = form.querySelector('.count');
  if (count) {
    count.textContent = `${boxes().length - chosen.hidden.size} of ${boxes().length}`;
  }
  const isFiltered = isAny();
  form.classList.toggle('filtered', isFiltered);
  const reset = /** @type {HTMLButtonElement | null} */ (form.querySelector('[type=reset]'));
  if (reset) reset.hidden = !isFiltered;
  const note = form.querySelector('.note');
  if (note) {
    note.textContent = !isFiltered
      ? ''
      : chosen.outcome === ''
        ? 'Headings and pooled numbers are of all.'
        : 'Statistics are of all outcomes.';
  }
}

const isAny = () =>
  chosen.hidden.size > 0 || chosen.condition !== undefined || chosen.outcome !== '';

/**
 * What the address says of the filter, and of the trajectory; of neither, the name of the list.
 *
 * @param {string} [trajectory]
 */
export function addressOf(trajectory) {
  const words = new URLSearchParams();
  if (trajectory !== undefined) words.set('trajectory', trajectory);
  if (isAny()) {
    const { series, conditions } = data();
    for (const index of chosen.hidden) words.append('without', series[index].label);
    if (chosen.condition !== undefined) words.set('condition', conditions[chosen.condition]);
    if (chosen.outcome !== '') words.set('outcome', chosen.outcome);
  }
  return words.size === 0 ? '#trajectories' : `#${words}`;
}

/** What the address says; `undefined` where it is the name of a section, or empty. */
export function addressed() {
  const { hash } = window.location;
  return hash.includes('=') ? new URLSearchParams(hash.slice(1)) : undefined;
}

/** Takes over what the address says. A mere section leaves things as they are. */
export function readFilter() {
  const words = addressed();
  if (words === undefined) return;
  const { series, conditions } = data();
  const without = words.getAll('without');
  const hidden = series.filter(({ label }) => without.includes(label)).map(({ index }) => index);
  const condition = conditions.indexOf(words.get('condition') ?? '');
  change({
    hidden: new Set(hidden),
    condition: condition < 0 ? undefined : condition,
    outcome: words.get('outcome') ?? '',
  });
}

/** @param {Partial<typeof chosen>} choice */
function change(choice) {
  const before = JSON.stringify([[...chosen.hidden], chosen.condition, chosen.outcome]);
  Object.assign(chosen, choice);
  const after = JSON.stringify([[...chosen.hidden], chosen.condition, chosen.outcome]);
  if (before !== after) apply();
}

/** The reader has chosen: the address is to say so, so that it can be passed on. */
function keep() {
  const trajectory = addressed()?.get('trajectory') ?? undefined;
  const isPlain = trajectory === undefined && !isAny();
  const { pathname, search } = window.location;
  window.history.replaceState(null, '', isPlain ? pathname + search : addressOf(trajectory));
}

/** @param {number} index - Of an algorithm; the last one that is shown stays. */
function toggle(index) {
  const hidden = new Set(chosen.hidden);
  if (!hidden.delete(index)) hidden.add(index);
  change({ hidden: hidden.size === data().series.length ? new Set() : hidden });
  keep();
}

export function startFilter() {
  const form = bar();
  if (form === null) return;
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) toggle(Number(target.value));
    if (!(target instanceof HTMLSelectElement)) return;
    const { name, value } = target;
    if (name === 'outcome') change({ outcome: value });
    else change({ condition: value === '' ? undefined : Number(value) });
    keep();
  });
  form.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || target.type !== 'button') return;
    const others = data().series.filter(({ index }) => String(index) !== target.value);
    change({ hidden: new Set(others.map(({ index }) => index)) });
    keep();
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    change({ hidden: new Set(), condition: undefined, outcome: '' });
    keep();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  // A menu closes as menus do.
  const menu = form.querySelector('details');
  document.addEventListener('click', ({ target }) => {
    if (menu?.open && target instanceof Node && !menu.contains(target)) menu.open = false;
  });
  menu?.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') menu.open = false;
  });
  if (boxes().length > 0) startLegends();
  readFilter();
}

/** Entries of legends are buttons: they show and hide an algorithm everywhere. */
function startLegends() {
  /** @type {NodeListOf<HTMLElement | SVGElement>} */
  const entries = document.querySelectorAll('main .entry');
  for (const entry of entries) {
    entry.setAttribute('role', 'button');
    entry.setAttribute('tabindex', '0');
    entry.setAttribute('aria-pressed', 'true');
    const press = () => toggle(Number(entry.dataset.series));
    entry.addEventListener('click', press);
    entry.addEventListener('keydown', (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key !== 'Enter' && key !== ' ') return;
      event.preventDefault();
      press();
    });
  }
}
