// The page of `semfocus focus --live`: looks on, and asks for nothing but the latest frame.

import { drawChart } from './chart.js';
import { duration, element, short, signed } from './format.js';
import { drawFrame } from './frameCanvas.js';
import { watchTheme } from './series.js';

const byId = (id) => document.getElementById(id);
const parameters = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'];

let picture;
let newest;
let shownNumber = 0;

const source = new EventSource('events');
source.addEventListener('picture', ({ data }) => {
  picture = JSON.parse(data);
  document.title = `${picture.title} – semfocus focus`;
  byId('title').textContent = picture.title;
  show();
  if (picture.frame) takeFrame(picture.frame);
});
source.addEventListener('step', ({ data }) => {
  picture.steps.push(JSON.parse(data));
  show();
});
source.addEventListener('frame', ({ data }) => takeFrame(JSON.parse(data)));
source.addEventListener('end', ({ data }) => {
  picture.verdict = JSON.parse(data).verdict;
  show();
});
source.addEventListener('error', () => {
  if (picture?.verdict !== undefined) source.close();
  else byId('state').textContent = 'connection lost';
});

let isFetching = false;
function takeFrame(frame) {
  newest = frame;
  const { frames, doseElectronsPerNm2, microscopeS } = frame.spent;
  byId('dose').textContent = short(doseElectronsPerNm2);
  byId('frames').textContent = String(frames);
  byId('time').textContent = duration(microscopeS);
  if (!isFetching) void fetchFrames();
}

/** Always the latest; those in between are passed over. */
async function fetchFrames() {
  isFetching = true;
  while (shownNumber < newest.number) {
    const response = await fetch('frame').catch(() => undefined);
    if (!response?.ok) break;
    const [number, width, height] = response.headers.get('X-Frame').split(' ').map(Number);
    const grey = new Uint8Array(await response.arrayBuffer());
    drawFrame(byId('view'), { grey, width, height }, newest.pixelSizeNm);
    shownNumber = number;
    const { workingDistanceUm } = newest.focus;
    byId('caption').textContent = `frame ${number}, ${workingDistanceUm.toFixed(1)} µm`;
  }
  isFetching = false;
}

function show() {
  if (picture === undefined) return;
  const { steps, start, verdict, margins } = picture;
  byId('state').textContent = verdict === undefined ? 'focusing' : 'ended';
  byId('verdict').textContent = verdict ?? '';
  const cell = (...parts) => element('td', { class: 'number' }, ...parts);
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
  const sizes = steps.map(({ correction }) =>
    Math.max(
      Math.abs(correction.workingDistanceUm) / margins.workingDistanceUm,
      Math.abs(correction.stigmatorX) / margins.stigmator,
      Math.abs(correction.stigmatorY) / margins.stigmator,
    ),
  );
  const lines = [{ values: sizes, series: 0, width: 2.4, alpha: 1, mark: true }];
  const iterations = Math.max(5, sizes.length - 1);
  drawChart(byId('chart'), lines, { y: 'largest correction', margin: 1, iterations, first: 1 });
  byId('chart').setAttribute(
    'aria-label',
    `Largest correction of each iteration: ${sizes.map(short).join(', ') || 'none yet'}`,
  );
}

// On a phone it is wider than the page.
byId('table').tabIndex = 0;
new ResizeObserver(show).observe(byId('chart'));
watchTheme(byId('theme'), show);
