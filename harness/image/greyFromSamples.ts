/**
 * Grey values of interleaved samples: luma of colour (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601),
 * the first channel of anything else. Further channels are transparency and ignored.
 *
 * @param samples - `channels` values per pixel.
 * @param channels - At least 3 where `isColour`.
 * @returns One value per pixel, of the depth of `samples`.
 */
export function greyFromSamples(
  samples: Uint8Array | Uint16Array,
  channels: number,
  isColour: boolean,
): Uint8Array | Uint16Array {
  if (channels === 1) return samples;
  const count = Math.floor(samples.length / channels);
  const grey = samples instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count);
  for (let i = 0, from = 0; i < count; i++, from += channels) {
    grey[i] = isColour
      ? Math.round(0.299 * samples[from]! + 0.587 * samples[from + 1]! + 0.114 * samples[from + 2]!)
      : samples[from]!;
  }
  return grey;
}
