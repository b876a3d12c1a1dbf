import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import {
  assertFiniteFocus,
  assertInRange,
  type CallOptions,
  DeviceError,
  type FocusState,
  type FrameRequest,
  type Microscope,
  type MicroscopeDescription,
  OutOfRange,
  type ParameterDescription,
  type StagePosition,
  Unsupported,
} from '../../microscope/index.ts';
import { connectTemscript } from './connectTemscript.ts';
import { packedImageSchema, unpackImage } from './unpackImage.ts';

/** The interface states none; SEM drivers wait as long. */
const settleTimeS = 0.2;
/** Of the same number worked out twice. */
const roundingError = 1e-9;

const pairSchema = z.tuple([z.number(), z.number()]);
const positionSchema = z.object({ x: z.number(), y: z.number() });
const limitsSchema = z.object({ x: pairSchema, y: pairSchema });
const camerasSchema = z.record(
  z.string(),
  z.object({
    width: z.int().positive(),
    height: z.int().positive(),
    'pixel_size(um)': z.number().positive(),
  }),
);
const sizeDivisors = { FULL: 1, HALF: 2, QUARTER: 4 } as const;
const cameraSettingsSchema = z.object({
  image_size: z.enum(['FULL', 'HALF', 'QUARTER']),
  binning: z.int().positive(),
  'exposure(s)': z.number().positive(),
});

/** What the frames are like as camera and magnification are set at the instrument. */
type FrameSettings = Pick<FrameRequest, 'width' | 'height' | 'pixelSizeNm' | 'dwellTimeNs'>;

/** A transmission microscope behind a temscript server. */
export interface TemscriptMicroscope extends Microscope {
  /** As the instrument was set when it was opened. */
  readonly pixelSizeNm: number;
  readonly dwellTimeNs: number;
  /** What the other side lacks, a sentence each. */
  readonly lacks: readonly string[];
}

/**
 * Opens a transmission microscope behind a temscript server (temscript 2.1) with the words of this
 * contract: the defocus of the objective lens is the working distance, its stigmator the stigmators,
 * a camera image the frame.
 *
 * What such an instrument lacks is described as not settable, and refused by name: size, pixel size
 * and exposure are what is set at the instrument. All pixels are exposed at once: the dwell time is
 * the exposure time divided by their number, so that it is the beam time of a scan as long. The
 * current on the frame is not known: dose and beam current are not a number, and a dose budget
 * refuses every frame. There is no reduced raster.
 *
 * The server knows no limits but those of the stage and brings larger moves silently to them; it
 * takes NaN, and answers an unknown camera with nothing. Ranges are therefore checked here, and
 * every value is read back. The first of several cameras is used.
 *
 * @param address - Host and port, e.g. `127.0.0.1:8080`.
 * @throws ConfigError if the address is none; Disconnected if nobody answers there; Unsupported if
 *   the instrument has no camera or no image.
 */
export async function openTemscriptMicroscope(address: string): Promise<TemscriptMicroscope> {
  const server = connectTemscript(address);
  const family = await server.get('family', z.string());
  const [camera] = Object.entries(await server.get('cameras', camerasSchema));
  if (camera === undefined) {
    throw new Unsupported(`the temscript server at ${address} has no camera`);
  }
  const [cameraName, chip] = camera;
  const cameraPath = encodeURIComponent(cameraName);
  const stageLimits = await server.get('stage_limits', limitsSchema);

  async function readFrameSettings(call?: CallOptions): Promise<FrameSettings> {
    const settings = await server.get(`camera_param/${cameraPath}`, cameraSettingsSchema, call);
    const magnification = await server.get('indicated_magnification', z.number(), call);
    if (!(magnification > 0)) {
      throw new Unsupported('the microscope has no magnification: it shows a diffraction pattern', {
        hint: 'set the projection to imaging',
      });
    }
    const divisor = settings.binning * sizeDivisors[settings.image_size];
    const width = Math.floor(chip.width / divisor);
    const height = Math.floor(chip.height / divisor);
    return {
      width,
      height,
      pixelSizeNm: (1e3 * chip['pixel_size(um)'] * settings.binning) / magnification,
      dwellTimeNs: (1e9 * settings['exposure(s)']) / (width * height),
    };
  }
  const stage = { stageXUm: stageAxis(stageLimits.x), stageYUm: stageAxis(stageLimits.y) };
  const { pixelSizeNm, dwellTimeNs } = await readFrameSettings();

  async function describe(): Promise<MicroscopeDescription> {
    const { width, height, pixelSizeNm, dwellTimeNs } = await readFrameSettings();
    return {
      name: `temscript:${address} (${family}, camera ${cameraName})`,
      isSimulated: family === 'NULL',
      beamCurrentNanoAmp: Number.NaN,
      passes: 1,
      bitDepth: 16,
      canBlankBeam: true,
      parameters: {
        workingDistanceUm: { unit: 'um', settleTimeS, settable: true, readBackTolerance: 1e-3 },
        stigmatorX: { unit: 'unit', settleTimeS, settable: true, readBackTolerance: 1e-6 },
        stigmatorY: { unit: 'unit', settleTimeS, settable: true, readBackTolerance: 1e-6 },
        ...stage,
        width: fixed('px', width),
        height: fixed('px', height),
        pixelSizeNm: fixed('nm', pixelSizeNm),
        dwellTimeNs: fixed('ns', dwellTimeNs),
      },
    };
  }
  async function readFocus(call?: CallOptions): Promise<FocusState> {
    const workingDistanceUm = 1e6 * (await server.get('defocus', z.number(), call));
    const [stigmatorX, stigmatorY] = await server.get('objective_stigmator', pairSchema, call);
    return { workingDistanceUm, stigmatorX, stigmatorY };
  }
  async function readStage(call?: CallOptions): Promise<StagePosition> {
    const { x, y } = await server.get('stage_position', positionSchema, call);
    return { xUm: 1e6 * x, yUm: 1e6 * y };
  }
  async function expose(isBlanked: boolean, call: CallOptions | undefined) {
    if (isBlanked) await server.put('beam_blanked', false, call);
    const path = `acquire?detectors=${cameraPath}`;
    const answer = await server.get(path, z.record(z.string(), packedImageSchema), call);
    const image = Object.hasOwn(answer, cameraName) ? answer[cameraName] : undefined;
    if (image !== undefined) return unpackImage(image);
    throw new DeviceError(`the camera ${cameraName} has sent no image`, {
      code: 'answer',
      hint: 'the server no longer knows this camera: open the microscope anew',
    });
  }

  return {
    pixelSizeNm,
    dwellTimeNs,
    lacks: [
      'temscript cannot set size, pixel size and exposure time of a frame: they are as set at the instrument',
      'temscript does not tell the current on the frame: a dose limit refuses every frame',
      'temscript cannot expose a part of a frame',
      'temscript cannot stop an exposure: what comes next waits for its end',
      'temscript does not put the start back if this program is killed or the line is cut',
      'temscript states no ranges of defocus and stigmators',
      `temscript states no settle times: ${settleTimeS} s are assumed`,
    ],
    describe,
    readFocus,
    readStage,
    async writeFocus(target, call) {
      assertFiniteFocus(target, 'temscript');
      const { workingDistanceUm, stigmatorX, stigmatorY } = target;
      if (workingDistanceUm !== undefined) {
        await server.put('defocus', 1e-6 * workingDistanceUm, call);
      }
      if (stigmatorX !== undefined || stigmatorY !== undefined) {
        const [x, y] = await server.get('objective_stigmator', pairSchema, call);
        await server.put('objective_stigmator', [stigmatorX ?? x, stigmatorY ?? y], call);
      }
      await settle(call);
      return readFocus(call);
    },
    async acquireFrame(request, call) {
      const settings = await readFrameSettings(call);
      assertIsSet(request, settings);
      const isBlanked = await server.get('beam_blanked', z.boolean(), call);
      const start = performance.now();
      const pixels = await expose(isBlanked, call).finally(async () => {
        // Without the signal: the beam must not stay on the specimen because the frame was aborted.
        if (isBlanked) await server.put('beam_blanked', true);
      });
      const frameTimeS = (performance.now() - start) / 1e3;
      const focus = await readFocus(call);
      return {
        pixels,
        request,
        actual: {
          pixelSizeNm: settings.pixelSizeNm,
          dwellTimeNs: settings.dwellTimeNs,
          passes: 1,
          focus,
          stage: await readStage(call),
        },
        doseElectronsPerNm2: Number.NaN,
        acquiredAt: new Date(),
        frameTimeS,
      };
    },
    async moveStage({ xUm, yUm }, call) {
      assertInRange('stageXUm', xUm, stage.stageXUm);
      assertInRange('stageYUm', yUm, stage.stageYUm);
      await server.put('stage_position', { x: 1e-6 * xUm, y: 1e-6 * yUm }, call);
      await settle(call);
      return readStage(call);
    },
    async blankBeam(blanked, call) {
      await server.put('beam_blanked', blanked, call);
      if ((await server.get('beam_blanked', z.boolean(), call)) === blanked) return;
      throw new DeviceError(`the beam is ${blanked ? 'not blanked' : 'still blanked'}`, {
        code: 'read-back',
        hint: 'blank it at the instrument',
      });
    },
    async close() {
      server.close();
    },
  };
}

async function settle(call: CallOptions | undefined): Promise<void> {
  const { signal } = call ?? {};
  await wait(1e3 * settleTimeS, undefined, signal === undefined ? {} : { signal }).catch(
    (error) => {
      signal?.throwIfAborted();
      throw error;
    },
  );
}

function stageAxis([min, max]: readonly [number, number]): ParameterDescription {
  return {
    unit: 'um',
    min: 1e6 * min,
    max: 1e6 * max,
    settleTimeS,
    settable: true,
    readBackTolerance: 1e-3,
  };
}

function fixed(unit: string, value: number): ParameterDescription {
  return { unit, choices: [value], settleTimeS: 0, settable: false };
}

/** Frames are exposed as the instrument is set, or not at all. */
function assertIsSet(request: FrameRequest, settings: FrameSettings): void {
  if (request.region !== undefined) {
    throw new Unsupported('temscript exposes whole frames: a reduced raster cannot be had', {
      hint: 'leave the region out',
    });
  }
  for (const parameter of ['width', 'height', 'pixelSizeNm', 'dwellTimeNs'] as const) {
    const requested = request[parameter];
    const present = settings[parameter];
    if (Math.abs(requested - present) <= roundingError * present) continue;
    throw new OutOfRange({
      parameter,
      requested,
      allowed: `${present}, as the instrument is set`,
      by: 'temscript',
      hint: 'ask for what is set, or set camera and magnification at the instrument',
    });
  }
}
