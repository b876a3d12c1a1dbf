import {
  assertFiniteFocus,
  assertInRange,
  type CallOptions,
  Disconnected,
  type FocusState,
  type Frame,
  type FrameRequest,
  type GroundTruth,
  type Microscope,
  type StagePosition,
} from '../harness/microscope/index.ts';
import { assertRequest } from './assertRequest.ts';
import { Lens } from './column/Lens.ts';
import { describePreset } from './describePreset.ts';
import {
  type Exposure,
  type ExposureTruth,
  Instrument,
  type InstrumentOptions,
  type SpecimenTruth,
} from './Instrument.ts';
import { frameTimeS } from './scan/index.ts';

export interface SimulationOptions extends InstrumentOptions {
  /** Where the stage is at the beginning. */
  readonly stage: StagePosition;
}

/** The truth about a simulated microscope, and everything that was drawn for its frames. */
export interface SimulatedTruth extends GroundTruth {
  /** Of the latest frame; `undefined` before the first. Earlier ones are not kept: a server runs for weeks. */
  lastExposure(): ExposureTruth | undefined;
  /**
   * The specimen at the present place, on the raster of a request, before any probe and noise.
   * Costs little after a frame of this place. Any dwell time, whether the instrument has it or not.
   */
  specimenUnder(request: FrameRequest): SpecimenTruth;
}

/** A microscope, and the truth about it. No path leads from the first to the second. */
export interface Simulation {
  readonly microscope: Microscope;
  readonly truth: SimulatedTruth;
}

/** The virtual instrument was switched on then; its clock starts here. */
const epochMs = Date.UTC(2000, 0, 1);

/**
 * Raised whenever a simulated pixel can differ from that of an earlier version: records of
 * different physics versions are never compared.
 */
export const physicsVersion = '6';

/**
 * A virtual SEM, in focus at its stage position, with a virtual clock that advances by frame and
 * settle times. Equal options and equal calls give equal frames.
 *
 * Two frames differ in noise, position error, brightness and all else that is drawn per frame by
 * their index alone, so that two algorithms meet the same fluctuations.
 *
 * @throws ConfigError if the probe cannot carry the imperfections of the preset.
 */
export function createSimulatedMicroscope(options: SimulationOptions): Simulation {
  const { preset } = options;
  const instrument = new Instrument(options);
  const description = describePreset(preset);
  const { hysteresis, settling } = preset.imperfections;

  // Frozen: what a caller was handed and changes must not move the instrument, least its truth.
  let stage: StagePosition = Object.freeze({ ...options.stage });
  let timeS = 0;
  let focus = instrument.optimumAt(stage, timeS);
  const lens = new Lens(focus, timeS, {
    hysteresisUm: hysteresis.level,
    settlingS: settling.level,
  });
  let lastExposure: ExposureTruth | undefined;
  let frames = 0;
  let isClosed = false;

  function frameOf(exposure: Exposure, reported: FocusState): Frame & { truth: ExposureTruth } {
    const { request } = exposure;
    const { pixelSizeNm, dwellTimeNs, region = request } = request;
    const { pixels, truth } = instrument.render(exposure);
    const exposureS = frameTimeS(region.width, region.height, dwellTimeNs, preset.scan);
    return {
      pixels,
      request,
      actual: { pixelSizeNm, dwellTimeNs, passes: description.passes, focus: reported, stage },
      doseElectronsPerNm2: instrument.doseOf(request),
      acquiredAt: new Date(epochMs + (exposure.timeS + exposureS) * 1e3),
      frameTimeS: exposureS,
      truth,
    };
  }

  function begin(options?: CallOptions): void {
    options?.signal?.throwIfAborted();
    if (isClosed) throw new Disconnected('the simulated microscope was closed');
  }

  const microscope: Microscope = {
    async describe() {
      return structuredClone(description);
    },
    async readFocus(call) {
      begin(call);
      return focus;
    },
    async writeFocus(target, call) {
      begin(call);
      assertFiniteFocus(target, preset.name);
      const next = { ...focus, ...target };
      for (const name of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
        assertInRange(name, next[name], description.parameters[name]);
      }
      focus = Object.freeze(next);
      lens.set(focus, timeS);
      timeS += preset.focus.settleTimeS;
      return focus;
    },
    async acquireFrame(request, call) {
      begin(call);
      assertRequest(request, description);
      const exposure: Exposure = {
        request,
        focus: lens.stateAt(timeS),
        stage,
        timeS,
        kind: 'frame',
        index: frames,
      };
      const { truth, ...frame } = frameOf(exposure, focus);
      instrument.expose(exposure);
      lastExposure = truth;
      frames += 1;
      timeS += frame.frameTimeS;
      return frame;
    },
    async readStage(call) {
      begin(call);
      return stage;
    },
    async moveStage(position, call) {
      begin(call);
      assertInRange('stageXUm', position.xUm, description.parameters.stageXUm);
      assertInRange('stageYUm', position.yUm, description.parameters.stageYUm);
      stage = Object.freeze({ xUm: position.xUm, yUm: position.yUm });
      timeS += description.parameters.stageXUm.settleTimeS;
      return stage;
    },
    async blankBeam(_blanked, call) {
      begin(call);
    },
    async close() {
      isClosed = true;
    },
  };

  let looks = 0;
  const truth: SimulatedTruth = {
    bestFocus: () => instrument.optimumAt(stage, timeS),
    async frameAt(at: FocusState, request: FrameRequest) {
      assertRequest(request, description);
      looks += 1;
      const look: Exposure = { request, focus: at, stage, timeS, kind: 'look', index: looks };
      const { truth: _, ...frame } = frameOf(look, at);
      return frame;
    },
    lastExposure: () => lastExposure,
    specimenUnder: (request) => instrument.specimenUnder({ request, stage }),
  };
  return { microscope, truth };
}
