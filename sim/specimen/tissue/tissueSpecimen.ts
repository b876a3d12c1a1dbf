import type { Specimen } from '../drawing/Specimen.ts';
import { neuropilSizes } from './neuropilSizes.ts';
import { specimenOfTissue } from './specimenOfTissue.ts';

/**
 * Neuropil stained with heavy metals: gapless neurites of 0.1-2 um with double membranes,
 * mitochondria with cristae, vesicles, reticulum, synapses, myelin, dense bodies, dark bodies and
 * somata. What takes up stain emits more, so membranes are the bright lines of this map and the dark
 * lines of an inverted frame.
 *
 * Not stationary: dark bodies are sparse, and stain and contrast vary over micrometres, as measured on
 * real frames.
 *
 * @param seed - Non-negative whole number.
 */
export function tissueSpecimen(seed: number): Specimen {
  return specimenOfTissue(
    {
      name: 'tissue',
      sizes: neuropilSizes,
      contrast: 'uneven',
      hasFibres: true,
      hasDenseBodies: true,
      hasVessels: false,
    },
    seed,
  );
}
