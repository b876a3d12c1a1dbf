import fc from 'fast-check';
import type { Aberration } from '../../../harness/microscope/index.ts';

/** Aberrations within `largestUm` in every component, 0 among them. */
export function aberrations(largestUm: number): fc.Arbitrary<Aberration> {
  const component = fc.double({ min: -largestUm, max: largestUm, noNaN: true });
  return fc.record({ zUm: component, aUm: component, bUm: component });
}
