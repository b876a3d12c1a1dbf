// The page of the virtual microscope: shows what the server tells (cli/live/explore/protocol.ts) and
// sends what the person does. Of knobs that are turned faster than frames come, the last state counts.

import { drawChart } from './chart.js';
import { duration, element, short, signed } from './format.js';
import { drawFrame, drawHistogram, drawThumbnail } from './frameCanvas.js';
import { fetchFrame, latestFrame } from './latestFrame.js';
import { byId, follow, parameters, showState, sizeInMargins } from './live.js';
import { swatch } from './series.js';
import { drawSpectrum } from './spectrum.js';
import { watchTheme } from './theme.js';

const names = {
  workingDistanceUm: 'working distance',
  stigmatorX: 'stigmator x',
  stigmatorY: 'stigmator y',
};
/** What one press of a key on the frame turns, in steps of the knob. */
const keySteps = { workingDistanceUm: 5, stigmatorX: 2, stigmatorY: 2 };

let isOver = false;
let options;
let state;
let run;
/** Runs from the same start, to compare with. */
let earlier = [];
/** The frame on the screen, with its pixels. */
let shownFrame;

// --- what the server tells ---

follow(
  {
    picture(picture) {
      options = picture.options;
      complain('');
      offer();
      if (picture.state !== null && picture.state !== undefined) takeState(picture.state);
      takeRun(picture.run);
      if (picture.frame) takeFrame(picture.frame);
    },
    state: takeState,
    frame: (frame) => takeFrame(frame),
    run: ({ run: next }) => takeRun(next),
    problem({ message, hint }) {
      complain(hint === undefined ? message : `${message}. ${hint}`);
      // What was asked for was not done.
      if (state !== undefined) showSetup();
    },
    end() {
      isOver = true;
      showState('ended', 'bad');
      complain('The server has ended; this page is only a picture now.');
    },
  },
  () => isOver,
);

function complain(message) {
  byId('problem').textContent = message;
  byId('problem').hidden = message === '';
}

function takeState(next) {
  const isOther = JSON.stringify(state?.setup) !== JSON.stringify(next.setup);
  state = next;
  if (isOther) {
    earlier = [];
    makeKnobs();
    showSetup();
  }
  showKnobs();
  showSpent();
  showButtons();
}

function takeRun(next) {
  if (next?.state === 'running' && next.steps.length <= 1 && run !== undefined) keep(run);
  run = next ?? undefined;
  showRun();
  showButtons();
}

/** Lines of runs that began elsewhere say nothing beside the next one. */
function keep(old) {
  if (old.state === 'running' || old.steps.length < 2) return;
  earlier = [...earlier.filter(({ algorithm }) => algorithm !== old.algorithm), old];
}

const takeFrame = latestFrame({
  urlOf: ({ number }) => `frame?number=${number}`,
  draw(frame) {
    shownFrame = frame;
    drawFrame(byId('view'), frame, state?.pixelSizeNm);
    byId('view').dataset.number = String(frame.number);
    showReadings();
  },
  label({ caption, renderMs }) {
    byId('caption').textContent = caption;
    byId('speed').textContent = `${Math.round(renderMs)} ms`;
  },
});

// --- the frame ---

let isReadingDue = false;
/** Not for every frame of a slider that moves. */
function showReadings() {
  if (isReadingDue) return;
  isReadingDue = true;
  setTimeout(() => {
    isReadingDue = false;
    if (shownFrame === undefined) return;
    drawHistogram(byId('histogram'), shownFrame.grey);
    drawSpectrum(byId('spectrum'), shownFrame);
  }, 60);
}

function showSpent() {
  const { frames, doseElectronsPerNm2, microscopeS } = state.spent;
  byId('dose').textContent = short(doseElectronsPerNm2);
  byId('frames').textContent = String(frames);
  byId('time').textContent = duration(microscopeS);
  byId('beam').textContent = state.beam;
  const { width, height } = byId('view');
  const um = (px) => ((px * state.pixelSizeNm) / 1000).toFixed(1);
  byId('field').textContent = `${um(width)} × ${um(height)} µm`;
}

// --- what the person asks for ---

const waiting = [];
let isSending = false;
/** Of turns that wait for an answer, only their sum is sent; nothing overtakes them. */
function send(command) {
  const last = waiting.at(-1);
  if (command.type === 'turn' && last?.type === 'turn') Object.assign(last, command);
  else waiting.push(command);
  if (!isSending) void sendWaiting();
}

async function sendWaiting() {
  isSending = true;
  while (waiting.length > 0) {
    const command = waiting.shift();
    try {
      const response = await fetch('command', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(command),
      });
      if (response.ok) complain('');
      else complain((await response.json()).message);
    } catch {
      complain('The connection to semfocus is lost.');
    }
  }
  isSending = false;
}

// --- knobs ---

const hiddenText = byId('residual').textContent;
const touched = new Map();
const justTouchedMs = 400;

function makeKnobs() {
  const parts = parameters.map((parameter) => {
    const { min, max, step, unit } = state.knobs[parameter];
    const limits = { min, max, step };
    const range = element('input', {
      type: 'range',
      id: `${parameter}-slider`,
      'aria-label': `${names[parameter]}, ${unit}`,
      ...limits,
    });
    const number = element('input', { type: 'number', id: parameter, ...limits });
    const best = element('span', { class: 'best', id: `${parameter}-best`, hidden: true });
    const turned = (text) => {
      const value = Number(text);
      if (text === '' || !(value >= min && value <= max)) return;
      touched.set(parameter, performance.now());
      range.value = text;
      if (document.activeElement !== number) number.value = text;
      send({ type: 'turn', [parameter]: value });
    };
    range.addEventListener('input', () => turned(range.value));
    number.addEventListener('input', () => turned(number.value));
    number.addEventListener('blur', () => showKnobs());
    return element(
      'div',
      { class: 'knob' },
      element('label', { for: parameter }, `${names[parameter]}, ${unit}`),
      number,
      element('div', { class: 'track' }, range, best),
    );
  });
  const dwell = element('select', { id: 'dwell' });
  for (const ns of state.knobs.dwellTimesNs) {
    dwell.append(element('option', { value: String(ns) }, `${ns} ns`));
  }
  dwell.addEventListener('change', () => send({ type: 'turn', dwellTimeNs: Number(dwell.value) }));
  byId('knobs').replaceChildren(
    ...parts,
    element(
      'div',
      { class: 'knob' },
      element('label', { for: 'dwell' }, 'dwell time per pixel (dose)'),
      dwell,
    ),
  );
}

function showKnobs() {
  if (state === undefined) return;
  const isTruthShown = byId('truth').checked;
  for (const parameter of parameters) {
    const { min, max, step } = state.knobs[parameter];
    const best = byId(`${parameter}-best`);
    best.hidden = !isTruthShown;
    const share = (state.truth.bestFocus[parameter] - min) / (max - min);
    // A slider's thumb does not reach the ends: it is 16 px wide.
    best.style.left = `calc(8px + ${share} * (100% - 16px))`;
    if (performance.now() - (touched.get(parameter) ?? -Infinity) < justTouchedMs) continue;
    const text = state.focus[parameter].toFixed(step < 0.1 ? 2 : 1);
    byId(`${parameter}-slider`).value = text;
    if (document.activeElement !== byId(parameter)) byId(parameter).value = text;
  }
  byId('dwell').value = String(state.dwellTimeNs);
  const { residual, isInside } = state.truth;
  byId('residual').textContent = hiddenText;
  if (!isTruthShown) return;
  byId('residual').textContent =
    `Off by ${signed(residual.workingDistanceUm)} µm, ${signed(residual.stigmatorX)} and ` +
    `${signed(residual.stigmatorY)} a.u.: ${isInside ? 'inside' : 'outside'} the margins. ` +
    'The triangles mark best focus.';
}

function turnBy(parameter, steps) {
  if (state === undefined || run?.state === 'running') return;
  const { min, max, step } = state.knobs[parameter];
  const now = Number(byId(`${parameter}-slider`).value);
  const value = Math.min(max, Math.max(min, now + steps * step));
  const text = value.toFixed(2);
  touched.set(parameter, performance.now());
  byId(`${parameter}-slider`).value = text;
  byId(parameter).value = text;
  send({ type: 'turn', [parameter]: Number(byId(`${parameter}-slider`).value) });
}

const keys = {
  ArrowUp: ['workingDistanceUm', 1],
  ArrowDown: ['workingDistanceUm', -1],
  ArrowRight: ['stigmatorX', 1],
  ArrowLeft: ['stigmatorX', -1],
  '.': ['stigmatorY', 1],
  ',': ['stigmatorY', -1],
};
byId('view').tabIndex = 0;
byId('view').addEventListener('keydown', (event) => {
  const key = keys[event.key];
  if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  turnBy(key[0], key[1] * keySteps[key[0]] * (event.shiftKey ? 4 : 1));
});
byId('view').addEventListener(
  'wheel',
  (event) => {
    // The page scrolls as usual until somebody has taken the microscope in hand.
    if (document.activeElement !== byId('view')) return;
    event.preventDefault();
    const parameter = event.shiftKey
      ? 'stigmatorX'
      : event.altKey
        ? 'stigmatorY'
        : 'workingDistanceUm';
    const direction = event.deltaY + event.deltaX < 0 ? 1 : -1;
    turnBy(parameter, direction * keySteps[parameter]);
  },
  { passive: false },
);

// --- what lies under the beam ---

function offer() {
  document.title = 'The virtual microscope – semfocus explore';
  byId('description').textContent =
    'Focus it yourself, or let an algorithm do it. Nothing here is real but the physics.';
  const fill = (id, list) => {
    const select = byId(id);
    select.replaceChildren(...list.map((name) => element('option', { value: name }, name)));
  };
  fill(
    'preset',
    options.presets.map(({ name }) => name),
  );
  fill(
    'specimen',
    options.specimens.map(({ name }) => name),
  );
  fill('psf', options.psfs);
  byId('algorithms').replaceChildren(
    ...options.algorithms.map(({ name }, i) => {
      const attributes = { type: 'button', 'data-algorithm': name };
      const button = element('button', attributes, swatch(i), element('span', {}, name));
      button.addEventListener('click', () => send({ type: 'run', algorithm: name }));
      for (const event of ['focus', 'pointerenter']) {
        button.addEventListener(event, () => showSummary(name));
      }
      return button;
    }),
  );
  byId('algorithms').addEventListener('pointerleave', () => showSummary(run?.algorithm));
  showSummary(run?.algorithm);
}

function showSummary(name) {
  const summary = options.algorithms.find((entry) => entry.name === name)?.summary;
  byId('summary').textContent =
    summary ??
    'Every run begins where you last left the knobs, inside a guard of 60 µm and 20 units. Its frames add to the dose of this place.';
}

function showSetup() {
  const { preset, psf, specimen, seed } = state.setup;
  byId('preset').value = preset;
  byId('psf').value = psf;
  byId('specimen').value = specimen;
  byId('seed').value = String(seed);
  const about = (list, wanted) => list.find(({ name }) => name === wanted)?.summary ?? '';
  byId('about').textContent =
    `${about(options.presets, preset)}. Specimen: ${about(options.specimens, specimen)}.`;
}

function choose(changed) {
  const seed = Number(byId('seed').value);
  if (byId('seed').value === '' || !Number.isInteger(seed) || seed < 0) return;
  send({
    type: 'choose',
    preset: byId('preset').value,
    // Another instrument brings its own probe.
    ...(changed === 'preset' ? {} : { psf: byId('psf').value }),
    specimen: byId('specimen').value,
    seed,
  });
  byId('caption').textContent = 'the specimen is being made';
}
for (const id of ['preset', 'psf', 'specimen', 'seed']) {
  byId(id).addEventListener('change', () => choose(id));
}
for (const type of ['defocus', 'back', 'fresh', 'stop']) {
  byId(type).addEventListener('click', () => send({ type }));
}
byId('pace').addEventListener('change', () =>
  send({ type: 'pace', ms: Number(byId('pace').value) }),
);
byId('truth').addEventListener('change', () => {
  showKnobs();
  showRun();
});

function showButtons() {
  const isRunning = run?.state === 'running';
  byId('knobs').disabled = isRunning || state === undefined;
  for (const id of ['defocus', 'back', 'fresh', 'preset', 'psf', 'specimen', 'seed']) {
    byId(id).disabled = isRunning;
  }
  byId('stop').disabled = !isRunning;
  byId('busy').hidden = !isRunning;
  showState(isRunning ? `${run.algorithm} is at work` : 'ready');
  for (const button of byId('algorithms').children) {
    button.disabled = isRunning;
    button.setAttribute('aria-current', String(run?.algorithm === button.dataset.algorithm));
  }
}

// --- the iterations of a run ---

const thumbnails = new Map();

function showRun() {
  byId('run-panel').hidden = run === undefined;
  if (run === undefined) return;
  const isTruthShown = byId('truth').checked;
  byId('h-run').textContent = `Iterations of ${run.algorithm}`;
  byId('run-state').textContent = run.state;
  const last = run.steps.at(-1);
  byId('run-state').className = `chip ${run.state === 'failed' ? 'bad' : ''}`;
  byId('verdict').textContent = verdict(last, isTruthShown);
  byId('steps').replaceChildren(...run.steps.map((step) => rowOf(step, isTruthShown)).reverse());
  for (const number of thumbnails.keys()) {
    if (!run.steps.some((step) => step.frame === number)) thumbnails.delete(number);
  }
  showChart(isTruthShown);
}

function verdict(last, isTruthShown) {
  if (run.message !== undefined) return `${run.state}: ${run.message}`;
  if (last === undefined || run.state === 'running') return '';
  const cost = `${last.frames} frames, ${short(last.doseElectronsPerNm2)} e/nm²`;
  const declined = last.declined === undefined ? '' : ` It says: ${last.declined}.`;
  if (!isTruthShown) return `Ended after iteration ${last.iteration}: ${cost}.${declined}`;
  const first = run.steps.findLastIndex(({ truth }) => !truth.isInside) + 1;
  const reached = run.steps[first];
  if (reached === undefined) return `Ended outside the margins after ${cost}.${declined}`;
  return (
    `Inside the margins for good from iteration ${reached.iteration}: ${reached.frames} frames, ` +
    `${short(reached.doseElectronsPerNm2)} e/nm². In all ${cost}.${declined}`
  );
}

function rowOf(step, isTruthShown) {
  const { iteration, correction, correctionSd, focus, truth, frames, declined } = step;
  const cell = (...parts) => element('td', { class: 'number' }, ...parts);
  const values = parameters.map((parameter) => {
    const lines = [];
    if (correction !== undefined) {
      const sd = correctionSd === undefined ? '' : ` ± ${short(correctionSd[parameter])}`;
      lines.push(element('div', {}, `${signed(correction[parameter])}${sd}`));
    }
    lines.push(
      element('div', { class: 'note' }, `at ${focus[parameter].toFixed(2).replace('-', '−')}`),
    );
    if (isTruthShown) {
      const how = truth.isInside ? 'off inside' : 'off';
      lines.push(element('div', { class: how }, `off by ${signed(truth.residual[parameter])}`));
    }
    return cell(...lines);
  });
  const thumbnail = element(
    'button',
    {
      type: 'button',
      class: 'thumbnail',
      'aria-label': `show the frame after iteration ${iteration}`,
    },
    thumbnailOf(step.frame),
  );
  thumbnail.addEventListener('click', () => showAgain(step));
  const row = element(
    'tr',
    declined === undefined ? {} : { title: declined },
    cell(iteration === 0 ? 'start' : String(iteration)),
    element('td', {}, thumbnail),
    ...values,
    cell(String(frames)),
    cell(short(step.doseElectronsPerNm2)),
    cell(iteration === 0 ? '' : `${short(step.computeMs)} ms`),
  );
  return row;
}

function thumbnailOf(number) {
  const known = thumbnails.get(number);
  if (known !== undefined) return known;
  const canvas = element('canvas', { width: '192', height: '128' });
  thumbnails.set(number, canvas);
  void fetchFrame(`frame?number=${number}`).then((frame) => frame && drawThumbnail(canvas, frame));
  return canvas;
}

async function showAgain({ frame: number, iteration }) {
  const frame = await fetchFrame(`frame?number=${number}`);
  if (frame === undefined) return;
  const caption = iteration === 0 ? 'the start' : `after iteration ${iteration}`;
  drawFrame(byId('view'), frame, state.pixelSizeNm);
  byId('caption').textContent = `${run.algorithm}: ${caption}, seen again`;
  byId('view').scrollIntoView({ block: 'nearest' });
}

function showChart(isTruthShown) {
  const sizeOf = (values) => sizeInMargins(values, options.margins);
  const indexOf = (name) => options.algorithms.findIndex((entry) => entry.name === name);
  const sameStart = (one) =>
    parameters.every((p) => one.steps[0]?.focus[p] === run.steps[0]?.focus[p]);
  const shown = [
    ...earlier.filter((one) => one.algorithm !== run.algorithm && sameStart(one)),
    run,
  ];
  const lines = shown.map((one) => ({
    values: isTruthShown
      ? one.steps.map(({ truth }) => sizeOf(truth.residual))
      : one.steps.flatMap(({ correction }) => (correction ? [sizeOf(correction)] : [])),
    series: indexOf(one.algorithm),
    width: one === run ? 2.6 : 1.6,
    alpha: one === run ? 1 : 0.7,
    mark: 'all',
  }));
  const what = isTruthShown ? 'largest residual, in margins' : 'largest correction, in margins';
  const iterations = Math.max(6, ...lines.map(({ values }) => values.length - 1));
  const canvas = byId('chart');
  drawChart(canvas, lines, { y: what, margin: 1, iterations, first: isTruthShown ? 0 : 1 });
  const now = lines.at(-1)?.values.at(-1);
  canvas.setAttribute(
    'aria-label',
    `${what} against iteration for ${shown.map((one) => one.algorithm).join(', ')}` +
      (now === undefined ? '' : `; ${run.algorithm} is at ${short(now)}`),
  );
  byId('chart-note').textContent = isTruthShown
    ? 'Against the hidden truth, which no algorithm sees. Margins: 1 µm and 0.25 a.u. Runs from the same start stay for comparison.'
    : 'What the algorithm itself thinks it has to correct. Show the truth to see whether it is right.';
  byId('legend').replaceChildren(
    ...shown.map((one) =>
      element('span', { class: 'entry' }, swatch(indexOf(one.algorithm)), one.algorithm),
    ),
  );
}

new ResizeObserver(() => run !== undefined && showRun()).observe(byId('chart'));
watchTheme(byId('theme'), () => {
  if (run !== undefined) showRun();
  showReadings();
});
