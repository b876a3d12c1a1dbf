import type { Suite } from '../suite/index.ts';

/** A small suite for {@link fakeRegistry}, with anything of it replaced. */
export function fakeSuite(changes: Partial<Suite> = {}): Suite {
  return {
    schema: 1,
    name: 'fake',
    title: 'Fake',
    description: 'For tests of the machinery.',
    seed: 7,
    presets: ['plain'],
    psf: ['gaussian'],
    specimens: ['tissue'],
    frame: { width: 64, height: 64 },
    trajectories: {
      count: 3,
      gridSpacingUm: 80,
      start: { workingDistanceUm: [8, 12], stigmatorX: [-4, -2], stigmatorY: [2, 4] },
    },
    algorithms: [{ name: 'halving', iterations: 8, dwellTimesNs: [200, 50] }],
    limits: { workingDistanceUm: 60, stigmator: 20 },
    margins: { workingDistanceUm: 1, stigmator: 0.25 },
    ...changes,
  };
}
