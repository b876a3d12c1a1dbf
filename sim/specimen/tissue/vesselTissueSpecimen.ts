import type { Specimen } from '../drawing/Specimen.ts';
import { neuropilSizes } from './neuropilSizes.ts';
import { specimenOfTissue } from './specimenOfTissue.ts';

/**
 * The same tissue with blood vessels: a lumen 6-14 um wide of bare resin, its endothelium and basal lamina. One lies
 * across the origin, where 20 to 60 % of a frame of 2048 x 1536 px of 10 nm are blank; more follow
 * every 60-100 um.
 *
 * @param seed - Non-negative whole number.
 */
export function vesselTissueSpecimen(seed: number): Specimen {
  return specimenOfTissue(
    {
      name: 'tissue-vessel',
      sizes: neuropilSizes,
      contrast: 'uneven',
      hasFibres: true,
      hasDenseBodies: true,
      hasVessels: true,
    },
    seed,
  );
}
