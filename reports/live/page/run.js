// The page of a run: draws what the server tells (cli/live/RunPicture.ts), asks for nothing else.

import { drawChart } from './chart.js';
import { duration, element, residualText, short, signed } from './format.js';
import { byId, follow, showState } from './live.js';
import { RunningCards } from './runningCards.js';
import { swatch } from './series.js';
import { watchTheme } from './theme.js';

const outcomes = ['converged', 'missed', 'declined', 'diverged', 'failed'];
const framesShown = 6;
const cards = new RunningCards(byId('now'));

let picture;
const trajectories = new Map();
const hidden = new Set();
let chart;

follow(
  {
    picture(whole) {
      picture = whole;
      trajectories.clear();
      take(picture.trajectories);
      begin();
      show();
    },
    change({ progress, messages, trajectories: changed }) {
      picture = { ...picture, progress, messages };
      take(changed);
      show();
    },
    end(whole) {
      picture = whole;
      take(picture.trajectories);
      show();
    },
  },
  () => picture !== undefined && picture.progress.state !== 'running',
);

function take(changed) {
  for (const trajectory of changed) trajectories.set(trajectory.index, trajectory);
}

/** What stays as it is for the whole run. */
function begin() {
  const { suite, algorithms, conditions } = picture;
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
    showProgress();
    showChart();
    showOutcomes();
    showRunning();
    showFrames();
    showMessages();
  });
}

function showProgress() {
  const { state, total, stored, before, share, elapsedS, leftS } = picture.progress;
  const isRunning = state === 'running';
  showState(state, { complete: 'good', failed: 'bad', interrupted: 'bad' }[state]);
  const percent = Math.floor(100 * (state === 'complete' ? 1 : share));
  document.title = `${isRunning ? `${percent} %` : state}: ${picture.suite.title} – semfocus run`;
  byId('bar').setAttribute('aria-valuenow', String(percent));
  byId('bar').firstElementChild.style.width = `${percent}%`;
  const parts = [
    `${stored} of ${total} trajectories${before > 0 ? ` (${before} from before, not drawn)` : ''}`,
    ...(isRunning ? [`${percent} %`] : []),
    duration(elapsedS),
    ...(leftS === undefined ? [] : [`about ${duration(leftS)} left`]),
    ...(state === 'interrupted' ? ['the same command goes on with the others'] : []),
    ...(picture.report === undefined ? [] : [`report: ${picture.report}`]),
  ];
  byId('progress').textContent = parts.join(' · ');
}

function isShown({ algorithm, condition }) {
  const chosen = byId('condition').value;
  return !hidden.has(algorithm) && (chosen === 'all' || Number(chosen) === condition);
}

/** The residual that is chosen, as a size. */
function sizeOf([workingDistanceUm, stigmatorX, stigmatorY]) {
  const { margins } = picture;
  const chosen = byId('parameter').value;
  const sizes = [workingDistanceUm, stigmatorX, stigmatorY].map(Math.abs);
  if (chosen !== 'all') return sizes[Number(chosen)];
  return Math.max(
    sizes[0] / margins.workingDistanceUm,
    sizes[1] / margins.stigmator,
    sizes[2] / margins.stigmator,
  );
}

function showChart() {
  const chosen = byId('parameter').value;
  const { workingDistanceUm, stigmator } = picture.margins;
  const margin = { all: 1, 0: workingDistanceUm }[chosen] ?? stigmator;
  const name = {
    all: 'largest residual, in margins',
    0: '|working distance|, µm',
    1: '|stigmator x|, a.u.',
    2: '|stigmator y|, a.u.',
  }[chosen];
  const shown = [...trajectories.values()].filter(isShown);
  const alpha = Math.max(0.12, Math.min(0.55, 8 / Math.max(1, shown.length)));
  const lines = shown.map((trajectory) => ({
    values: trajectory.residuals.map(sizeOf),
    series: trajectory.algorithm,
    width: 1,
    alpha: trajectory.outcome === undefined ? 0.9 : alpha,
    mark: trajectory.outcome === undefined ? 'end' : undefined,
    label: trajectory,
  }));
  const medians = picture.algorithms.flatMap((_, algorithm) => {
    const of = lines.filter((line) => line.series === algorithm && line.values.length > 0);
    if (of.length < 3) return [];
    const longest = Math.max(...of.map(({ values }) => values.length));
    // A trajectory that has ended stays where it is; one that runs has not got there yet.
    const values = Array.from({ length: longest }, (_, i) =>
      median(
        of.flatMap(({ values: own, label }) => own[i] ?? (label.outcome ? (own.at(-1) ?? []) : [])),
      ),
    );
    return [{ values, series: algorithm, width: 2.6, alpha: 1, mark: 'all' }];
  });
  const iterations = Math.max(0, ...lines.map(({ values }) => values.length - 1));
  const canvas = byId('chart');
  chart = drawChart(canvas, [...lines, ...medians], { y: name, margin, iterations });
  const inside = lines.filter(({ values }) => (values.at(-1) ?? Infinity) <= margin).length;
  canvas.setAttribute(
    'aria-label',
    `${name} against iteration: ${inside} of ${lines.length} trajectories are inside the margin now`,
  );
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

function showOutcomes() {
  const counts = picture.algorithms.map(() => new Map());
  for (const { algorithm, outcome } of trajectories.values()) {
    if (outcome === undefined) continue;
    counts[algorithm].set(outcome, (counts[algorithm].get(outcome) ?? 0) + 1);
  }
  byId('outcomes').replaceChildren(
    ...picture.algorithms.map((name, i) => {
      const present = outcomes.filter((outcome) => counts[i].has(outcome));
      const total = present.reduce((sum, outcome) => sum + counts[i].get(outcome), 0);
      const shares = element('div', { class: 'shares', 'aria-hidden': 'true' });
      for (const outcome of present) {
        const part = element('i', { class: `o-${outcome}` });
        part.style.width = `${(100 * counts[i].get(outcome)) / total}%`;
        shares.append(part);
      }
      const text = present.map((outcome) => `${counts[i].get(outcome)} ${outcome}`).join(', ');
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', {}, shares, text === '' ? 'none yet' : text),
      );
    }),
  );
}

function showRunning() {
  const left = cards.show(picture, trajectories);
  byId('now-panel').hidden = picture.progress.state !== 'running';
  byId('now-note').textContent =
    (left > 0 ? `And ${left} more. ` : '') +
    'Each column: how far one parameter is from best focus, the start on top; the band is inside the margin. The tick at the bottom is where the frame was taken. Frames are reduced.';
}

let framesOf = '';
function showFrames() {
  const latest = [...trajectories.values()].filter(({ previews }) => previews !== undefined);
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
        const name = `${picture.algorithms[algorithm]} ${trajectory + 1}`;
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
            element('div', { class: 'note' }, picture.conditions[condition]),
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

function showMessages() {
  byId('messages-panel').hidden = picture.messages.length === 0;
  byId('messages').replaceChildren(
    ...picture.messages.toReversed().map((text) => element('li', {}, text)),
  );
}

const explanation = byId('found').textContent;
byId('chart').addEventListener('pointermove', ({ offsetX, offsetY }) => {
  const found = chart?.find(offsetX, offsetY);
  if (found === undefined) {
    byId('found').textContent = explanation;
    return;
  }
  const { iteration } = found;
  const { algorithm, condition, trajectory, residuals, outcome = 'running' } = found.line.label;
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
