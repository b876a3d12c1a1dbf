import { baselines } from '../../baselines/index.ts';
import type { TrajectoryRecord } from '../../harness/experiment/index.ts';
import { isSemfocusError } from '../../harness/microscope/index.ts';
import { type CalibratedPackage, calibratePackage, type PairAt } from './calibratePackage.ts';
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
  const conditions = possibleConditions(options);
  const patches = patchGrid(frame.width, frame.height, patchSidePx, patchesPerAxis);
  const progress = progressLine(stepsOf(options, conditions));
  try {
    for (const { preset, psf } of conditions) {
      signal.throwIfAborted();
      const pairAt = sceneOf(options, preset, psf);
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

interface Condition {
  readonly preset: string;
  readonly psf: 'gaussian' | 'disc';
}

/** All but those whose probe cannot carry the imperfections of the preset, which stderr is told. */
function possibleConditions(options: PeerOptions): Condition[] {
  const conditions = options.presets.flatMap((preset) =>
    options.psf.map((psf) => ({ preset, psf })),
  );
  return conditions.filter(({ preset, psf }) => {
    try {
      sceneOf(options, preset, psf);
      return true;
    } catch (error) {
      if (!isSemfocusError(error, 'ConfigError')) throw error;
      process.stderr.write(`${preset}, ${psf} is left out: ${error.message}\n`);
      return false;
    }
  });
}

function sceneOf(
  { seed, dwell, perturbation }: PeerOptions,
  preset: string,
  psf: Condition['psf'],
): PairAt {
  return calibrationScene({
    preset,
    psf,
    seed,
    ...frame,
    dwellTimeNs: Math.max(...dwell),
    perturbationUm: perturbation ?? packagePerturbationUm,
  });
}

/** Calls of `advance` to come. */
function stepsOf(
  { trajectories, dwell, rounds, presets }: PeerOptions,
  conditions: readonly Condition[],
): number {
  const perCondition = 1 + trajectories * dwell.length * (1 + methods.length);
  const timed = conditions.filter(({ preset }) => rounds > 0 && preset === presets[0]).length;
  return conditions.length * perCondition + timed * timedStates.length * timedSidesPx.length;
}
