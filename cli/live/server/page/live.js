// What the pages share: their elements, the events of the server, and what is said when it is gone.

/**
 * An element of the page.
 *
 * @overload
 * @param {string} id
 * @returns {HTMLElement}
 */
/**
 * @template {HTMLElement} Kind
 * @overload
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
/**
 * @param {string} id
 * @param {new () => HTMLElement} kind
 */
export function byId(id, kind = HTMLElement) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} ${id}`);
  return found;
}

/** @typedef {import('../../../../harness/microscope/index.ts').FocusState} FocusState */
/** @typedef {import('../../../../harness/microscope/index.ts').FocusChange} FocusChange */

/**
 * The three parameters, in the order in which they are shown everywhere.
 *
 * @type {readonly import('../../../../harness/microscope/index.ts').FocusParameter[]}
 */
export const parameters = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'];

/**
 * The largest part of a state or correction, in margins.
 *
 * @param {FocusState | FocusChange} values
 * @param {import('../../../../harness/microscope/index.ts').FocusLimits} margins
 */
export function sizeInMargins(values, { workingDistanceUm, stigmator }) {
  return Math.max(
    Math.abs(values.workingDistanceUm) / workingDistanceUm,
    Math.abs(values.stigmatorX) / stigmator,
    Math.abs(values.stigmatorY) / stigmator,
  );
}

/**
 * What takes the data of each event, by its name.
 *
 * @template Events
 * @typedef {{ readonly [Name in keyof Events]: (data: Events[Name]) => void }} Handlers
 */

/**
 * Follows the events of the server. After every loss it begins anew with the whole `picture`.
 *
 * @template Events
 * @param {Handlers<Events>} handlers
 * @param {() => boolean} isOver - Whether nothing more is to come: then the connection may go, and nobody is told.
 */
export function follow(handlers, isOver) {
  const source = new EventSource('events');
  for (const name in handlers) {
    source.addEventListener(name, ({ data }) => {
      handlers[name](JSON.parse(data));
      if (isOver()) source.close();
    });
  }
  source.addEventListener('error', () => {
    if (!isOver()) showState('connection lost', 'bad');
  });
}

/**
 * @param {string} text
 * @param {'good' | 'bad' | ''} kind
 */
export function showState(text, kind = '') {
  // What is announced is what has changed.
  if (byId('state').textContent !== text) byId('state').textContent = text;
  byId('state').className = `chip ${kind}`.trim();
}
