// What the pages share: their elements, the events of the server, and what is said when it is gone.

export const byId = (id) => document.getElementById(id);

/** The three parameters, in the order in which they are shown everywhere. */
export const parameters = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'];

/** The largest part of a state or correction, in margins. */
export function sizeInMargins(values, { workingDistanceUm, stigmator }) {
  return Math.max(
    Math.abs(values.workingDistanceUm) / workingDistanceUm,
    Math.abs(values.stigmatorX) / stigmator,
    Math.abs(values.stigmatorY) / stigmator,
  );
}

/**
 * Follows the events of the server. After every loss it begins anew with the whole `picture`.
 *
 * @param handlers - By name of the event; each is handed its data.
 * @param isOver - Whether nothing more is to come: then the connection may go, and nobody is told.
 */
export function follow(handlers, isOver) {
  const source = new EventSource('events');
  for (const [name, take] of Object.entries(handlers)) {
    source.addEventListener(name, ({ data }) => {
      take(JSON.parse(data));
      if (isOver()) source.close();
    });
  }
  source.addEventListener('error', () => {
    if (!isOver()) showState('connection lost', 'bad');
  });
}

/** @param kind - `good`, `bad` or neither. */
export function showState(text, kind = '') {
  // What is announced is what has changed.
  if (byId('state').textContent !== text) byId('state').textContent = text;
  byId('state').className = `chip ${kind}`.trim();
}
