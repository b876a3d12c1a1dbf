import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { croppedPixels, readImageFile } from '../../harness/image/index.ts';
import { ConfigError, type GreyPixels } from '../../harness/microscope/index.ts';
import type { SeriesPair, UsableFrame } from '../../harness/series/index.ts';

/** Smaller frames have no spectrum to speak of. */
const leastSidePx = 64;

/**
 * The part of a recorded frame that is to be looked at.
 *
 * @throws ConfigError if it is too small or does not lie inside; ImageFileError.
 */
export async function readFrame({ path, crop }: UsableFrame): Promise<GreyPixels> {
  const pixels = croppedPixels(await readImageFile(path), crop ?? undefined, path, 'crop');
  const [height = 0, width = 0] = pixels.shape;
  if (Math.min(height, width) >= leastSidePx) return pixels;
  throw new ConfigError(
    `a frame must have sides of at least ${leastSidePx} px. Received ${width} x ${height} px (${path})`,
  );
}

/** @throws ConfigError also if the two differ in size. */
export async function readPair(pair: SeriesPair): Promise<PerturbedPair> {
  const [under, over] = await Promise.all([readFrame(pair.under), readFrame(pair.over)]);
  if (under.shape.join() !== over.shape.join()) {
    const size = ([height, width]: readonly number[]) => `${width} x ${height} px`;
    throw new ConfigError(
      `the frames of a pair must have one size. Received ${size(under.shape)} (${pair.under.file}) and ${size(over.shape)} (${pair.over.file})`,
      { hint: 'crop both to the same size, or give them different places' },
    );
  }
  return perturbedPair(pair, under, over);
}

/** The pixels of two frames with the settings of a pair. */
export function perturbedPair(
  { under: { pixelSizeNm }, perturbationUm }: SeriesPair,
  under: GreyPixels,
  over: GreyPixels,
): PerturbedPair {
  return { under, over, pixelSizeNm, perturbationUm };
}
