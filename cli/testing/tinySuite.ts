import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '../../harness/experiment/suite/index.ts';

/** The smallest suite that has two of everything that matters. */
export const tinySuite: Suite = {
  schema: 1,
  name: 'tiny',
  title: 'Tiny',
  description: 'For tests of the command line.',
  seed: 3,
  presets: ['merlin'],
  psf: ['gaussian'],
  specimens: ['tissue'],
  frame: { width: 256, height: 192 },
  trajectories: {
    count: 2,
    gridSpacingUm: 80,
    start: { workingDistanceUm: [8, 12], stigmatorX: [-4, -2], stigmatorY: [2, 4] },
  },
  algorithms: ['spectral', 'mapfost'].map((name) => ({
    name,
    parameters: { patchSidePx: 128, patches: 2 },
    iterations: 2,
    dwellTimesNs: [200],
  })),
  limits: { workingDistanceUm: 60, stigmator: 20 },
  margins: { workingDistanceUm: 1, stigmator: 0.25 },
};

/** Writes the tiny suite, with anything of it replaced, and returns its path. */
export async function writeSuite(
  folder: string,
  name: string,
  changes: object = {},
): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify({ ...tinySuite, ...changes }));
  return path;
}
