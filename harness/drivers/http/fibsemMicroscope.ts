import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { describeMismatch } from '../../config/index.ts';
import {
  assertFiniteFocus,
  assertInRange,
  assertRequestInRange,
  DeviceError,
  type FocusState,
  type Frame,
  type FrameRequest,
  focusParameters,
  frameDoseElectronsPerNm2,
  type MicroscopeDescription,
  type StagePosition,
  Unsupported,
} from '../../microscope/index.ts';
import { readWireFrame, settingsOf } from './frameTiff.ts';
import type { HttpConnection } from './HttpConnection.ts';
import type { HttpMicroscope } from './HttpMicroscope.ts';
import { rounded, shifted } from './units.ts';

/** fibsem-os does not say how long its columns take, s. */
const settleTimeS = 0.2;

const beam = { beam_type: 'ELECTRON' };
const numberAnswer = z.object({ value: z.number() });
const pointAnswer = z.object({ value: z.object({ x: z.number(), y: z.number() }) });
const sizeAnswer = z.object({ value: z.tuple([z.number(), z.number()]) });
const positionAnswer = z.object({
  position: z.looseObject({ x: z.number().nullable(), y: z.number().nullable() }),
});

/**
 * The electron beam of a fibsem-os server (0.5.3). What that lacks is brought along: ranges (it takes
 * a working distance of 50 m), waiting for the column, reading back after every set and frame. Size
 * and dwell time of a frame are those of the block `image`; `microscope_state` has older ones.
 *
 * It has no way to stop a command, so that an aborted call ends when the instrument has done it: the
 * next one would otherwise run beside it.
 */
export async function openFibsemMicroscope(
  connection: HttpConnection,
  manufacturer: string,
): Promise<HttpMicroscope> {
  async function ask<T>(path: string, schema: z.ZodType<T>, value?: unknown): Promise<T> {
    const body = { ...beam, ...(value !== undefined && { value }) };
    return checked(path, schema, await connection.json(path, { body, isRepeatable: true }));
  }
  const beamCurrentNanoAmp = shifted((await ask('/beam_current/get', numberAnswer)).value, 9);
  const { value: width } = await ask('/field_of_view/get', numberAnswer);
  const { value: dwellTime } = await ask('/dwell_time/get', numberAnswer);
  const {
    value: [columns],
  } = await ask('/resolution/get', sizeAnswer);
  const description = describeFibsem(manufacturer, beamCurrentNanoAmp);

  async function readFocus(): Promise<FocusState> {
    const { value: workingDistance } = await ask('/working_distance/get', numberAnswer);
    const { value: stigmation } = await ask('/stigmation/get', pointAnswer);
    return {
      workingDistanceUm: shifted(workingDistance, 6),
      stigmatorX: stigmation.x,
      stigmatorY: stigmation.y,
    };
  }
  async function writeFocus(target: Partial<FocusState>): Promise<FocusState> {
    assertFiniteFocus(target, 'fibsem-os');
    for (const parameter of focusParameters) {
      const requested = target[parameter];
      if (requested === undefined) continue;
      assertInRange(parameter, requested, description.parameters[parameter]);
    }
    const { workingDistanceUm, stigmatorX, stigmatorY } = target;
    if (workingDistanceUm !== undefined) {
      await ask('/working_distance/set', numberAnswer, shifted(workingDistanceUm, -6));
    }
    if (stigmatorX !== undefined || stigmatorY !== undefined) {
      const { value } = await ask('/stigmation/get', pointAnswer);
      const point = { x: stigmatorX ?? value.x, y: stigmatorY ?? value.y };
      await ask('/stigmation/set', pointAnswer, point);
    }
    await wait(1e3 * settleTimeS);
    return readFocus();
  }
  async function position() {
    const answer = await connection.json('/stage_position', { isRepeatable: true });
    return checked('/stage_position', positionAnswer, answer).position;
  }
  async function acquireFrame(request: FrameRequest): Promise<Frame> {
    assertRequestInRange(request, description);
    const body = {
      ...beam,
      image_settings: { ...settingsOf(request), autocontrast: false, save: false },
    };
    const bytes = await connection.bytes('/acquire_image', { body });
    const { pixels, description: stated } = readWireFrame(bytes);
    const { image, microscope_state: state } = stated;
    if (state === undefined) {
      throw new DeviceError('the frame of fibsem-os does not say when it was exposed', {
        code: 'frame',
        hint: 'its ImageDescription must have the block microscope_state; version 0.5.3 writes it',
      });
    }
    const { resolution, hfw, dwell_time, line_integration, frame_integration } = image;
    const actual = {
      pixelSizeNm: shifted(rounded(hfw / resolution[0]), 9),
      dwellTimeNs: shifted(dwell_time, 9),
      passes: (line_integration ?? 1) * (frame_integration ?? 1),
      focus: await readFocus(),
      stage: placeOf(state.stage_position),
    };
    const [height = 0, columns = 0] = pixels.shape;
    return {
      pixels,
      request,
      actual,
      doseElectronsPerNm2: frameDoseElectronsPerNm2(
        { beamCurrentNanoAmp, passes: actual.passes },
        actual,
      ),
      acquiredAt: new Date(1e3 * state.timestamp),
      frameTimeS: height * columns * dwell_time * actual.passes,
    };
  }
  async function moveStage({ xUm, yUm }: StagePosition): Promise<StagePosition> {
    assertInRange('stageXUm', xUm, description.parameters.stageXUm);
    assertInRange('stageYUm', yUm, description.parameters.stageYUm);
    const target = { ...(await position()), x: shifted(xUm, -6), y: shifted(yUm, -6) };
    await connection.json('/move_stage_absolute', {
      body: { position: target },
      isRepeatable: true,
    });
    return stageOf(await position());
  }

  return {
    pixelSizeNm: shifted(rounded(width / columns), 9),
    dwellTimeNs: shifted(dwellTime, 9),
    lacks: [
      'fibsem-os cannot blank the beam: it stays on the specimen after the last frame',
      'fibsem-os cannot stop a frame: an interruption waits for its end',
      'fibsem-os does not put the start back if this program is killed or the line is cut',
      `fibsem-os states no ranges: ${rangesText(description)} are assumed`,
      `fibsem-os states no settle times: ${settleTimeS} s are assumed`,
    ],
    describe: async () => structuredClone(description),
    readFocus: (options) => whole(readFocus, options?.signal),
    writeFocus: (target, options) => whole(() => writeFocus(target), options?.signal),
    acquireFrame: (request, options) => whole(() => acquireFrame(request), options?.signal),
    readStage: (options) => whole(async () => stageOf(await position()), options?.signal),
    moveStage: (target, options) => whole(() => moveStage(target), options?.signal),
    async blankBeam() {
      throw new Unsupported('fibsem-os cannot blank the beam: it has no route for it', {
        hint: 'blank it at the instrument',
      });
    },
    async close() {
      connection.close();
    },
  };
}

/** Lets a call come to its end, and gives up only then. */
async function whole<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await run();
  } finally {
    signal?.throwIfAborted();
  }
}

function checked<T>(path: string, schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new DeviceError(`${path} of fibsem-os answered in a form that is not known`, {
    code: 'answer',
    hint: `${describeMismatch(schema, answer, parsed.error)}; version 0.5.3 is known`,
  });
}

interface WirePlace {
  readonly x: number | null;
  readonly y: number | null;
}

/** @throws Unsupported from a stage that does not know where it is. */
function stageOf(place: WirePlace): StagePosition {
  if (place.x !== null && place.y !== null) return placeOf(place);
  throw new Unsupported('the stage of fibsem-os does not know its position');
}

/** Without a stage there is one place only. */
function placeOf({ x, y }: WirePlace): StagePosition {
  return { xUm: shifted(x ?? 0, 6), yUm: shifted(y ?? 0, 6) };
}

/**
 * What columns can do that fibsem-os drives (Thermo Fisher: stigmators from -1 to 1, 25 ns or more), and
 * no more than a specimen chamber has room for.
 */
function describeFibsem(manufacturer: string, beamCurrentNanoAmp: number): MicroscopeDescription {
  const settable = true;
  const stigmator = {
    unit: 'unit',
    min: -1,
    max: 1,
    settleTimeS,
    settable,
    readBackTolerance: 1e-6,
  };
  const stage = { unit: 'um', min: -100_000, max: 100_000, settleTimeS: 1, settable };
  const size = { unit: 'px', min: 64, max: 12_288, step: 1, settleTimeS: 0, settable };
  return {
    name: `fibsem-os ${manufacturer}`,
    // The class of its simulator; all others drive an instrument.
    isSimulated: manufacturer === 'DemoMicroscope',
    beamCurrentNanoAmp,
    passes: 1,
    bitDepth: 8,
    canBlankBeam: false,
    parameters: {
      workingDistanceUm: {
        ...{ unit: 'um', min: 500, max: 60_000, settleTimeS, settable },
        readBackTolerance: 0.01,
      },
      stigmatorX: stigmator,
      stigmatorY: stigmator,
      stageXUm: stage,
      stageYUm: stage,
      width: size,
      height: size,
      pixelSizeNm: { unit: 'nm', min: 0.1, max: 10_000, settleTimeS: 0, settable },
      dwellTimeNs: { unit: 'ns', min: 25, max: 1e6, settleTimeS: 0, settable },
    },
  };
}

function rangesText({ parameters }: MicroscopeDescription): string {
  const { workingDistanceUm, stigmatorX, dwellTimeNs } = parameters;
  return [
    `working distance ${workingDistanceUm.min} to ${workingDistanceUm.max} um`,
    `stigmators ${stigmatorX.min} to ${stigmatorX.max}`,
    `dwell time ${dwellTimeNs.min} to ${dwellTimeNs.max} ns`,
  ].join(', ');
}
