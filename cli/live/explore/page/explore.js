// The page of the virtual microscope: shows what the server tells (cli/live/explore/protocol.ts) and
// sends what the person does. Of knobs that are turned faster than frames come, the last state counts.

import { drawChart } from '../../server/page/chart.js';
import { duration, element, short, signed } from '../../server/page/format.js';
import { drawFrame, drawHistogram, drawThumbnail } from '../../server/page/frameCanvas.js';
import { fetchFrame, frameIn, latestFrame } from '../../server/page/latestFrame.js';
import { byId, follow, parameters, showState, sizeInMargins } from '../../server/page/live.js';
import { swatch } from '../../server/page/series.js';
import { watchTheme } from '../../server/page/theme.js';
import { drawSpectrum } from './spectrum.js';

/** @typedef {import('../../../../harness/microscope/index.ts').FocusState} FocusState */
/** @typedef {import('../../../../harness/microscope/index.ts').FocusChange} FocusChange */
/** @typedef {import('../../../../harness/microscope/index.ts').FocusParameter} FocusParameter */
/** @typedef {import('../protocol.ts').ExploreFeed} ExploreFeed */
/** @typedef {import('../protocol.ts').ExploreCommand} ExploreCommand */
/** @typedef {import('../protocol.ts').ExploreFrame} ExploreFrame */
/** @typedef {import('../protocol.ts').ExploreOptions} ExploreOptions */
/** @typedef {import('../protocol.ts').ExploreRun} ExploreRun */
/** @typedef {import('../protocol.ts').ExploreState} ExploreState */
/** @typedef {import('../protocol.ts').ExploreStep} ExploreStep */

const names = {
  workingDistanceUm: 'working distance',
  stigmatorX: 'stigmator x',
  stigmatorY: 'stigmator y',
};
/** What one press of a key on the frame turns, in steps of the knob. */
const keySteps = { workingDistanceUm: 5, stigmatorX: 2, stigmatorY: 2 };

let isOver = false;
/** @type {ExploreOptions | undefined} */
let options;
/** @type {ExploreState | undefined} */
let state;
/** @type {ExploreRun | undefined} */
let run;
/**
 * Runs from the same start, to compare with.
 *
 * @type {ExploreRun[]}
 */
let earlier = [];
/**
 * The frame on the screen, with its pixels.
 *
 * @type {import('../../server/page/latestFrame.js').GreyFrame | undefined}
 */
let shownFrame;

const view = byId('view', HTMLCanvasElement);
const truth = byId('truth', HTMLInputElement);
const knobs = byId('knobs', HTMLFieldSetElement);
const seed = byId('seed', HTMLInputElement);
const pace = byId('pace', HTMLSelectElement);
const choices = {
  preset: byId('preset', HTMLSelectElement),
  psf: byId('psf', HTMLSelectElement),
  specimen: byId('specimen', HTMLSelectElement),
};
const buttons = {
  defocus: byId('defocus', HTMLButtonElement),
  back: byId('back', HTMLButtonElement),
  fresh: byId('fresh', HTMLButtonElement),
  stop: byId('stop', HTMLButtonElement),
};

// --- what the server tells ---

/** @type {import('../../server/page/live.js').Handlers<ExploreFeed>} */
const handlers = {
  picture(picture) {
    options = picture.options;
    complain('');
    offer(options);
    if (picture.state !== undefined) takeState(picture.state);
    takeRun(picture.run);
    if (picture.frame !== undefined) takeFrame(picture.frame);
  },
  state: takeState,
  frame: (frame) => takeFrame(frame),
  run: ({ run: next }) => takeRun(next),
  problem({ message, hint }) {
    complain(hint === undefined ? message : `${message}. ${hint}`);
    // What was asked for was not done.
    if (state !== undefined) showSetup(state);
  },
  end() {
    isOver = true;
    showState('ended', 'bad');
    complain('The server has ended; this page is only a picture now.');
  },
};
follow(handlers, () => isOver);

/** @param {string} message */
function complain(message) {
  byId('problem').textContent = message;
  byId('problem').hidden = message === '';
}

/** @param {ExploreState} next */
function takeState(next) {
  const isOther = JSON.stringify(state?.setup) !== JSON.stringify(next.setup);
  state = next;
  if (isOther) {
    earlier = [];
    makeKnobs(next);
    showUnit();
    showSummary(run?.algorithm);
    showSetup(next);
    showButtons();
  }
  showKnobs();
  showSpent(next);
}

/** @param {ExploreRun | undefined} next */
function takeRun(next) {
  if (next?.state === 'running' && next.steps.length <= 1 && run !== undefined) keep(run);
  // The microscope is free: that it was not is no problem any more.
  if (run?.state === 'running' && next?.state !== 'running') complain('');
  run = next;
  showRun();
  showButtons();
}

/**
 * Lines of runs that began elsewhere say nothing beside the next one.
 *
 * @param {ExploreRun} old
 */
function keep(old) {
  if (old.state === 'running' || old.steps.length < 2) return;
  earlier = [...earlier.filter(({ algorithm }) => algorithm !== old.algorithm), old];
}

const takeFrame = latestFrame({
  /** @param {ExploreFrame} frame */
  async pixelsOf({ number }) {
    const brought = await preview;
    return brought !== undefined && brought.number >= number ? brought : frameNumbered(number);
  },
  draw(frame) {
    shownFrame = frame;
    drawFrame(view, frame, state?.pixelSizeNm, state?.frame);
    view.dataset.number = String(frame.number);
    showReadings();
  },
  label({ caption, renderMs }) {
    byId('caption').textContent = caption;
    byId('speed').textContent = `${Math.round(renderMs)} ms`;
  },
});

// --- the frame ---

/** @param {number} number */
function frameNumbered(number) {
  return fetchFrame(`frame?number=${number}`);
}

let isReadingDue = false;
/** Not for every frame of a slider that moves. */
function showReadings() {
  if (isReadingDue) return;
  isReadingDue = true;
  setTimeout(() => {
    isReadingDue = false;
    if (shownFrame === undefined) return;
    drawHistogram(byId('histogram', HTMLCanvasElement), shownFrame.grey);
    drawSpectrum(byId('spectrum', HTMLCanvasElement), shownFrame, view.width);
  }, 60);
}

function showUnit() {
  byId('stigmatorX-head').textContent = withUnit('stig x', 'stigmatorX');
  byId('stigmatorY-head').textContent = withUnit('stig y', 'stigmatorY');
}

/** @param {ExploreState} state */
function showSpent({ spent, beam, frame, pixelSizeNm }) {
  const { frames, doseElectronsPerNm2, microscopeS } = spent;
  byId('dose').textContent = short(doseElectronsPerNm2);
  byId('frames').textContent = String(frames);
  byId('time').textContent = duration(microscopeS);
  byId('beam').textContent = beam;
  /** @param {number} px */
  const um = (px) => ((px * pixelSizeNm) / 1000).toFixed(1);
  byId('field').textContent = `${um(frame.width)} × ${um(frame.height)} µm`;
}

// --- what the person asks for ---

/** @type {ExploreCommand[]} */
const waiting = [];
let isSending = false;
/**
 * The frame that the latest turn of a knob is answered with.
 *
 * @type {Promise<import('../../server/page/latestFrame.js').GreyFrame | undefined>}
 */
let preview = Promise.resolve(undefined);
/**
 * Of turns that wait for an answer, only their sum is sent; nothing overtakes them. A knob that moves
 * is answered when its preview is there, so that no more than one is on its way.
 *
 * @param {ExploreCommand} command
 */
function send(command) {
  const last = waiting.at(-1);
  if (command.type === 'turn' && last?.type === 'turn') Object.assign(last, command);
  else waiting.push(command);
  if (!isSending) void sendWaiting();
}

async function sendWaiting() {
  isSending = true;
  for (let command = waiting.shift(); command; command = waiting.shift()) {
    try {
      const answer = fetch('command', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(command),
      });
      if (command.type === 'turn' && command.isMoving) {
        preview = answer.then(frameIn).catch(() => undefined);
        await preview;
      }
      const response = await answer;
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
/**
 * When each knob was last turned here, ms.
 *
 * @type {Map<FocusParameter, number>}
 */
const touched = new Map();
const justTouchedMs = 400;

/** @param {ExploreState} state */
function makeKnobs(state) {
  const parts = parameters.map((parameter) => {
    const { min, max, step } = state.knobs[parameter];
    const label = withUnit(names[parameter], parameter);
    const limits = { min, max, step };
    const range = element('input', {
      type: 'range',
      id: `${parameter}-slider`,
      'aria-label': label,
      ...limits,
    });
    const number = element('input', { type: 'number', id: parameter, ...limits });
    const best = element('span', { class: 'best', id: `${parameter}-best`, hidden: true });
    /** @param {string} text */
    const turned = (text) => {
      const value = Number(text);
      if (text === '' || !(value >= min && value <= max)) return;
      touched.set(parameter, performance.now());
      range.value = text;
      if (document.activeElement !== number) number.value = text;
      send({ type: 'turn', isMoving: true, [parameter]: value });
    };
    range.addEventListener('input', () => turned(range.value));
    number.addEventListener('input', () => turned(number.value));
    number.addEventListener('blur', () => showKnobs());
    return element(
      'div',
      { class: 'knob' },
      element('label', { for: parameter }, label),
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
  const isTruthShown = truth.checked;
  for (const parameter of parameters) {
    const { min, max } = state.knobs[parameter];
    const best = byId(`${parameter}-best`);
    best.hidden = !isTruthShown;
    if (isTruthShown) {
      const share = (state.truth.bestFocus[parameter] - min) / (max - min);
      // A slider's thumb does not reach the ends: it is 16 px wide.
      best.style.left = `calc(8px + ${share} * (100% - 16px))`;
    }
    if (performance.now() - (touched.get(parameter) ?? -Infinity) < justTouchedMs) continue;
    const text = state.focus[parameter].toFixed(decimalsOf(parameter));
    const { slider, field } = inputsOf(parameter);
    slider.value = text;
    if (document.activeElement !== field) field.value = text;
  }
  byId('dwell', HTMLSelectElement).value = String(state.dwellTimeNs);
  const { residual, isInside } = state.truth;
  byId('residual').textContent = hiddenText;
  if (!isTruthShown) return;
  byId('residual').textContent =
    `Off by ${signed(residual.workingDistanceUm)} µm, ${signed(residual.stigmatorX)} and ` +
    `${[signed(residual.stigmatorY), unitOf('stigmatorY')].join(' ').trim()}: ${isInside ? 'inside' : 'outside'} the margins. ` +
    'The triangles mark best focus.';
}

/**
 * None where the instrument's numbers have none.
 *
 * @param {FocusParameter} parameter
 */
function unitOf(parameter) {
  const { unit = '' } = state?.knobs[parameter] ?? {};
  return unit === '1' ? '' : unit;
}

/**
 * @param {string} name
 * @param {FocusParameter} parameter
 */
function withUnit(name, parameter) {
  const unit = unitOf(parameter);
  return unit === '' ? name : `${name}, ${unit}`;
}

/**
 * As many as a step of the knob has.
 *
 * @param {FocusParameter} parameter
 */
function decimalsOf(parameter) {
  const { step = 1 } = state?.knobs[parameter] ?? {};
  return Math.max(0, Math.ceil(-Math.log10(step)));
}

/** @param {FocusParameter} parameter */
function inputsOf(parameter) {
  return {
    slider: byId(`${parameter}-slider`, HTMLInputElement),
    field: byId(parameter, HTMLInputElement),
  };
}

/**
 * @param {FocusParameter} parameter
 * @param {number} steps
 */
function turnBy(parameter, steps) {
  if (state === undefined || run?.state === 'running') return;
  const { min, max, step } = state.knobs[parameter];
  const { slider, field } = inputsOf(parameter);
  const now = Number(slider.value);
  const value = Math.min(max, Math.max(min, now + steps * step));
  const text = value.toFixed(decimalsOf(parameter));
  touched.set(parameter, performance.now());
  slider.value = text;
  field.value = text;
  send({ type: 'turn', isMoving: true, [parameter]: Number(slider.value) });
}

/** @type {{ readonly [key: string]: readonly [FocusParameter, number] | undefined }} */
const keys = {
  ArrowUp: ['workingDistanceUm', 1],
  ArrowDown: ['workingDistanceUm', -1],
  ArrowRight: ['stigmatorX', 1],
  ArrowLeft: ['stigmatorX', -1],
  '.': ['stigmatorY', 1],
  ',': ['stigmatorY', -1],
};
view.tabIndex = 0;
view.addEventListener('keydown', (event) => {
  const key = keys[event.key];
  if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  turnBy(key[0], key[1] * keySteps[key[0]] * (event.shiftKey ? 4 : 1));
});
view.addEventListener(
  'wheel',
  (event) => {
    // The page scrolls as usual until somebody has taken the microscope in hand.
    if (document.activeElement !== view) return;
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

/** @param {ExploreOptions} options */
function offer({ presets, specimens, psfs, algorithms }) {
  document.title = 'The virtual microscope – semfocus explore';
  byId('description').textContent =
    'Focus it yourself, or let an algorithm do it. Nothing here is real but the physics.';
  /**
   * @param {HTMLSelectElement} select
   * @param {readonly string[]} list
   */
  const fill = (select, list) => {
    select.replaceChildren(...list.map((name) => element('option', { value: name }, name)));
  };
  fill(
    choices.preset,
    presets.map(({ name }) => name),
  );
  fill(
    choices.specimen,
    specimens.map(({ name }) => name),
  );
  fill(choices.psf, psfs);
  byId('algorithms').replaceChildren(
    ...algorithms.map(({ name }, i) => {
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

/** @param {string | undefined} name */
function showSummary(name) {
  const summary = options?.algorithms.find((entry) => entry.name === name)?.summary;
  const guard = state === undefined ? '' : `, inside a guard of ${limitsText(state.guard)}`;
  byId('summary').textContent =
    summary ??
    `Every run begins where you last left the knobs${guard}. Its frames add to the dose of this place.`;
}

/** @param {import('../../../../harness/microscope/index.ts').FocusLimits} limits */
function limitsText({ workingDistanceUm, stigmator }) {
  const units = unitOf('stigmatorX') || 'units';
  return `${workingDistanceUm} µm and ${stigmator} ${units}`;
}

/** @param {ExploreState} state */
function showSetup({ setup }) {
  choices.preset.value = setup.preset;
  choices.psf.value = setup.psf;
  choices.specimen.value = setup.specimen;
  seed.value = String(setup.seed);
  /**
   * @param {ExploreOptions['presets']} list
   * @param {string} wanted
   */
  const about = (list, wanted) => list.find(({ name }) => name === wanted)?.summary ?? '';
  const { presets = [], specimens = [] } = options ?? {};
  byId('about').textContent =
    `${about(presets, setup.preset)}. Specimen: ${about(specimens, setup.specimen)}.`;
}

/** @param {HTMLElement} changed */
function choose(changed) {
  const number = Number(seed.value);
  if (seed.value === '' || !Number.isInteger(number) || number < 0) return;
  const psf = options?.psfs.find((name) => name === choices.psf.value);
  send({
    type: 'choose',
    preset: choices.preset.value,
    // Another instrument brings its own probe.
    ...(changed !== choices.preset && psf !== undefined && { psf }),
    specimen: choices.specimen.value,
    seed: number,
  });
  byId('caption').textContent = 'the specimen is being made';
}
for (const input of [...Object.values(choices), seed]) {
  input.addEventListener('change', () => choose(input));
}
for (const type of /** @type {const} */ (['defocus', 'back', 'fresh', 'stop'])) {
  buttons[type].addEventListener('click', () => send({ type }));
}
pace.addEventListener('change', () => send({ type: 'pace', ms: Number(pace.value) }));
truth.addEventListener('change', () => {
  showKnobs();
  showRun();
});

function showButtons() {
  const running = run?.state === 'running' ? run : undefined;
  const isRunning = running !== undefined;
  knobs.disabled = isRunning || state === undefined;
  const { stop, ...others } = buttons;
  for (const input of [...Object.values(others), ...Object.values(choices), seed]) {
    input.disabled = isRunning;
  }
  stop.disabled = !isRunning;
  byId('busy').hidden = !isRunning;
  showState(running === undefined ? 'ready' : `${running.algorithm} is at work`);
  for (const button of byId('algorithms').querySelectorAll('button')) {
    button.disabled = isRunning;
    button.setAttribute('aria-current', String(run?.algorithm === button.dataset.algorithm));
  }
}

// --- the iterations of a run ---

/** @type {Map<number, HTMLCanvasElement>} */
const thumbnails = new Map();

function showRun() {
  byId('run-panel').hidden = run === undefined;
  if (run === undefined) return;
  const isTruthShown = truth.checked;
  byId('h-run').textContent = `Iterations of ${run.algorithm}`;
  byId('run-state').textContent = run.state;
  byId('run-state').className = `chip ${run.state === 'failed' ? 'bad' : ''}`;
  byId('verdict').textContent = verdict(run, isTruthShown);
  byId('steps').replaceChildren(...run.steps.map((step) => rowOf(step, isTruthShown)).reverse());
  for (const number of thumbnails.keys()) {
    if (!run.steps.some((step) => step.frame === number)) thumbnails.delete(number);
  }
  if (options !== undefined && state !== undefined) {
    showChart(run, options, state, isTruthShown);
  }
}

/**
 * @param {ExploreRun} run
 * @param {boolean} isTruthShown
 */
function verdict(run, isTruthShown) {
  const last = run.steps.at(-1);
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

/**
 * @param {ExploreStep} step
 * @param {boolean} isTruthShown
 */
function rowOf(step, isTruthShown) {
  const { iteration, correction, correctionSd, focus, truth, frames, declined } = step;
  /** @param {(Node | string)[]} parts */
  const cell = (...parts) => element('td', { class: 'number' }, ...parts);
  const values = parameters.map((parameter) => {
    const lines = [];
    const at = focus[parameter].toFixed(Math.max(2, decimalsOf(parameter)));
    if (correction !== undefined) {
      const sd = correctionSd === undefined ? '' : ` ± ${short(correctionSd[parameter])}`;
      lines.push(element('div', {}, `${signed(correction[parameter])}${sd}`));
    }
    lines.push(element('div', { class: 'note' }, `at ${at.replace('-', '−')}`));
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

/** @param {number} number - Of the frame. */
function thumbnailOf(number) {
  const known = thumbnails.get(number);
  if (known !== undefined) return known;
  const canvas = element('canvas', { width: '192', height: '128' });
  thumbnails.set(number, canvas);
  void frameNumbered(number).then((frame) => frame && drawThumbnail(canvas, frame));
  return canvas;
}

/** @param {ExploreStep} step */
async function showAgain({ frame: number, iteration }) {
  const frame = await frameNumbered(number);
  if (frame === undefined || run === undefined) return;
  const caption = iteration === 0 ? 'the start' : `after iteration ${iteration}`;
  drawFrame(view, frame, state?.pixelSizeNm);
  byId('caption').textContent = `${run.algorithm}: ${caption}, seen again`;
  view.scrollIntoView({ block: 'nearest' });
}

/**
 * @param {ExploreRun} run
 * @param {ExploreOptions} options
 * @param {ExploreState} state
 * @param {boolean} isTruthShown
 */
function showChart(run, { algorithms }, { margins }, isTruthShown) {
  /** @param {FocusState | FocusChange} values */
  const sizeOf = (values) => sizeInMargins(values, margins);
  /** @param {string} name */
  const indexOf = (name) => algorithms.findIndex((entry) => entry.name === name);
  /** @param {ExploreRun} one */
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
    mark: /** @type {const} */ ('all'),
  }));
  const what = isTruthShown ? 'largest residual, in margins' : 'largest correction, in margins';
  const iterations = Math.max(6, ...lines.map(({ values }) => values.length - 1));
  const canvas = byId('chart', HTMLCanvasElement);
  drawChart(canvas, lines, { y: what, margin: 1, iterations, first: isTruthShown ? 0 : 1 });
  const now = lines.at(-1)?.values.at(-1);
  canvas.setAttribute(
    'aria-label',
    `${what} against iteration for ${shown.map((one) => one.algorithm).join(', ')}` +
      (now === undefined ? '' : `; ${run.algorithm} is at ${short(now)}`),
  );
  byId('chart-note').textContent = isTruthShown
    ? `Against the hidden truth, which no algorithm sees. Margins: ${limitsText(margins)}. Runs from the same start stay for comparison.`
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
