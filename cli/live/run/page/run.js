// The page of a run: draws what the server tells (cli/live/run/RunSnapshot.ts), asks for nothing else.

import { drawChart } from '../../server/page/chart.js';
import { duration, element, residualText, short, signed } from '../../server/page/format.js';
import { byId, follow, showState } from '../../server/page/live.js';
import { swatch } from '../../server/page/series.js';
import { watchTheme } from '../../server/page/theme.js';
import { RunningCards } from './runningCards.js';

/** @typedef {import('../RunSnapshot.ts').RunSnapshot} RunSnapshot */
/** @typedef {import('../RunSnapshot.ts').LiveTrajectory} LiveTrajectory */

/** @type {readonly NonNullable<LiveTrajectory['outcome']>[]} */
const outcomes = ['converged', 'missed', 'declined', 'diverged', 'failed'];
const framesShown = 6;
const cards = new RunningCards(byId('now'));

/** @type {RunSnapshot | undefined} */
let picture;
/** @type {Map<number, LiveTrajectory>} */
const trajectories = new Map();
/** @type {Set<number>} */
const hidden = new Set();
/** @type {import('../../server/page/chart.js').DrawnChart<LiveTrajectory> | undefined} */
let chart;

/** @type {import('../../server/page/live.js').Handlers<import('../RunSnapshot.ts').RunFeed>} */
const handlers = {
  picture(whole) {
    picture = whole;
    trajectories.clear();
    take(picture.trajectories);
    begin(picture);
    show();
  },
  change({ progress, messages, trajectories: changed }) {
    if (picture === undefined) return;
    picture = { ...picture, progress, messages };
    take(changed);
    show();
  },
  end(whole) {
    picture = whole;
    take(picture.trajectories);
    show();
  },
};
follow(handlers, () => picture !== undefined && picture.progress.state !== 'running');

/** @param {readonly LiveTrajectory[]} changed */
function take(changed) {
  for (const trajectory of changed) trajectories.set(trajectory.index, trajectory);
}

/**
 * What stays as it is for the whole run.
 *
 * @param {RunSnapshot} picture
 */
function begin({ suite, algorithms, conditions }) {
  byId('title').textContent = suite.title;
  byId('description').textContent = suite.description;
  byId('legend').replaceChildren(
    ...algorithms.map((name, i) => {
      const button = element('button', { type: 'button', 'aria-pressed': 'true' }, swatch(i), name);
      button.addEventListener('click', () => {
        if (!hidden.delete(i)) hidden.add(i);
        button.setAttribute('aria-pressed', String(!hidden.has(i)));
        show();
      });
      button.setAttribute('aria-pressed', String(!hidden.has(i)));
      return button;
    }),
  );
  byId('condition').replaceChildren(
    ...(conditions.length > 1 ? [element('option', { value: 'all' }, 'all')] : []),
    ...conditions.map((name, i) => element('option', { value: String(i) }, name)),
  );
}

let isQueued = false;
/** At most once per frame of the screen. */
function show() {
  if (picture === undefined || isQueued) return;
  isQueued = true;
  requestAnimationFrame(() => {
    isQueued = false;
    if (picture === undefined) return;
    showProgress(picture);
    showChart(picture);
    showOutcomes(picture);
    showRunning(picture);
    showFrames(picture);
    showMessages(picture);
  });
}

const chipKinds = /** @type {const} */ ({
  running: '',
  complete: 'good',
  failed: 'bad',
  interrupted: 'bad',
});

/** @param {RunSnapshot} picture */
function showProgress({ progress, suite, report }) {
  const { state, total, stored, before, share, elapsedS, leftS } = progress;
  const isRunning = state === 'running';
  showState(state, chipKinds[state]);
  const percent = Math.floor(100 * (state === 'complete' ? 1 : share));
  document.title = `${isRunning ? `${percent} %` : state}: ${suite.title} – semfocus run`;
  byId('bar').setAttribute('aria-valuenow', String(percent));
  byId('bar-done').style.width = `${percent}%`;
  const parts = [
    `${stored} of ${total} trajectories${before > 0 ? ` (${before} from before, not drawn)` : ''}`,
    ...(isRunning ? [`${percent} %`] : []),
    duration(elapsedS),
    ...(leftS === undefined ? [] : [`about ${duration(leftS)} left`]),
    ...(state === 'interrupted' ? ['the same command goes on with the others'] : []),
    ...(report === undefined ? [] : [`report: ${report}`]),
  ];
  byId('progress').textContent = parts.join(' · ');
}

/** @param {LiveTrajectory} trajectory */
function isShown({ algorithm, condition }) {
  const chosen = byId('condition', HTMLSelectElement).value;
  return !hidden.has(algorithm) && (chosen === 'all' || Number(chosen) === condition);
}

/** Names of the axis, by index of the parameter. */
const axisNames = ['|working distance|, µm', '|stigmator x|, a.u.', '|stigmator y|, a.u.'];

/** @param {RunSnapshot} picture */
function showChart({ margins, algorithms }) {
  const chosen = byId('parameter', HTMLSelectElement).value;
  const parameter = chosen === 'all' ? undefined : Number(chosen);
  const { workingDistanceUm, stigmator } = margins;
  const limits = [workingDistanceUm, stigmator, stigmator];
  const margin = parameter === undefined ? 1 : limits[parameter];
  const name = parameter === undefined ? 'largest residual, in margins' : axisNames[parameter];
  /**
   * The residual that is chosen, as a size.
   *
   * @param {readonly number[]} residual
   */
  const sizeOf = (residual) =>
    parameter === undefined
      ? Math.max(...residual.map((value, i) => Math.abs(value) / limits[i]))
      : Math.abs(residual[parameter]);
  const shown = [...trajectories.values()].filter(isShown);
  const alpha = Math.max(0.12, Math.min(0.55, 8 / Math.max(1, shown.length)));
  const lines = shown.map((trajectory) => ({
    values: trajectory.residuals.map(sizeOf),
    series: trajectory.algorithm,
    width: 1,
    alpha: trajectory.outcome === undefined ? 0.9 : alpha,
    mark: trajectory.outcome === undefined ? /** @type {const} */ ('end') : undefined,
    label: trajectory,
  }));
  const medians = algorithms.flatMap(
    /** @returns {import('../../server/page/chart.js').ChartLine<LiveTrajectory>[]} */ (
      _,
      algorithm,
    ) => {
      const of = lines.filter((line) => line.series === algorithm && line.values.length > 0);
      if (of.length < 3) return [];
      const longest = Math.max(...of.map(({ values }) => values.length));
      // A trajectory that has ended stays where it is; one that runs has not got there yet.
      const values = Array.from({ length: longest }, (_, i) =>
        median(
          of.flatMap(
            ({ values: own, label }) => own[i] ?? (label.outcome ? (own.at(-1) ?? []) : []),
          ),
        ),
      );
      return [{ values, series: algorithm, width: 2.6, alpha: 1, mark: 'all' }];
    },
  );
  const iterations = Math.max(0, ...lines.map(({ values }) => values.length - 1));
  const canvas = byId('chart', HTMLCanvasElement);
  chart = drawChart(canvas, [...lines, ...medians], { y: name, margin, iterations });
  const inside = lines.filter(({ values }) => (values.at(-1) ?? Infinity) <= margin).length;
  canvas.setAttribute(
    'aria-label',
    `${name} against iteration: ${inside} of ${lines.length} trajectories are inside the margin now`,
  );
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** @param {RunSnapshot} picture */
function showOutcomes({ algorithms }) {
  const ended = [...trajectories.values()];
  byId('outcomes').replaceChildren(
    ...algorithms.map((name, i) => {
      const own = ended.filter(({ algorithm }) => algorithm === i);
      const present = outcomes
        .map((outcome) => ({ outcome, count: own.filter((one) => one.outcome === outcome).length }))
        .filter(({ count }) => count > 0);
      const total = present.reduce((sum, { count }) => sum + count, 0);
      const shares = element('div', { class: 'shares', 'aria-hidden': 'true' });
      for (const { outcome, count } of present) {
        const part = element('i', { class: `o-${outcome}` });
        part.style.width = `${(100 * count) / total}%`;
        shares.append(part);
      }
      const text = present.map(({ outcome, count }) => `${count} ${outcome}`).join(', ');
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', {}, shares, text === '' ? 'none yet' : text),
      );
    }),
  );
}

/** @param {RunSnapshot} picture */
function showRunning(picture) {
  const left = cards.show(picture, trajectories);
  byId('now-panel').hidden = picture.progress.state !== 'running';
  byId('now-note').textContent =
    (left > 0 ? `And ${left} more. ` : '') +
    'Each column: how far one parameter is from best focus, the start on top; the band is inside the margin. The tick at the bottom is where the frame was taken. Frames are reduced.';
}

let framesOf = '';
/** @param {RunSnapshot} picture */
function showFrames({ algorithms, conditions }) {
  const latest = [...trajectories.values()].flatMap(({ previews, ...trajectory }) =>
    previews === undefined ? [] : [{ ...trajectory, previews }],
  );
  const chosen = latest.slice(-framesShown).reverse();
  const key = chosen.map(({ index }) => index).join();
  if (key === framesOf) return;
  framesOf = key;
  byId('no-frames').hidden = chosen.length > 0;
  byId('gallery').replaceChildren(
    ...chosen.map(
      ({
        algorithm,
        trajectory,
        outcome,
        residuals,
        previews,
        condition,
        frames,
        doseElectronsPerNm2,
      }) => {
        const name = `${algorithms[algorithm]} ${trajectory + 1}`;
        /**
         * @param {string} file
         * @param {string} what
         */
        const image = (file, what) =>
          element(
            'div',
            {},
            element('img', {
              src: `preview?name=${file}`,
              alt: `${name}: ${what}`,
              loading: 'lazy',
            }),
            element('span', {}, what),
          );
        return element(
          'figure',
          {},
          element(
            'figcaption',
            {},
            element('strong', {}, `${name}: ${outcome}`),
            ` after ${frames} frames, ${short(doseElectronsPerNm2)} e/nm², ${signed(residuals.at(-1)?.[0] ?? NaN)} µm`,
            element('div', { class: 'note' }, conditions[condition]),
          ),
          element(
            'div',
            { class: 'triple' },
            image(previews.before, 'start'),
            image(previews.after, 'end'),
            image(previews.inFocus, 'best focus'),
          ),
        );
      },
    ),
  );
}

/** @param {RunSnapshot} picture */
function showMessages({ messages }) {
  byId('messages-panel').hidden = messages.length === 0;
  byId('messages').replaceChildren(...messages.toReversed().map((text) => element('li', {}, text)));
}

const explanation = byId('found').textContent;
byId('chart').addEventListener('pointermove', ({ offsetX, offsetY }) => {
  const found = chart?.find(offsetX, offsetY);
  if (picture === undefined || found === undefined) {
    byId('found').textContent = explanation;
    return;
  }
  const { iteration, label } = found;
  const { algorithm, condition, trajectory, residuals, outcome = 'running' } = label;
  byId('found').textContent =
    `${picture.algorithms[algorithm]} ${trajectory + 1}, iteration ${iteration}: ` +
    `${residualText(residuals[iteration])}; ${outcome}. ${picture.conditions[condition]}`;
});
byId('chart').addEventListener('pointerleave', () => {
  byId('found').textContent = explanation;
});
for (const id of ['parameter', 'condition']) byId(id).addEventListener('change', show);
new ResizeObserver(show).observe(byId('chart'));
watchTheme(byId('theme'), show);
