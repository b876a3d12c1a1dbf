import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import type { Frame, GreyPixels } from '../../../harness/microscope/index.ts';
import { shownFrame } from './shownFrame.ts';

const focus = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -1 };

function frameOf(pixels: GreyPixels): Frame {
  const [height = 0, width = 0] = pixels.shape;
  return {
    pixels,
    request: { width, height, pixelSizeNm: 10, dwellTimeNs: 200 },
    actual: { pixelSizeNm: 10, dwellTimeNs: 200, passes: 1, focus, stage: { xUm: 0, yUm: 0 } },
    doseElectronsPerNm2: 1,
    acquiredAt: new Date(0),
    frameTimeS: 1,
  };
}

describe('shownFrame', () => {
  it('averages square blocks, and leaves out what fills none', () => {
    const pixels = ndarray(Uint8Array.from([0, 2, 8, 8, 9, 4, 6, 8, 8, 9, 9, 9, 9, 9, 9]), [3, 5]);
    expect(shownFrame(frameOf(pixels), 7, 3)).toEqual({
      ...{ number: 7, width: 2, height: 1, pixelSizeNm: 20, focus },
      grey: Uint8Array.from([3, 8]),
    });
  });

  it('shows 16 bit as 8 bit, white as white', () => {
    const pixels = ndarray(Uint16Array.from([0, 257, 0x8080, 0xffff]), [2, 2]);
    expect([...shownFrame(frameOf(pixels), 1, 2).grey]).toEqual([0, 1, 128, 255]);
  });

  it('copies: the pixels go to another thread, the frame stays with the algorithm', () => {
    const pixels = ndarray(Uint8Array.from([1, 2]), [1, 2]);
    const { grey } = shownFrame(frameOf(pixels), 1, 100);
    grey.fill(0);
    expect([...pixels.data]).toEqual([1, 2]);
  });

  it('keeps a strip that is thinner than a block', () => {
    const pixels = ndarray(new Uint8Array(2 * 1000).fill(5), [2, 1000]);
    const { width, height, grey } = shownFrame(frameOf(pixels), 1, 100);
    expect([width, height, grey[0]]).toEqual([500, 1, 5]);
  });
});
