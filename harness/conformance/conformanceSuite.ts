import type { Suite } from '../experiment/suite/index.ts';
import { defaultMargins } from '../record/index.ts';

/**
 * What an algorithm is checked on: one place that shows something and one that does not, from a start
 * that methods for near focus manage as well.
 */
export function conformanceSuite(algorithm: string): Suite {
  return {
    schema: 1,
    name: 'conformance',
    title: 'Conformance',
    description: 'What semfocus check algorithm runs.',
    seed: 20_011,
    presets: ['merlin'],
    psf: ['gaussian'],
    specimens: ['tissue', 'blank'],
    frame: { width: 1024, height: 768 },
    trajectories: {
      count: 1,
      gridSpacingUm: 80,
      start: { workingDistanceUm: [4, 4], stigmatorX: [0.5, 0.5], stigmatorY: [-0.5, -0.5] },
    },
    algorithms: [{ name: algorithm, iterations: 3, dwellTimesNs: [200] }],
    limits: { workingDistanceUm: 60, stigmator: 20 },
    margins: defaultMargins,
  };
}
