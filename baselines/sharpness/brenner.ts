import { differenceEnergy } from './differenceEnergy.ts';
import type { SharpnessMetric } from './SharpnessMetric.ts';

/**
 * Mean square of the difference of neighbours but one, in x and in y. Brenner's own goes along x
 * alone, which cannot see blur along y. Up to a factor this is the energy of the gradient.
 *
 * @see J. F. Brenner et al. 1976, An automated microscope for cytologic research, J. Histochem.
 *   Cytochem. 24.
 */
export const brenner: SharpnessMetric = {
  name: 'brenner',
  summary: 'squared difference of neighbours but one, in x and in y: energy of the gradient',
  dividedBy: 'contrast',
  energy: (halves, part) => differenceEnergy(halves, part, 2),
};
