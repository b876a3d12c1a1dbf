import { addressed, addressOf } from './filter.js';
import { escaped } from './plain.js';
import { data } from './reportData.js';
import { trajectoryDrawings } from './trajectoryDrawing.js';
import { allTrajectories, listedTrajectories, short } from './trajectoryList.js';

/** @typedef {import('./trajectoryList.js').Listed} Listed */

/** The trajectory that is shown, the row at which the reader is, and where the page was before. */
const view = {
  listed: /** @type {Listed | undefined} */ (undefined),
  step: 0,
  scrolledTo: 0,
  /** Whether it was left for the list. */
  isLeft: false,
};

const place = () => document.getElementById('trajectory');

/**
 * With its sign, a true minus.
 *
 * @param {number} value
 */
const signed = (value) => `${value < 0 ? '−' : '+'}${short(Math.abs(value))}`;

/**
 * Three numbers of focus in a line.
 *
 * @param {readonly number[]} numbers - Working distance, stigmators.
 * @param {(value: number) => string} write
 */
const focusText = ([wd, x, y], write) =>
  `${write(wd)} µm; ${write(x)}, ${write(y)} ${data().stigmatorUnit}`;

/**
 * What the columns of a row say, in words.
 *
 * @param {Listed} listed
 * @param {number} step
 */
function wordsOf({ trajectory: { rows, focus, said = {} } }, step) {
  const [iteration, wd, x, y, inside, frames, dose, computeMs, microscopeS, ...made] = rows[step];
  const residual = [wd, x, y];
  const correction = made.slice(0, 3);
  const claimed = made.slice(3, 6);
  return {
    iteration,
    state: focusText(
      residual.map((value, i) => value + focus[i]),
      (value) => String(Number(value.toFixed(3))).replace('-', '−'),
    ),
    residual: focusText(residual, signed),
    inside: inside === 1 ? 'inside' : 'outside',
    correction: correction.length === 0 ? '–' : focusText(correction, signed),
    claimed: claimed.length === 0 ? '–' : `± ${focusText(claimed, short)}`,
    frames: String(frames),
    dose: short(dose),
    microscope: short(microscopeS),
    compute: short(computeMs),
    said: said[step] ?? '',
  };
}

const heads = /** @type {const} */ ([
  ['residual', 'from focus'],
  ['correction', 'correction'],
  ['claimed', 'claimed SD'],
  ['inside', 'margins'],
  ['frames', 'frames'],
  ['dose', 'dose, e/nm²'],
  ['microscope', 'microscope, s'],
  ['compute', 'compute, ms'],
  ['said', 'said'],
]);

/** @param {Listed} listed */
function skeleton(listed) {
  const { trajectory, look, condition, id } = listed;
  const { index, seed, key, outcome, failure, message, stratum, again, rows } = trajectory;
  const neighbours = listedTrajectories();
  const at = neighbours.findIndex((other) => other.id === id);
  /**
   * @param {number} to
   * @param {string} text
   */
  const link = (to, text) =>
    at >= 0 && neighbours[to]
      ? `<a href="${escaped(addressOf(neighbours[to].id))}">${text}</a>`
      : '';
  const facts = [
    ['condition', condition],
    ['seed', String(seed)],
    ...(stratum === undefined ? [] : [['start', stratum]]),
    ['key', key],
    ...(message === undefined ? [] : [['message', message]]),
    ...(again === undefined
      ? []
      : [['again', data().table.commands[again].replace('{key}', key.slice(0, 12))]]),
  ];
  const isSaid = trajectory.said !== undefined;
  const columns = heads.filter(([name]) => name !== 'said' || isSaid);
  const body = rows.map((_, step) => {
    const words = wordsOf(listed, step);
    const cells = columns.map(([name]) => `<td>${escaped(words[name])}</td>`);
    return `<tr data-step="${step}"><th scope="row">${words.iteration}</th>${cells.join('')}</tr>`;
  });
  return (
    `<p class="path"><a href="${escaped(addressOf())}" data-close>All trajectories</a><span>${link(at - 1, '← previous')} ${link(at + 1, 'next →')}</span></p>` +
    `<h2>${escaped(look.label)} · trajectory ${index} <span class="stamp ${failure === undefined ? 'valid' : 'invalid'}">${escaped(failure === undefined || failure === outcome ? outcome : `${outcome}, ${failure}`)}</span></h2>` +
    `<div class="stepper"><button type="button" data-by="-1" aria-label="Step back">◀</button><input type="range" min="0" max="${rows.length - 1}" step="1" aria-label="Iteration"><button type="button" data-by="1" aria-label="Step on">▶</button><output></output></div>` +
    `<dl class="now" aria-live="polite"></dl><div class="drawings"></div><div class="kept"></div>` +
    `<details class="numbers" open><summary>All iterations</summary><div class="scroll" tabindex="0" role="region" aria-label="All iterations"><table class="steps"><thead><tr><th scope="col">iteration</th>${columns.map(([, text]) => `<th scope="col">${text}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div></details>` +
    `<dl class="facts-of">${facts.map(([name, text]) => `<dt>${name}</dt><dd>${name === 'key' || name === 'again' ? `<code>${escaped(text)}</code>` : escaped(text)}</dd>`).join('')}</dl>`
  );
}

function drawStep() {
  const [target, { listed, step }] = [place(), view];
  if (!target || !listed) return;
  const words = wordsOf(listed, step);
  const last = listed.trajectory.rows.length - 1;
  /** @param {string} selector */
  const part = (selector) => /** @type {HTMLElement} */ (target.querySelector(selector));
  /** @type {HTMLInputElement} */ (part('input')).value = String(step);
  part('output').textContent =
    `iteration ${words.iteration}${step === 0 ? ', the start' : step === last ? ', the end' : ''}`;
  const told = [
    ['state', words.state],
    ['from focus', words.residual, words.inside === 'inside' ? 'good' : ''],
    ['margins', words.inside, words.inside === 'inside' ? 'good' : 'bad'],
    ['correction', words.correction],
    ['claimed SD', words.claimed],
    ['frames so far', words.frames],
    ['dose so far', `${words.dose} e/nm²`],
    ['microscope so far', `${words.microscope} s`],
    ...(words.said === '' ? [] : [['said', words.said]]),
  ];
  part('.now').innerHTML = told
    .map(
      ([name, text, look = '']) =>
        `<div><dt>${name}</dt><dd class="${look}">${escaped(text)}</dd></div>`,
    )
    .join('');
  // Which of the frames was taken here.
  part('.kept').dataset.at = step === 0 ? 'start' : step === last ? 'end' : 'between';
  part('.drawings').innerHTML = trajectoryDrawings(listed, step);
  for (const row of target.querySelectorAll('tr[data-step]')) {
    const isHere = row.getAttribute('data-step') === String(step);
    row.classList.toggle('now', isHere);
    if (isHere) row.setAttribute('aria-current', 'step');
    else row.removeAttribute('aria-current');
  }
}

/** @param {number} step */
function stepTo(step) {
  const last = (view.listed?.trajectory.rows.length ?? 1) - 1;
  view.step = Math.min(last, Math.max(0, step));
  drawStep();
}

/**
 * Frames of it that the report holds elsewhere.
 *
 * @param {string} id
 */
function keptFrames(id) {
  const card = document.getElementById(`frames-${id}`)?.querySelector('.triple');
  return card ? [card.cloneNode(true)] : [];
}

/** Shows the trajectory that the address names, or the report. */
export function readView() {
  const target = place();
  if (target === null) return;
  const asked = addressed()?.get('trajectory');
  const listed = asked
    ? allTrajectories().find(({ trajectory }) => trajectory.key.startsWith(asked))
    : undefined;
  const wasOpen = view.listed !== undefined;
  if (listed !== undefined && !wasOpen) view.scrolledTo = window.scrollY;
  view.listed = listed;
  document.body.classList.toggle('viewing', listed !== undefined);
  target.hidden = listed === undefined;
  if (listed === undefined) {
    target.innerHTML = '';
    const name = view.isLeft ? 'trajectories' : window.location.hash.slice(1);
    const section = document.getElementById(name);
    view.isLeft = false;
    if (wasOpen && section) section.scrollIntoView({ behavior: 'instant' });
    else if (wasOpen) window.scrollTo({ top: view.scrolledTo, behavior: 'instant' });
    return;
  }
  target.innerHTML = skeleton(listed);
  target.querySelector('.kept')?.append(...keptFrames(listed.id));
  stepTo(0);
  window.scrollTo({ top: 0, behavior: 'instant' });
  target.focus({ preventScroll: true });
}

export function startView() {
  const target = place();
  if (target === null) return;
  target.addEventListener('click', ({ target: clicked }) => {
    if (!(clicked instanceof Element)) return;
    view.isLeft = clicked.hasAttribute('data-close');
    const by = clicked.getAttribute('data-by');
    const to = clicked.closest('[data-step]')?.getAttribute('data-step');
    if (by !== null) stepTo(view.step + Number(by));
    else if (to) stepTo(Number(to));
  });
  target.addEventListener('input', ({ target: moved }) => {
    if (moved instanceof HTMLInputElement) stepTo(Number(moved.value));
  });
  document.addEventListener('keydown', (event) => {
    const { key, target: within } = event;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (view.listed === undefined || by === undefined || within instanceof HTMLInputElement) return;
    event.preventDefault();
    stepTo(view.step + by);
  });
  readView();
}
