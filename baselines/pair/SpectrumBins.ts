import { smallestBin } from './PairModel.ts';
import { firstColumn } from './PairSpectra.ts';

/** Rings of the prior spectrum, in bins of the spectrum. */
export const ringWidth = 1.5;

/** Places of the half plane that take part in a fit, ring by ring. */
export interface SpectrumBins {
  /** Whole multiples of the step of the wave vector, x to the right, y down. */
  readonly nx: Int16Array;
  readonly ny: Int16Array;
  /** Index into the arrays of {@link PairSpectra}. */
  readonly at: Int32Array;
  /** Bins `ringStarts[r]` .. `ringStarts[r + 1] - 1` make up ring r. */
  readonly ringStarts: Int32Array;
}

/**
 * `disc`: inside the band in every direction, without the mean, the columns where row offsets
 * stand, and what slow shading leaves there. `square`: all of |kx|, |ky| in the band but the mean,
 * as the published package has it.
 */
export type BandShape = 'disc' | 'square';

/** @param reach - Largest |nx| and |ny|, as in {@link PairSpectra}. */
export function spectrumBins(reach: number, shape: BandShape): SpectrumBins {
  const rings: { nx: number; ny: number }[][] = [];
  const isDisc = shape === 'disc';
  for (let nx = isDisc ? firstColumn : 0; nx <= reach; nx++) {
    // Of column 0 one half is the mirror image of the other.
    for (let ny = nx === 0 ? 1 : -reach; ny <= reach; ny++) {
      const radius = Math.hypot(nx, ny);
      if (isDisc && (radius < smallestBin || radius > reach)) continue;
      const ring = Math.max(0, Math.floor((radius - smallestBin) / ringWidth));
      rings[ring] ??= [];
      rings[ring].push({ nx, ny });
    }
  }
  const all = rings.flat();
  const rows = 2 * reach + 1;
  const ringStarts = [0];
  for (const ring of rings) ringStarts.push((ringStarts.at(-1) ?? 0) + (ring?.length ?? 0));
  return {
    nx: Int16Array.from(all, ({ nx }) => nx),
    ny: Int16Array.from(all, ({ ny }) => ny),
    at: Int32Array.from(all, ({ nx, ny }) => nx * rows + ny + reach),
    ringStarts: Int32Array.from(ringStarts),
  };
}
