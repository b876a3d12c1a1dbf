import {
  DeviceError,
  type Frame,
  type FrameRequest,
  forwardCalls,
  frameFault,
  type GreyPixels,
  type Microscope,
  type MicroscopeDescription,
} from '../microscope/index.ts';
import { cropGreyImage, type GreyImage } from '../numeric/index.ts';

/** From this part of its rows on, what a frame repeats of the one before is no accident. */
const leastRepeatedShare = 0.01;
/** Noise that changes less than this part of a row from pixel to pixel may repeat a row by accident. */
const leastNoisyShare = 0.2;

/**
 * The same microscope, whose frames are looked at before they are believed. A frame is refused that
 * has another size or bit depth than was asked for, that shows nothing (black, saturated, one grey),
 * that was cut off (constant rows), or that repeats the one before as a whole (a stale frame) or in
 * some rows (a mixed frame, a data bar): shot noise never repeats itself.
 *
 * @returns a microscope whose `acquireFrame` also throws DeviceError with the code `frame-format`,
 *   `frame-empty` or `frame-repeated`.
 */
export function checkFrames(inner: Microscope): Microscope {
  let previous: GreyImage | undefined;
  let described: MicroscopeDescription | undefined;
  return {
    ...forwardCalls(inner),
    async acquireFrame(request, options) {
      const frame = await inner.acquireFrame(request, options);
      described ??= await inner.describe();
      assertShape(frame, request, described);
      const fault = frameFault(frame.pixels);
      if (fault !== undefined) {
        const message = `the frame cannot be used: ${fault}`;
        throw faulty('empty', message, 'check beam, detector and data bar');
      }
      const latest = cropGreyImage(frame.pixels);
      assertFresh(latest, previous);
      previous = latest;
      return frame;
    },
  };
}

function assertShape(
  { pixels }: Frame,
  { width, height, region }: FrameRequest,
  { bitDepth }: MicroscopeDescription,
): void {
  const asked = region ?? { width, height };
  const [rows = 0, columns = 0] = pixels.shape;
  if (rows !== asked.height || columns !== asked.width) {
    throw faulty(
      'format',
      `the frame is ${columns} x ${rows} px, and ${asked.width} x ${asked.height} px were asked for`,
      'check the frame size and the reduced raster of the instrument',
    );
  }
  const depth = bitsOf(pixels);
  if (depth === bitDepth) return;
  throw faulty(
    'format',
    `the frame has ${depth} bit, and the instrument describes ${bitDepth} bit`,
    'set the bit depth of the instrument and start again',
  );
}

function bitsOf({ data }: GreyPixels): number {
  return 8 * data.BYTES_PER_ELEMENT;
}

function assertFresh(latest: GreyImage, previous: GreyImage | undefined): void {
  const { width, height } = latest;
  if (previous?.width !== width || previous.height !== height) return;
  const repeated = Array.from({ length: height }, (_, row) => row).filter((row) =>
    isRepeated(latest, previous, row),
  );
  if (repeated.length === height) {
    throw faulty(
      'repeated',
      'the frame is the one before once more: it was not exposed anew',
      'the instrument or its software may be frozen',
    );
  }
  const noisy = repeated.filter((row) => isNoisy(latest, row));
  if (noisy.length < Math.max(1, leastRepeatedShare * height)) return;
  throw faulty(
    'repeated',
    `${noisy.length} of ${height} rows of the frame, the first of them row ${noisy[0]}, are those of the frame before`,
    'a part was not exposed anew, or a data bar is burnt in: switch it off',
  );
}

function isRepeated(latest: GreyImage, previous: GreyImage, row: number): boolean {
  const end = (row + 1) * latest.width;
  for (let i = row * latest.width; i < end; i++) {
    if (latest.data[i] !== previous.data[i]) return false;
  }
  return true;
}

function isNoisy({ data, width }: GreyImage, row: number): boolean {
  let changes = 0;
  for (let i = row * width + 1; i < (row + 1) * width; i++) {
    if (data[i] !== data[i - 1]) changes++;
  }
  return changes >= leastNoisyShare * width;
}

function faulty(what: 'format' | 'empty' | 'repeated', message: string, hint: string): DeviceError {
  return new DeviceError(message, { code: `frame-${what}`, hint });
}
