import type { SizeClass } from './SizeClass.ts';

/**
 * Neuropil with somata and sparse large dark bodies. The shares are set so that rendered fields have
 * the spectrum, the distribution of grey and the unevenness of real frames.
 */
export const neuropilSizes: readonly SizeClass[] = [
  {
    spacing: 11000,
    share: 0.3,
    shareByZone: 0.12,
    smallestRadius: 2100,
    largestRadius: 3600,
    longestHalf: 1200,
    longShare: 0.5,
    kinds: { soma: 1 },
  },
  {
    spacing: 6000,
    share: 0.88,
    shareByZone: 0.2,
    smallestRadius: 800,
    largestRadius: 1800,
    longestHalf: 1800,
    longShare: 0.5,
    kinds: { degenerate: 0.52, dark: 0.48 },
  },
  {
    spacing: 2400,
    share: 0.62,
    shareByZone: 0.35,
    smallestRadius: 300,
    largestRadius: 1050,
    longestHalf: 1900,
    longShare: 0.6,
    kinds: {
      dendrite: 0.28,
      myelinated: 0.45,
      degenerate: 0.1,
      dark: 0.06,
      bouton: 0.05,
      glia: 0.06,
    },
  },
  {
    spacing: 700,
    share: 0.6,
    shareByZone: 0.1,
    smallestRadius: 90,
    largestRadius: 300,
    longestHalf: 700,
    longShare: 0.4,
    kinds: { axon: 0.24, myelinated: 0.12, bouton: 0.34, spine: 0.18, glia: 0.08, dark: 0.04 },
  },
  {
    spacing: 220,
    share: 1,
    shareByZone: 0,
    smallestRadius: 15,
    largestRadius: 80,
    longestHalf: 260,
    longShare: 0.4,
    kinds: { axon: 0.87, glia: 0.1, dark: 0.03 },
  },
];
