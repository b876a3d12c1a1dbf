import type { Specimen } from '../Specimen.ts';
import type { SizeClass } from './SizeClass.ts';
import { specimenOfTissue } from './specimenOfTissue.ts';

/**
 * Nothing but fine neuropil, evenly stained: neither somata nor myelin nor dark bodies. Every patch looks
 * like every other, the easy case for an estimator.
 *
 * @param seed - Non-negative whole number.
 */
export function denseTissueSpecimen(seed: number): Specimen {
  const kind = { contrast: 1.6, hasDenseBodies: false, hasVessels: false };
  return specimenOfTissue({ name: 'tissue-dense', sizes: denseSizes, ...kind }, seed);
}

const denseSizes: readonly SizeClass[] = [
  {
    spacing: 1100,
    share: 0.5,
    shareByZone: 0,
    smallestRadius: 180,
    largestRadius: 420,
    longestHalf: 800,
    longShare: 0.4,
    kinds: { dendrite: 0.5, bouton: 0.3, glia: 0.2 },
  },
  {
    spacing: 600,
    share: 0.8,
    shareByZone: 0,
    smallestRadius: 90,
    largestRadius: 230,
    longestHalf: 500,
    longShare: 0.4,
    kinds: { axon: 0.4, bouton: 0.35, spine: 0.15, glia: 0.1 },
  },
  {
    spacing: 220,
    share: 1,
    shareByZone: 0,
    smallestRadius: 15,
    largestRadius: 80,
    longestHalf: 260,
    longShare: 0.4,
    kinds: { axon: 0.85, glia: 0.15 },
  },
];
