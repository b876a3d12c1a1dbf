import { describe, expect, it } from 'vitest';
import type { FrameRequest, GreyPixels } from '../microscope/index.ts';
import { ScriptedMicroscope } from '../microscope/testing/ScriptedMicroscope.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { checkFrames } from './checkFrames.ts';

const request: FrameRequest = { width: 80, height: 60, pixelSizeNm: 10, dwellTimeNs: 200 };

/** Frames of a scripted microscope, each changed by the function of its number. */
function framesOf(...changes: ((pixels: GreyPixels, before: GreyPixels) => GreyPixels)[]) {
  const inner = new ScriptedMicroscope();
  const expose = inner.acquireFrame.bind(inner);
  let before: GreyPixels | undefined;
  inner.acquireFrame = async (asked, options) => {
    const frame = await expose(asked, options);
    const pixels = changes.shift()?.(frame.pixels, before ?? frame.pixels) ?? frame.pixels;
    before = pixels;
    return { ...frame, pixels };
  };
  return checkFrames(inner);
}
const filled = (grey: number) => () => greyPixels(new Uint8Array(80 * 60).fill(grey), 80, 60);
/** The rows from `first` on of the frame before. */
const mixedFrom = (first: number) => (pixels: GreyPixels, before: GreyPixels) => {
  for (let y = first; y < 60; y++) {
    for (let x = 0; x < 80; x++) pixels.set(y, x, before.get(y, x));
  }
  return pixels;
};
const asIs = (pixels: GreyPixels) => pixels;

describe('checkFrames', () => {
  it('hands on frames that are what they should be, of changing size', async () => {
    const microscope = framesOf();
    for (let i = 0; i < 3; i++) await microscope.acquireFrame(request);
    const region = { x: 8, y: 8, width: 64, height: 32 };
    for (let i = 0; i < 2; i++) {
      const { pixels } = await microscope.acquireFrame({ ...request, region });
      expect(pixels.shape).toEqual([32, 64]);
    }
  });

  it.each([
    ['black', [filled(0)], 'the frame cannot be used: it is black: 100 % of its'],
    ['saturated', [filled(255)], 'the frame cannot be used: it is saturated'],
    [
      'exposed once',
      [asIs, (_pixels: GreyPixels, before: GreyPixels) => before],
      'the frame is the one before once more: it was not exposed anew',
    ],
    [
      'mixed',
      [asIs, mixedFrom(30)],
      '30 of 60 rows of the frame, the first of them row 30, are those of the frame before',
    ],
    [
      'a little mixed',
      [asIs, asIs, mixedFrom(58)],
      '2 of 60 rows of the frame, the first of them row 58, are those of the frame before',
    ],
    [
      'smaller than asked for',
      [(pixels: GreyPixels) => pixels.hi(30, 80) as GreyPixels],
      'the frame is 80 x 30 px, and 80 x 60 px were asked for',
    ],
    [
      'of another bit depth',
      [
        () =>
          greyPixels(
            Uint16Array.from({ length: 80 * 60 }, (_, i) => (i * 7919) % 65536),
            80,
            60,
          ),
      ],
      'the frame has 16 bit, and the instrument describes 8 bit',
    ],
  ])('refuses a frame that is %s', async (_name, changes, message) => {
    const microscope = framesOf(...changes);
    for (let i = 1; i < changes.length; i++) await microscope.acquireFrame(request);
    await expect(microscope.acquireFrame(request)).rejects.toMatchObject({
      tag: 'DeviceError',
      code: expect.stringMatching(/^frame-(format|empty|repeated)$/),
      message: expect.stringContaining(message),
    });
  });

  it('does not take rows with hardly any noise for repeated ones', async () => {
    // Few pixels are brighter, always the same; what differs from frame to frame is one row.
    const quiet = (row: number) => () => {
      const random = new RandomStream(1, 'noise');
      const grey = Uint8Array.from({ length: 80 * 60 }, () =>
        random.uniform() < 0.05 ? 101 : 100,
      );
      grey.set([90, 91, 92], 80 * row);
      return greyPixels(grey, 80, 60);
    };
    const microscope = framesOf(quiet(7), quiet(40), quiet(40));
    await microscope.acquireFrame(request);
    await microscope.acquireFrame(request);
    await expect(microscope.acquireFrame(request)).rejects.toThrow('once more');
  });
});
