import { baselines } from '../../baselines/index.ts';
import type { TrajectoryRecord } from '../../harness/experiment/index.ts';
import { type CalibratedPackage, calibratePackage } from './calibratePackage.ts';
import { calibrationScene } from './calibrationScene.ts';
import type { PublishedPackage } from './PublishedPackage.ts';
import { patchGrid } from './patchGrid.ts';
import { frame, packagePerturbationUm, patchesPerAxis, patchSidePx } from './peerSuite.ts';
import { progressLine } from './progressLine.ts';
import type { PeerOptions } from './readPeerOptions.ts';
import { runTrajectories } from './runTrajectories.ts';
import type { ScipyReference } from './ScipyReference.ts';
import { type PairTimes, timedSidesPx, timedStates, timePairs } from './timePairs.ts';

/** Ours that work on pairs as the package does, those that there are. */
export const methods = ['mapfost', 'mapfost-published', 'spectral'].filter((wanted) =>
  baselines.some(({ name }) => name === wanted),
);

/** What was measured under one preset and probe. */
export interface PeerResult extends CalibratedPackage {
  readonly preset: string;
  readonly psf: 'gaussian' | 'disc';
  /** All dwell times, trajectories and methods. */
  readonly records: readonly TrajectoryRecord[];
  /** Of the first preset alone. */
  readonly times: readonly PairTimes[];
}

/** One item per preset and probe, as soon as it is measured; progress goes to stderr. */
export async function* measurePeers(
  published: PublishedPackage,
  scipy: ScipyReference,
  options: PeerOptions,
  signal: AbortSignal,
): AsyncGenerator<PeerResult, void, void> {
  const { seed, rounds, trajectories, iterations, dwell, perturbation } = options;
  const conditions = options.presets.flatMap((preset) =>
    options.psf.map((psf) => ({ preset, psf })),
  );
  const patches = patchGrid(frame.width, frame.height, patchSidePx, patchesPerAxis);
  const progress = progressLine(stepsOf(options));
  try {
    for (const { preset, psf } of conditions) {
      signal.throwIfAborted();
      const pairAt = calibrationScene({
        preset,
        psf,
        seed,
        ...frame,
        dwellTimeNs: Math.max(...dwell),
        perturbationUm: perturbation ?? packagePerturbationUm,
      });
      const calibrated = await calibratePackage(published, pairAt, patches, psf === 'disc');
      progress.advance(`${preset}, ${psf}, package calibrated`);
      const suite = {
        seed,
        preset,
        psf,
        dwellTimesNs: dwell,
        trajectories,
        iterations,
        perturbationUm: perturbation,
        methods,
      };
      const records =
        trajectories === 0
          ? []
          : await runTrajectories(published, calibrated, suite, signal, progress.advance);
      const timing = { preset, psf, seed, rounds, methods };
      const times =
        rounds === 0 || preset !== options.presets[0]
          ? []
          : await timePairs(published, scipy, calibrated.calibration, timing, progress.advance);
      progress.clear();
      yield { preset, psf, ...calibrated, records, times };
    }
  } finally {
    progress.clear();
  }
}

/** Calls of `advance` to come. */
function stepsOf({ trajectories, dwell, rounds, presets, psf }: PeerOptions): number {
  const perCondition = 1 + trajectories * dwell.length * (1 + methods.length);
  const timed = rounds > 0 ? psf.length * timedStates.length * timedSidesPx.length : 0;
  return presets.length * psf.length * perCondition + timed;
}
