import {
  type FocusState,
  focusParameters,
  type Microscope,
  OutOfRange,
  subtractFocus,
} from '../microscope/index.ts';
import type { Scenario } from './TrajectoryRecord.ts';

// Stands in for the wrappers of harness/microscope until they are there.

/** What has been spent since recording began. */
export interface ExposureLog {
  frames: number;
  pixels: number;
  doseElectronsPerNm2: number;
  beamOnS: number;
  settleS: number;
  /** Frames with their overheads. */
  frameS: number;
}

/** A microscope that counts what passes through it. */
export function recordMicroscope(inner: Microscope): { microscope: Microscope; log: ExposureLog } {
  const log: ExposureLog = {
    frames: 0,
    pixels: 0,
    doseElectronsPerNm2: 0,
    beamOnS: 0,
    settleS: 0,
    frameS: 0,
  };
  const microscope: Microscope = {
    ...forwarded(inner),
    async writeFocus(target, options) {
      const { parameters } = await inner.describe();
      const set = focusParameters.filter((parameter) => target[parameter] !== undefined);
      const focus = await inner.writeFocus(target, options);
      log.settleS += Math.max(0, ...set.map((parameter) => parameters[parameter].settleTimeS));
      return focus;
    },
    async acquireFrame(request, options) {
      const frame = await inner.acquireFrame(request, options);
      const [height = 0, width = 0] = frame.pixels.shape;
      log.frames += 1;
      log.pixels += height * width;
      log.doseElectronsPerNm2 += frame.doseElectronsPerNm2;
      log.beamOnS += height * width * frame.actual.dwellTimeNs * 1e-9;
      log.frameS += frame.frameTimeS;
      return frame;
    },
  };
  return { microscope, log };
}

/** A microscope that refuses to be set farther from its present state than the limits. */
export async function guardMicroscope(
  inner: Microscope,
  { limits }: { limits: Scenario['limits'] },
): Promise<{ microscope: Microscope }> {
  const start = await inner.readFocus();
  const microscope: Microscope = {
    ...forwarded(inner),
    async writeFocus(target, options) {
      const moved = subtractFocus({ ...start, ...target }, start);
      for (const parameter of focusParameters) refuseBeyond(limits, parameter, moved, start);
      return inner.writeFocus(target, options);
    },
  };
  return { microscope };
}

function refuseBeyond(
  limits: Scenario['limits'],
  parameter: keyof FocusState,
  moved: FocusState,
  start: FocusState,
): void {
  const limit = parameter === 'workingDistanceUm' ? limits.workingDistanceUm : limits.stigmator;
  if (Math.abs(moved[parameter]) <= limit) return;
  throw new OutOfRange({
    parameter,
    requested: start[parameter] + moved[parameter],
    allowed: `within ${limit} of the starting point ${start[parameter]}`,
    by: 'guard',
  });
}

function forwarded(inner: Microscope): Microscope {
  return {
    describe: () => inner.describe(),
    readFocus: (options) => inner.readFocus(options),
    writeFocus: (target, options) => inner.writeFocus(target, options),
    acquireFrame: (request, options) => inner.acquireFrame(request, options),
    readStage: (options) => inner.readStage(options),
    moveStage: (position, options) => inner.moveStage(position, options),
    blankBeam: (blanked, options) => inner.blankBeam(blanked, options),
    close: () => inner.close(),
  };
}
