import { setTimeout } from 'node:timers/promises';
import { unknownName } from '../../../harness/config/index.ts';
import type { Registry, Suite } from '../../../harness/experiment/suite/index.ts';
import { focusMicroscope, openSession } from '../../../harness/focusing/index.ts';
import {
  type AcquisitionLog,
  addFocus,
  type Clock,
  type FocusLimits,
  type FocusState,
  type Frame,
  type FrameRequest,
  focusParameters,
  isSemfocusError,
  type Microscope,
  OutOfRange,
  recordMicroscope,
  spentOn,
  subtractFocus,
} from '../../../harness/microscope/index.ts';
import { RandomStream } from '../../../harness/numeric/index.ts';
import { isInsideMargins } from '../../../harness/record/index.ts';
import { calibrationOf, type Preset, presetNamed, type Simulation } from '../../../sim/index.ts';
import { openSimulation } from '../../lab/index.ts';
import { algorithmSetting } from './algorithmSetting.ts';
import { knobsOf } from './knobsOf.ts';
import type {
  ExploreCommand,
  ExploreEvent,
  ExploreFrame,
  ExploreSetup,
  ExploreStep,
  ExploreTruth,
  Knobs,
} from './protocol.ts';
import { limitsInUnitsOf, umPerStigmatorUnit } from './stigmatorUnits.ts';

const placeSpacingUm = 80;
/**
 * Pixels of previews are so many times as large as those of a whole frame, and as many fewer a side: the
 * smallest of these with which one takes no longer than this. Where a whole frame has been drawn before,
 * time goes by the number of pixels.
 */
const previews = { steps: [2, 3], ms: 15 } as const;
/** As far from focus as a person turns in looking for it. */
const preparedUm = 30;
/** Sizes from which a new defocus and astigmatism are drawn, either sign, um of focal shift. */
const drawnUm = { defocus: [6, 12], astigmatism: [4, 12] } as const;

/** Where events go; pixels may be taken away. */
type Emit = (event: ExploreEvent) => void;

/** One simulated microscope on the bench. */
interface Bench {
  readonly setup: ExploreSetup;
  readonly preset: Preset;
  readonly simulation: Simulation;
  readonly knobs: Knobs;
  readonly margins: FocusLimits;
  readonly guard: FocusLimits;
  /** The instrument has none that are larger. */
  readonly largestPixelNm: number;
  dwellTimeNs: number;
  previewStep: number;
  places: number;
  /** Where runs begin: where a person has last left the knobs. */
  start: FocusState;
  defocused: number;
  /** Counts what happens at this place. */
  recorded: { readonly microscope: Microscope; readonly log: AcquisitionLog };
}

/**
 * The virtual microscope behind the page: does one command at a time and tells of what changes.
 * Lives in a thread of its own, because frames and estimates take their time.
 */
export class VirtualMicroscope {
  readonly #registry: Registry;
  readonly #suite: Suite;
  readonly #specimenPixelSizeNm: number;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #bench: Bench | undefined;
  #frames: number;
  #runs = 0;
  #paceMs = 300;
  #running: AbortController | undefined;

  /** @param options.suite - Whose frame size, margins, limits and parameters of algorithms hold here. */
  constructor(options: {
    readonly registry: Registry;
    readonly suite: Suite;
    readonly specimenPixelSizeNm: number;
    /** Frames are numbered from the next one. */
    readonly framesBefore: number;
    readonly clock: Clock;
    readonly emit: Emit;
  }) {
    this.#registry = options.registry;
    this.#suite = options.suite;
    this.#specimenPixelSizeNm = options.specimenPixelSizeNm;
    this.#frames = options.framesBefore;
    this.#clock = options.clock;
    this.#emit = options.emit;
  }

  /** Stops a run at its next frame; the knobs go back to where it began. */
  stop(): void {
    this.#running?.abort(new DOMException('stopped', 'AbortError'));
  }

  setPace(ms: number): void {
    this.#paceMs = ms;
  }

  /** Carries a command out. What is wrong with it is told as an event of its own. */
  async obey(command: Exclude<ExploreCommand, { type: 'stop' | 'pace' }>): Promise<void> {
    try {
      await this.#carryOut(command);
    } catch (error) {
      if (!isSemfocusError(error)) throw error;
      const { message, hint } = error;
      this.#emit({ type: 'problem', message, ...(hint !== undefined && { hint }) });
    }
    await this.#tellState();
    this.#emit({ type: 'done' });
  }

  async #carryOut(command: Exclude<ExploreCommand, { type: 'stop' | 'pace' }>): Promise<void> {
    if (command.type === 'choose') {
      await this.#choose(command);
      return;
    }
    const bench = this.#bench;
    if (bench === undefined) return;
    const { microscope } = bench.simulation;
    switch (command.type) {
      case 'turn': {
        const { dwellTimeNs = bench.dwellTimeNs } = command;
        // Before anything is turned: what the scan cannot do would stay, and every frame would fail.
        assertDwellTime(dwellTimeNs, bench.preset);
        bench.start = await bench.recorded.microscope.writeFocus(knobsIn(command));
        bench.dwellTimeNs = dwellTimeNs;
        await this.#expose(bench, command.isMoving);
        return;
      }
      case 'defocus':
        await this.#defocus(bench);
        break;
      case 'back':
        await microscope.writeFocus(bench.start);
        break;
      case 'fresh':
        await microscope.moveStage(placeOf(bench.places + 1));
        bench.places += 1;
        bench.recorded = recordMicroscope(microscope);
        await this.#arrive(bench);
        return;
      case 'run':
        await this.#run(bench, command.algorithm);
        return;
    }
    await this.#expose(bench);
  }

  async #choose({
    preset: presetName,
    psf,
    specimen: specimenName,
    seed,
  }: Extract<ExploreCommand, { type: 'choose' }>): Promise<void> {
    const preset = presetNamed(presetName);
    const setup: ExploreSetup = {
      preset: presetName,
      psf: psf ?? preset.beam.psf,
      specimen: specimenName,
      seed,
    };
    const simulation = await openSimulation(preset, {
      ...setup,
      specimenPixelSize: this.#specimenPixelSizeNm,
    });
    const best = simulation.truth.bestFocus();
    const { parameters } = await simulation.microscope.describe();
    const bench: Bench = {
      setup,
      preset,
      simulation,
      knobs: knobsOf(preset),
      margins: this.#limitsFor(preset, this.#suite.margins),
      guard: this.#limitsFor(preset, this.#suite.limits),
      largestPixelNm: parameters.pixelSizeNm.max ?? Number.POSITIVE_INFINITY,
      dwellTimeNs: preset.scan.dwellTimeNs,
      previewStep: 1,
      places: 0,
      start: best,
      defocused: 0,
      recorded: recordMicroscope(simulation.microscope),
    };
    await this.#defocus(bench);
    this.#bench = bench;
    this.#emit({ type: 'run', run: undefined });
    await this.#arrive(bench);
  }

  /**
   * Shows a new place, and then has the specimen drawn for previews, before the first is asked for: without
   * dose, and seen by nobody.
   */
  async #arrive(bench: Bench): Promise<void> {
    await this.#expose(bench);
    await this.#tellState();
    const { truth } = bench.simulation;
    const whole = this.#requestOf(bench);
    const times: number[] = [];
    for (let look = 0; look < 2; look++) {
      const startMs = this.#clock.nowMs();
      await truth.frameAt(bench.start, whole);
      times.push(this.#clock.nowMs() - startMs);
    }
    const wanted = previews.steps.find((step) => Math.min(...times) <= previews.ms * step ** 2);
    const most = bench.largestPixelNm / whole.pixelSizeNm;
    bench.previewStep = Math.max(1, Math.min(wanted ?? previews.steps[1], Math.floor(most)));
    const farUm = truth.bestFocus().workingDistanceUm + preparedUm;
    await truth.frameAt({ ...bench.start, workingDistanceUm: farUm }, this.#previewOf(bench));
  }

  /** Draws where the microscope is left, on either side of focus. */
  async #defocus(bench: Bench): Promise<void> {
    const random = new RandomStream(bench.setup.seed, 'start', bench.defocused);
    const draw = ([from, to]: readonly [number, number]) =>
      random.uniformBetween(from, to) * (random.uniform() < 0.5 ? -1 : 1);
    const umPerUnit = umPerStigmatorUnit(bench.preset.stigmator);
    const deviation = {
      workingDistanceUm: draw(drawnUm.defocus),
      stigmatorX: draw(drawnUm.astigmatism) / umPerUnit,
      stigmatorY: draw(drawnUm.astigmatism) / umPerUnit,
    };
    bench.defocused += 1;
    const { simulation, knobs } = bench;
    const wanted = addFocus(simulation.truth.bestFocus(), deviation);
    const reached = focusParameters.map((parameter) => {
      const { min, max } = knobs[parameter];
      return [parameter, Math.min(max, Math.max(min, wanted[parameter]))];
    });
    bench.start = await simulation.microscope.writeFocus(Object.fromEntries(reached));
  }

  async #expose(bench: Bench, isMoving = false): Promise<void> {
    const startMs = this.#clock.nowMs();
    const request = isMoving ? this.#previewOf(bench) : this.#requestOf(bench);
    const frame = await bench.recorded.microscope.acquireFrame(request);
    if (isMoving) {
      const { width, height } = request;
      const caption = `preview of ${width} × ${height} px, sharpens when the knob rests`;
      this.#tellFrame(frame, 'preview', caption, startMs);
    } else this.#tellFrame(frame, 'knobs', 'what you see', startMs);
  }

  async #run(bench: Bench, name: string): Promise<void> {
    const entry = this.#registry.algorithms.get(name);
    if (entry === undefined) throw unknownName('algorithm', name, this.#registry.algorithms.keys());
    const { iterations, parameters } = algorithmSetting(entry, this.#suite);
    entry.checkFrame?.(this.#suite.frame, parameters);
    const algorithm = entry.create(parameters);
    const stopping = new AbortController();
    this.#running = stopping;
    const { signal } = stopping;
    const { microscope, truth } = bench.simulation;
    const steps: ExploreStep[] = [];
    const tell = (state: 'running' | 'ended' | 'stopped' | 'failed', message?: string) =>
      this.#emit({
        type: 'run',
        run: { algorithm: name, state, iterations, steps: [...steps], ...(message && { message }) },
      });
    const before = spentOn(bench.recorded.log);
    const note = async (
      step: Omit<ExploreStep, 'frames' | 'doseElectronsPerNm2' | 'truth' | 'frame'>,
    ) => {
      const startMs = this.#clock.nowMs();
      const look = await truth.frameAt(step.focus, this.#requestOf(bench));
      const caption =
        step.iteration === 0 ? `${name}: the start` : `${name}: after iteration ${step.iteration}`;
      const number = this.#tellFrame(look, 'look', `${caption}, without dose`, startMs);
      const spent = spentOn(bench.recorded.log);
      steps.push({
        ...step,
        frames: spent.frames - before.frames,
        doseElectronsPerNm2: spent.doseElectronsPerNm2 - before.doseElectronsPerNm2,
        truth: this.#truthOf(bench, step.focus),
        frame: number,
      });
      await this.#tellState();
      tell('running');
      await this.#wait(signal, 2);
    };
    try {
      await microscope.writeFocus(bench.start);
      await note({ iteration: 0, focus: bench.start, computeMs: 0 });
      this.#runs += 1;
      const watched = this.#watched(bench, name, signal);
      const session = await openSession(watched, { limits: bench.guard, signal });
      await focusMicroscope(session, {
        algorithm,
        frame: this.#requestOf(bench),
        calibration: calibrationOf(bench.setup.preset, bench.setup.psf).values,
        random: new RandomStream(bench.setup.seed, 'algorithm', this.#runs),
        iterations,
        margins: bench.margins,
        endsInside: false,
        signal,
        clock: this.#clock,
        afterwards: 'stay',
        onStep: ({ iteration, correction, correctionSd, declined, focus, computeMs }) =>
          note({
            iteration,
            correction,
            ...(correctionSd && { correctionSd }),
            ...(declined !== undefined && { declined }),
            focus,
            computeMs,
          }),
      });
      tell('ended');
    } catch (error) {
      if (signal.aborted) tell('stopped', 'the knobs are back where the run began');
      else tell('failed', `${messageOf(error)}; the knobs are back where the run began`);
    } finally {
      this.#running = undefined;
    }
    if (steps.at(-1)?.focus !== undefined && signal.aborted) await this.#lookAt(bench);
  }

  /** The present state, without dose. */
  async #lookAt(bench: Bench): Promise<void> {
    const startMs = this.#clock.nowMs();
    const focus = await bench.simulation.microscope.readFocus();
    const look = await bench.simulation.truth.frameAt(focus, this.#requestOf(bench));
    this.#tellFrame(look, 'look', 'back where the run began, without dose', startMs);
  }

  /** Shows every frame that an algorithm takes, and lets people look at it. */
  #watched(bench: Bench, name: string, signal: AbortSignal): Microscope {
    const { microscope } = bench.recorded;
    return {
      ...microscope,
      acquireFrame: async (request, options) => {
        const startMs = this.#clock.nowMs();
        const frame = await microscope.acquireFrame(request, options);
        const offsetUm = frame.actual.focus.workingDistanceUm - bench.start.workingDistanceUm;
        const offset = `${offsetUm < 0 ? '−' : '+'}${Math.abs(offsetUm).toFixed(1)}`;
        this.#tellFrame(frame, 'algorithm', `${name} looks, ${offset} µm from the start`, startMs);
        await this.#tellState();
        await this.#wait(signal, 1);
        return frame;
      },
    };
  }

  /** Lets messages in, at the least. */
  async #wait(signal: AbortSignal, times: number): Promise<void> {
    await setTimeout(times * this.#paceMs, undefined, { signal });
  }

  async #tellState(): Promise<void> {
    const bench = this.#bench;
    if (bench === undefined) return;
    const { setup, preset, knobs, margins, guard, dwellTimeNs, recorded, simulation } = bench;
    const focus = await simulation.microscope.readFocus();
    this.#emit({
      type: 'state',
      state: {
        setup,
        focus,
        dwellTimeNs,
        frame: this.#suite.frame,
        pixelSizeNm: preset.scan.pixelSizeNm,
        beam: `${preset.beam.voltageKv} kV, ${rounded(preset.beam.currentNanoAmp)} nA`,
        knobs,
        margins,
        guard,
        spent: spentOn(recorded.log),
        truth: this.#truthOf(bench, focus),
      },
    });
  }

  #requestOf({ preset, dwellTimeNs }: Bench): FrameRequest {
    const { width, height } = this.#suite.frame;
    return { width, height, pixelSizeNm: preset.scan.pixelSizeNm, dwellTimeNs };
  }

  /** The same field with fewer pixels. */
  #previewOf(bench: Bench): FrameRequest {
    const whole = this.#requestOf(bench);
    const { previewStep: step } = bench;
    return {
      ...whole,
      width: Math.floor(whole.width / step),
      height: Math.floor(whole.height / step),
      pixelSizeNm: whole.pixelSizeNm * step,
    };
  }

  /** Of the suite, which was made for its own instrument. */
  #limitsFor({ stigmator }: Preset, limits: FocusLimits): FocusLimits {
    const [chosenFor = ''] = this.#suite.presets;
    return limitsInUnitsOf(limits, presetNamed(chosenFor).stigmator, stigmator);
  }

  #truthOf({ simulation, margins }: Bench, focus: FocusState): ExploreTruth {
    const bestFocus = simulation.truth.bestFocus();
    const residual = subtractFocus(focus, bestFocus);
    return { bestFocus, residual, isInside: isInsideMargins(residual, margins) };
  }

  /** @returns the frame's number. */
  #tellFrame(
    { pixels, actual }: Frame,
    kind: ExploreFrame['kind'],
    caption: string,
    startMs: number,
  ): number {
    const [height = 0, width = 0] = pixels.shape;
    this.#frames += 1;
    const frame: ExploreFrame = {
      number: this.#frames,
      width,
      height,
      kind,
      caption,
      focus: actual.focus,
      renderMs: this.#clock.nowMs() - startMs,
    };
    const { data } = pixels;
    const grey = data instanceof Uint8Array ? data.slice() : Uint8Array.from(data, (v) => v >> 8);
    this.#emit({ type: 'frame', frame, pixels: grey });
    return this.#frames;
  }
}

function assertDwellTime(requested: number, { scan }: Preset): void {
  const [shortest, longest] = scan.dwellTimeRangeNs;
  if (requested >= shortest && requested <= longest) return;
  throw new OutOfRange({
    parameter: 'dwellTimeNs',
    requested,
    allowed: `from ${shortest} to ${longest} ns`,
  });
}

function knobsIn(command: Extract<ExploreCommand, { type: 'turn' }>): Partial<FocusState> {
  return Object.fromEntries(
    focusParameters.flatMap((parameter) => {
      const value = command[parameter];
      return value === undefined ? [] : [[parameter, value]];
    }),
  );
}

function placeOf(index: number): { xUm: number; yUm: number } {
  const perRow = 50;
  return {
    xUm: placeSpacingUm * (index % perRow),
    yUm: placeSpacingUm * Math.floor(index / perRow),
  };
}

/** To three digits: random instruments have all of them. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
