import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import type { GreyPixels } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { greyFromSamples } from './greyFromSamples.ts';
import { unreadableImage } from './unreadableImage.ts';

/** The PNG half of `decodeImage`: grey, colour or palette, with or without transparency. */
export function decodePngPixels(bytes: Uint8Array, source: string): GreyPixels {
  const png = decodeSamples(bytes, source);
  if (png.channels === 1 && png.depth < 8) {
    throw unreadableImage(source, `it is a ${png.depth}-bit PNG image; 8 and 16 bit are read`);
  }
  return greyPixels(greyFromSamples(png.data, png.channels), png.width, png.height);
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

function decodeSamples(bytes: Uint8Array, source: string): Samples {
  try {
    const png = decode(bytes, { checkCrc: true });
    const { width, height, depth } = png;
    if (width < 1 || height < 1) throw new RangeError(`${width} x ${height} px`);
    // A palette in a true-colour PNG is a suggestion for poor displays, not part of the image.
    const palette = png.channels === 1 ? png.palette : undefined;
    return palette === undefined
      ? { width, height, depth, channels: png.channels, data: unclamped(png.data) }
      : {
          width,
          height,
          depth: 8,
          channels: palette[0]?.length ?? 0,
          data: convertIndexedToRgb(png),
        };
  } catch (cause) {
    throw unreadableImage(source, 'the PNG image is damaged or cut off', { cause });
  }
}

function unclamped(data: DecodedPng['data']): Uint8Array | Uint16Array {
  return data instanceof Uint8ClampedArray ? Uint8Array.from(data) : data;
}
