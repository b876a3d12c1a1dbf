import { band, ramp } from './coverage.ts';
import type { Organelle } from './Organelle.ts';

/** What the stain inside an organelle depends on, at one place. */
export interface OrganellePlace {
  /** Depth below the organelle's surface, in nm. */
  readonly inside: number;
  /** Position along the organelle's axis, in nm. */
  readonly axial: number;
  /** Fine grain, -1..1. */
  readonly texture: number;
  /** A slow field of unit variance. */
  readonly wave: number;
  /** A ragged field whose high places are clumps of chromatin; set in nuclei only. */
  readonly clumps: number;
}

/** Stain inside an organelle, where plain resin is 0 and a membrane about 1. */
export function organelleStain(
  organelle: Organelle,
  place: OrganellePlace,
  half: number,
  perPixel: number,
): number {
  const { inside, texture, clumps } = place;
  let stain = organelle.stain;
  switch (organelle.kind) {
    case 'mitochondrion': {
      const { cristae, phase } = organelle;
      const crest = Math.sin(cristae * place.axial + phase + 3 * place.wave + 1.5 * texture);
      stain += 0.2 * texture + 0.45 * ramp(crest, 0, 1) * ramp(inside, 14, 30);
      stain += band(inside, -1, 8, half, perPixel) * (1.1 - stain);
      stain += band(inside, 8, 14, half, perPixel) * (0.55 - stain) * 0.5;
      return stain + band(inside, 14, 21, half, perPixel) * (1.05 - stain);
    }
    case 'denseBody':
    case 'nucleolus':
      return stain + 0.22 * texture;
    case 'endosome':
      return stain + band(inside, 0, 9, half, perPixel) * (1 - stain);
    case 'nucleus': {
      const rim = 0.9 * (1 - ramp(inside, 60, 260));
      stain += 0.18 * texture + 0.08 * clumps;
      stain += 0.4 * ramp(clumps + rim, 0.7, 1.6) * (1 - 0.2 * texture);
      // The two membranes of the envelope.
      stain += band(inside, 0, 9, half, perPixel) * (1.1 - stain);
      stain += band(inside, 9, 28, half, perPixel) * (0.3 - stain);
      return stain + band(inside, 28, 37, half, perPixel) * (1.1 - stain);
    }
  }
}
