import {
  aberrationOfDeviation,
  assertFiniteFocus,
  type CallOptions,
  Disconnected,
  type FocusState,
  type Frame,
  type FrameRequest,
  type GroundTruth,
  type Microscope,
  type MicroscopeDescription,
  OutOfRange,
  type ParameterDescription,
  type ParameterName,
  primariesPerPixel,
  type StagePosition,
  subtractFocus,
} from '../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../harness/numeric/index.ts';
import { detectFrame } from './detector/detectFrame.ts';
import { FrameBlurrer } from './optics/FrameBlurrer.ts';
import type { Preset } from './presets/Preset.ts';
import { frameTimeS } from './scan/frameTimeS.ts';
import type { Specimen } from './specimen/Specimen.ts';

/** What makes one simulated microscope. */
export interface SimulationOptions {
  readonly preset: Preset;
  readonly psf: 'gaussian' | 'disc';
  readonly specimen: Specimen;
  /** Root of every random stream of the instrument: heights, noise, position errors. */
  readonly seed: number;
  /** Distinguishes instruments of one seed: streams of different runs are independent. */
  readonly run: number;
  readonly stage: StagePosition;
}

/** A microscope, and the truth about it. No path leads from the first to the second. */
export interface Simulation {
  readonly microscope: Microscope;
  readonly truth: GroundTruth;
}

/** The virtual instrument was switched on then; its clock starts here. */
const epochMs = Date.UTC(2000, 0, 1);
/** Larger frames than this do not fit into memory as floats with their margins. */
const largestFramePixels = 64e6;

/**
 * Raised whenever a simulated pixel can differ from that of an earlier version: records of
 * different physics versions are never compared.
 */
export const physicsVersion = '2';

/**
 * A virtual SEM, in focus at its stage position, with a virtual clock that advances by frame and
 * settle times. Equal options and equal calls give equal frames.
 *
 * Two frames differ in noise, position error and brightness by their index alone, so that two
 * algorithms meet the same fluctuations.
 */
export function createSimulatedMicroscope(options: SimulationOptions): Simulation {
  const { preset, psf, specimen, seed, run } = options;
  const stream = (...path: (string | number)[]) =>
    new RandomStream(seed, 'instrument', run, ...path);
  const hidden = stream('optimum');
  const optimum: FocusState = Object.freeze({
    workingDistanceUm:
      preset.focus.workingDistanceUm + preset.focus.heightRangeUm * hidden.uniformBetween(-1, 1),
    stigmatorX:
      preset.stigmator.optimum.x + preset.stigmator.optimumRange * hidden.uniformBetween(-1, 1),
    stigmatorY:
      preset.stigmator.optimum.y + preset.stigmator.optimumRange * hidden.uniformBetween(-1, 1),
  });
  const { convergenceMrad, residualSpotNm, currentNanoAmp } = preset.beam;
  const blurrer = new FrameBlurrer(specimen, { psf, convergenceMrad, residualSpotNm });
  const description = describePreset(preset);

  // Frozen: what a caller was handed and changes must not move the instrument, least its truth.
  let focus = optimum;
  let stage: StagePosition = Object.freeze({ ...options.stage });
  let timeS = 0;
  let framesExposed = 0;
  let isClosed = false;

  function expose(request: FrameRequest, at: FocusState, kind: string, index: number): Frame {
    const { pixelSizeNm, dwellTimeNs } = request;
    const region = request.region ?? { x: 0, y: 0, width: request.width, height: request.height };
    const deviation = subtractFocus(at, optimum);
    const position = stream('position', kind, index);
    const { nmPerUm, positionErrorNm } = preset.imageShift;
    const yields = blurrer.render(
      {
        leftNm: stage.xUm * 1e3 + (region.x - request.width / 2) * pixelSizeNm,
        topNm: stage.yUm * 1e3 + (region.y - request.height / 2) * pixelSizeNm,
        width: region.width,
        height: region.height,
        pixelSizeNm,
      },
      aberrationOfDeviation(deviation, preset.stigmator.matrixUmPerUnit),
      {
        x: nmPerUm.x * deviation.workingDistanceUm + positionErrorNm * position.normal(),
        y: nmPerUm.y * deviation.workingDistanceUm + positionErrorNm * position.normal(),
      },
    );
    const primaries = primariesPerPixel(currentNanoAmp, dwellTimeNs);
    const grey = detectFrame(yields, region.width, primaries, preset.detector, {
      noise: stream('noise', kind, index),
      rows: stream('rows', kind, index),
      brightness: stream('brightness', kind, index),
    });
    return {
      pixels: greyPixels(grey, region.width, region.height),
      request,
      actual: { pixelSizeNm, dwellTimeNs, focus: at, stage },
      doseElectronsPerNm2: primaries / pixelSizeNm ** 2,
      acquiredAt: new Date(epochMs + timeS * 1e3),
      frameTimeS: frameTimeS(region.width, region.height, dwellTimeNs, preset.scan),
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
      timeS += preset.focus.settleTimeS;
      return focus;
    },
    async acquireFrame(request, call) {
      begin(call);
      assertRequest(request, description);
      const frame = expose(request, focus, 'frame', framesExposed);
      framesExposed += 1;
      timeS += frame.frameTimeS;
      return { ...frame, acquiredAt: new Date(epochMs + timeS * 1e3) };
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
  const truth: GroundTruth = {
    bestFocus: () => optimum,
    async frameAt(at, request) {
      assertRequest(request, description);
      looks += 1;
      return expose(request, at, 'look', looks);
    },
  };
  return { microscope, truth };
}

function describePreset(preset: Preset): MicroscopeDescription {
  const { focus, stigmator, scan } = preset;
  const [workingDistanceMin, workingDistanceMax] = focus.workingDistanceRangeUm;
  const [stigmatorMin, stigmatorMax] = stigmator.range;
  const [dwellMin, dwellMax] = scan.dwellTimeRangeNs;
  const stigmatorDescription: ParameterDescription = {
    unit: stigmator.unit,
    min: stigmatorMin,
    max: stigmatorMax,
    settleTimeS: focus.settleTimeS,
    settable: true,
    readBackTolerance: 1e-6,
  };
  const stageDescription: ParameterDescription = {
    unit: 'um',
    min: -60_000,
    max: 60_000,
    settleTimeS: 1,
    settable: true,
  };
  const size = { unit: 'px', min: 16, max: 32768, step: 1, settleTimeS: 0, settable: true };
  return {
    name: `sim:${preset.name}`,
    isSimulated: true,
    beamCurrentNanoAmp: preset.beam.currentNanoAmp,
    bitDepth: 8,
    canBlankBeam: true,
    parameters: {
      workingDistanceUm: {
        unit: 'um',
        min: workingDistanceMin,
        max: workingDistanceMax,
        settleTimeS: focus.settleTimeS,
        settable: true,
        readBackTolerance: 1e-3,
      },
      stigmatorX: stigmatorDescription,
      stigmatorY: stigmatorDescription,
      stageXUm: stageDescription,
      stageYUm: stageDescription,
      width: size,
      height: size,
      pixelSizeNm: { unit: 'nm', min: 0.5, max: 100, settleTimeS: 0, settable: true },
      dwellTimeNs: { unit: 'ns', min: dwellMin, max: dwellMax, settleTimeS: 0, settable: true },
    },
  };
}

function assertInRange(
  parameter: ParameterName,
  requested: number,
  { min = -Infinity, max = Infinity, unit }: ParameterDescription,
): void {
  if (!(requested >= min && requested <= max)) {
    throw new OutOfRange({ parameter, requested, allowed: `in [${min}, ${max}] ${unit}` });
  }
}

/** Refuses what cannot be exposed, before anything is allocated. */
function assertRequest(request: FrameRequest, { parameters }: MicroscopeDescription): void {
  for (const name of ['width', 'height', 'pixelSizeNm', 'dwellTimeNs'] as const) {
    assertInRange(name, request[name], parameters[name]);
  }
  for (const name of ['width', 'height'] as const) {
    if (!Number.isInteger(request[name])) {
      throw new OutOfRange({
        parameter: name,
        requested: request[name],
        allowed: 'a whole number',
      });
    }
  }
  const { width, height, region } = request;
  if (width * height > largestFramePixels) {
    throw new OutOfRange({
      parameter: 'width * height',
      requested: width * height,
      allowed: `at most ${largestFramePixels} px`,
    });
  }
  if (region === undefined) return;
  const { x, y } = region;
  const isInside =
    [x, y, region.width, region.height].every(Number.isInteger) &&
    Math.min(x, y) >= 0 &&
    Math.min(region.width, region.height) >= 1 &&
    x + region.width <= width &&
    y + region.height <= height;
  if (!isInside) {
    throw new OutOfRange({
      parameter: 'region',
      requested: Math.max(x + region.width, y + region.height),
      allowed: `whole pixels inside the ${width} x ${height} px raster`,
    });
  }
}
