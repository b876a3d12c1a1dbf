import ndarray from 'ndarray';
import { type GreyPixels, greyExtremes } from '../../microscope/index.ts';
import type { FramePair } from './FramePair.ts';

/** Bits of detectors whose values are kept in 16 bit without being scaled up. */
const detectorBits = [10, 12, 14];
const eightTo16 = 257;

/**
 * Two frames in one depth. Beside a frame of 16 bit, one of 8 bit becomes one of 16; values of 16 bit that
 * use the lowest 10, 12 or 14 bits alone fill all of them. Frames of 8 bit stay the same objects.
 */
export function inOneDepth({ under, over }: FramePair): {
  readonly pair: FramePair;
  /** What was done, if anything was. */
  readonly note?: string;
} {
  const deep = [under, over].filter(isDeep);
  if (deep.length === 0) return { pair: { under, over } };
  const largest = Math.max(...deep.map((pixels) => greyExtremes(pixels).largest));
  const bits = detectorBits.find((one) => largest < 2 ** one) ?? 16;
  if (deep.length === 2 && bits === 16) return { pair: { under, over } };
  const widened = (pixels: GreyPixels) => {
    const factor = isDeep(pixels) ? 2 ** (16 - bits) : eightTo16;
    return factor === 1 ? pixels : mapped(pixels, (value) => factor * value);
  };
  const found = deep.length === 2 ? `both frames have` : `one frame has 8 bit, the other`;
  return {
    pair: { under: widened(under), over: widened(over) },
    note: `${found} ${bits} bit (largest value ${largest}): brought to 16`,
  };
}

function isDeep({ data }: GreyPixels): boolean {
  return data instanceof Uint16Array;
}

/** A frame of 16 bit, every value of the old one mapped, rounded and held within them. */
export function mapped(pixels: GreyPixels, of: (value: number) => number): GreyPixels {
  const [height = 0, width = 0] = pixels.shape;
  const [strideY = 0, strideX = 0] = pixels.stride;
  const data = new Uint16Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    let at = pixels.offset + y * strideY;
    for (let x = 0; x < width; x++, at += strideX) {
      data[to++] = Math.min(65535, Math.max(0, Math.round(of(pixels.data[at]!))));
    }
  }
  return ndarray(data, [height, width]) as GreyPixels;
}
