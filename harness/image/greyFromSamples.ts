/**
 * Grey values of interleaved samples: the first channel of grey images, luma of colour ones
 * (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601); further channels are transparency and ignored.
 *
 * @param samples - `channels` values per pixel.
 * @param channels - 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.
 * @returns One value per pixel, of the depth of `samples`.
 */
export function greyFromSamples(
  samples: Uint8Array | Uint16Array,
  channels: number,
): Uint8Array | Uint16Array {
  if (channels === 1) return samples;
  const count = Math.floor(samples.length / channels);
  const grey = samples instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count);
  for (let i = 0, from = 0; i < count; i++, from += channels) {
    grey[i] =
      channels === 2
        ? samples[from]!
        : Math.round(
            0.299 * samples[from]! + 0.587 * samples[from + 1]! + 0.114 * samples[from + 2]!,
          );
  }
  return grey;
}
