import { parseJson } from '../../config/index.ts';
import { decodeImage, encodeTiff, tiffDescription } from '../../image/index.ts';
import {
  DeviceError,
  type FocusState,
  type Frame,
  type FrameRequest,
  reasonOf,
} from '../../microscope/index.ts';
import { rounded, shifted } from './units.ts';
import { frameDescriptionSchema, type ImageSettings, type WireAnswer } from './wireRoutes.ts';

/** A focus as it goes over the wire. */
export function wireFocus({
  workingDistanceUm,
  stigmatorX,
  stigmatorY,
}: FocusState): WireAnswer<'/focus/get'>['value'] {
  return {
    working_distance: shifted(workingDistanceUm, -6),
    stigmation: { x: stigmatorX, y: stigmatorY },
  };
}

/** The focus that came over the wire. */
export function focusOfWire({
  working_distance,
  stigmation: { x, y },
}: WireAnswer<'/focus/get'>['value']): FocusState {
  return { workingDistanceUm: shifted(working_distance, 6), stigmatorX: x, stigmatorY: y };
}

/** The settings that ask for a frame. */
export function settingsOf({
  width,
  height,
  pixelSizeNm,
  dwellTimeNs,
  region,
}: FrameRequest): ImageSettings {
  return {
    beam_type: 'ELECTRON',
    resolution: [width, height],
    dwell_time: shifted(dwellTimeNs, -9),
    hfw: shifted(rounded(pixelSizeNm * width), -9),
    ...(region && {
      // A server may cut the pixels off that a fraction comes to, which may be a hair too few.
      reduced_area: {
        left: (region.x + hair) / width,
        top: (region.y + hair) / height,
        width: Math.min(1, (region.width + hair) / width),
        height: Math.min(1, (region.height + hair) / height),
      },
    }),
  };
}

/** Of a pixel: more than rounding errors, less than anything that is asked for. */
const hair = 1e-6;

/** A frame as a TIFF file that says how it was exposed. */
export function tiffOfFrame(frame: Frame): Uint8Array {
  const { request, actual } = frame;
  const pixelSize = shifted(actual.pixelSizeNm, -9);
  const description = {
    image: {
      ...settingsOf(request),
      line_integration: null,
      frame_integration: null,
    },
    pixel_size: { x: pixelSize, y: pixelSize },
    semfocus: {
      version: 1,
      ...wireFocus(actual.focus),
      stage_position: {
        x: shifted(actual.stage.xUm, -6),
        y: shifted(actual.stage.yUm, -6),
      },
      pixel_size: pixelSize,
      dwell_time: shifted(actual.dwellTimeNs, -9),
      passes: actual.passes,
      electrons_per_nm2: frame.doseElectronsPerNm2,
      frame_time: frame.frameTimeS,
      acquired_at: frame.acquiredAt.toISOString(),
    },
  };
  return encodeTiff(frame.pixels, JSON.stringify(description));
}

/** A TIFF file that came over the wire, and what it says of itself. */
export interface WireFrame {
  readonly pixels: Frame['pixels'];
  readonly description: ReturnType<typeof frameDescriptionSchema.parse>;
}

/** @throws DeviceError with the code `frame` if it is no such frame. */
export function readWireFrame(bytes: Uint8Array): WireFrame {
  const text = tiffDescription(bytes);
  let stated: unknown;
  try {
    stated = text === undefined ? undefined : parseJson(text);
  } catch {
    stated = undefined;
  }
  const description = frameDescriptionSchema.safeParse(stated);
  if (!description.success) {
    throw new DeviceError('the frame does not say how it was exposed', {
      code: 'frame',
      hint: 'its ImageDescription must be JSON with the block image, as docs/wire.md shows',
    });
  }
  try {
    return { pixels: decodeImage(bytes, 'the frame'), description: description.data };
  } catch (cause) {
    throw new DeviceError(reasonOf(cause), { code: 'frame', cause });
  }
}
