import { type Suite, suiteSchema } from '../../harness/experiment/index.ts';
import { packageName } from './packageEntry.ts';

export const frame = { width: 2048, height: 1536 } as const;
export const patchSidePx = 768;
export const patchesPerAxis = 2;

/** Half the differences of working distance, um: the package's default, and of what imitates it. */
export const packagePerturbationUm = 4;

export interface PeerSuiteOptions {
  readonly seed: number;
  readonly preset: string;
  readonly psf: 'gaussian' | 'disc';
  readonly dwellTimesNs: readonly number[];
  readonly trajectories: number;
  readonly iterations: number;
  /** One for all methods, um; each method's own where left out. */
  readonly perturbationUm?: number | undefined;
  /** Names of our methods. */
  readonly methods: readonly string[];
}

/**
 * The protocol of the article's figure 5 for our pair methods and the package: its starts, frames
 * and patches, on one instrument. Seeds are the caller's: not those of the suites that methods are
 * judged by.
 */
export function peerSuite(options: PeerSuiteOptions): Suite {
  const { seed, preset, psf, dwellTimesNs, trajectories, iterations, methods } = options;
  const dwell = { iterations, dwellTimesNs: [...dwellTimesNs] };
  const perturbationOf = (method: string) =>
    options.perturbationUm ?? (method === 'mapfost-published' ? packagePerturbationUm : undefined);
  return suiteSchema.parse({
    schema: 1,
    name: 'peers',
    title: 'The published package beside ours',
    description: 'Starts, frames and patches of figure 5 for the pair methods and the package.',
    seed,
    presets: [preset],
    psf: [psf],
    specimens: ['tissue'],
    frame,
    trajectories: {
      count: trajectories,
      gridSpacingUm: 80,
      start: { workingDistanceUm: [8, 12], stigmatorX: [-4, -2], stigmatorY: [2, 4] },
    },
    algorithms: [
      { name: packageName, ...dwell },
      ...methods.map((name) => {
        const perturbationUm = perturbationOf(name);
        return {
          name,
          parameters: {
            patchSidePx,
            patches: patchesPerAxis ** 2,
            ...(perturbationUm !== undefined && { perturbationUm }),
          },
          ...dwell,
        };
      }),
    ],
    limits: { workingDistanceUm: 60, stigmator: 20 },
    margins: { workingDistanceUm: 1, stigmator: 0.25 },
  });
}
