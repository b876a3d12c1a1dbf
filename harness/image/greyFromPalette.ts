import { greyFromSamples } from './greyFromSamples.ts';

/** The grey of every entry of a palette of 8 bit: red, green, blue, red, green, blue and so on. */
export function greyFromPalette(entries: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(greyFromSamples(Uint8Array.from(entries), 3, true));
}
