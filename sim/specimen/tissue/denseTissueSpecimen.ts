import type { Specimen } from '../drawing/Specimen.ts';
import type { SizeClass } from './SizeClass.ts';
import { specimenOfTissue } from './specimenOfTissue.ts';

/**
 * Nothing but fine neuropil, evenly stained: neither somata nor myelin nor dark bodies. Every patch looks
 * like every other, the easy case for an estimator.
 *
 * @param seed - Non-negative whole number.
 */
export function denseTissueSpecimen(seed: number): Specimen {
  return specimenOfTissue(
    {
      name: 'tissue-dense',
      sizes: denseSizes,
      contrast: 1.6,
      hasFibres: false,
      hasDenseBodies: false,
      hasVessels: false,
    },
    seed,
  );
}

const denseSizes: readonly SizeClass[] = [
  {
    spacing: 1100,
    share: 0.35,
    shareByZone: 0,
    smallestRadius: 150,
    largestRadius: 300,
    longestHalf: 800,
    longShare: 0.4,
    kinds: { dendrite: 0.8, bouton: 0.2 },
  },
  {
    spacing: 600,
    share: 0.8,
    shareByZone: 0,
    smallestRadius: 70,
    largestRadius: 180,
    longestHalf: 500,
    longShare: 0.4,
    kinds: { axon: 0.83, bouton: 0.12, spine: 0.05 },
  },
  {
    spacing: 220,
    share: 1,
    shareByZone: 0,
    smallestRadius: 15,
    largestRadius: 80,
    longestHalf: 260,
    longShare: 0.4,
    kinds: { axon: 1 },
  },
];
