// The page of `semfocus focus --live`: looks on, and asks for nothing but the latest frame.

import { drawChart } from '../../server/page/chart.js';
import { duration, element, short, signed } from '../../server/page/format.js';
import { drawFrame } from '../../server/page/frameCanvas.js';
import { fetchFrame, latestFrame } from '../../server/page/latestFrame.js';
import { byId, follow, parameters, showState, sizeInMargins } from '../../server/page/live.js';
import { watchTheme } from '../../server/page/theme.js';

/** @typedef {import('../FocusServer.ts').FocusFeed} FocusFeed */
/** @typedef {import('../FocusServer.ts').FocusFrame} FocusFrame */
/** @typedef {import('../FocusServer.ts').FocusStepNote} FocusStepNote */

/** @type {FocusFeed['picture'] | undefined} */
let picture;
/** @type {number | undefined} */
let pixelSizeNm;

const showFrame = latestFrame({
  pixelsOf: () => fetchFrame('frame'),
  draw: (frame) => drawFrame(byId('view', HTMLCanvasElement), frame, pixelSizeNm),
  /** @param {FocusFrame} frame */
  label: ({ number, focus }) => {
    byId('caption').textContent = `frame ${number}, ${focus.workingDistanceUm.toFixed(1)} µm`;
  },
});

/** @type {import('../../server/page/live.js').Handlers<FocusFeed>} */
const handlers = {
  picture(whole) {
    picture = whole;
    document.title = `${picture.title} – semfocus focus`;
    byId('title').textContent = picture.title;
    for (const unit of document.querySelectorAll('.unit')) {
      unit.textContent = picture.stigmatorUnit;
    }
    show();
    if (picture.frame) takeFrame(picture.frame);
  },
  step(step) {
    if (picture !== undefined) picture = { ...picture, steps: [...picture.steps, step] };
    show();
  },
  frame: takeFrame,
  end({ verdict }) {
    if (picture !== undefined) picture = { ...picture, verdict };
    show();
  },
};
follow(handlers, () => picture?.verdict !== undefined);

/** @param {FocusFrame} frame */
function takeFrame(frame) {
  const { frames, doseElectronsPerNm2, microscopeS } = frame.spent;
  pixelSizeNm = frame.pixelSizeNm;
  byId('dose').textContent = short(doseElectronsPerNm2);
  byId('frames').textContent = String(frames);
  byId('time').textContent = duration(microscopeS);
  showFrame(frame);
}

function show() {
  if (picture === undefined) return;
  const { steps, start, verdict, margins, stigmatorUnit, iterations: most } = picture;
  const now = Math.min(steps.length + 1, most);
  showState(verdict === undefined ? `iteration ${now} of at most ${most}` : 'ended');
  byId('verdict').textContent = verdict ?? '';
  /** @param {(Node | string)[]} parts */
  const cell = (...parts) => element('td', { class: 'number' }, ...parts);
  /**
   * @param {string} name
   * @param {import('../../server/page/live.js').FocusState} focus
   * @param {FocusStepNote} [step]
   */
  const row = (name, focus, step) =>
    element(
      'tr',
      {},
      cell(name),
      ...parameters.map((parameter) => {
        const sd =
          step?.correctionSd === undefined ? '' : ` ± ${short(step.correctionSd[parameter])}`;
        const change = step === undefined ? '' : `${signed(step.correction[parameter])}${sd}`;
        return cell(
          element('div', {}, focus[parameter].toFixed(2).replace('-', '−')),
          element('div', { class: 'note' }, change),
        );
      }),
      cell(step === undefined ? '' : String(step.frames)),
      cell(step === undefined ? '' : short(step.doseElectronsPerNm2)),
      cell(step === undefined ? '' : `${short(step.computeMs)} ms`),
    );
  byId('steps').replaceChildren(
    ...steps.map((step) => row(String(step.iteration), step.focus, step)).reverse(),
    row('start', start),
  );
  const sizes = steps.map(({ correction }) => sizeInMargins(correction, margins));
  const doubts = steps.map(({ correctionSd }) =>
    correctionSd === undefined ? 0 : 2 * sizeInMargins(correctionSd, margins),
  );
  const isSure = steps.some(({ correctionSd }) => correctionSd !== undefined);
  const { workingDistanceUm, stigmator } = margins;
  byId('chart-note').textContent =
    `The largest part of each correction, in margins of ${workingDistanceUm} µm and ${stigmator} ` +
    `${stigmatorUnit}; at the lower edge, what is smaller or 0. ` +
    (isSure ? 'Thin: twice the uncertainty that the algorithm claims. ' : '') +
    'Where best focus is, nobody knows: this is what the algorithm believes.';
  /** @type {import('../../server/page/chart.js').ChartLine<never>[]} */
  const lines = [
    { values: sizes, series: 0, width: 2.4, alpha: 1, mark: 'all' },
    ...(isSure ? [{ values: doubts, series: 0, width: 1.2, alpha: 0.8 }] : []),
  ];
  const iterations = Math.max(5, sizes.length - 1);
  const canvas = byId('chart', HTMLCanvasElement);
  drawChart(canvas, lines, {
    y: 'largest correction, in margins',
    margin: 1,
    iterations,
    first: 1,
  });
  canvas.setAttribute(
    'aria-label',
    `Largest correction of each iteration: ${sizes.map(short).join(', ') || 'none yet'}`,
  );
}

// On a phone it is wider than the page.
byId('table').tabIndex = 0;
new ResizeObserver(show).observe(byId('chart'));
watchTheme(byId('theme'), show);
