import { CommanderError } from 'commander';
import { baselines } from '../../baselines/index.ts';
import type { TrajectoryRecord } from '../../harness/experiment/index.ts';
import { summarise } from '../../reports/index.ts';
import { type CalibratedPackage, calibratePackage } from './calibratePackage.ts';
import { calibrationScene } from './calibrationScene.ts';
import { conditionTables } from './conditionTable.ts';
import { PeerMissing } from './Peer.ts';
import { PublishedPackage } from './PublishedPackage.ts';
import { packageName } from './packageEntry.ts';
import { patchGrid } from './patchGrid.ts';
import { frame, packagePerturbationUm, patchesPerAxis, patchSidePx } from './peerSuite.ts';
import { progressLine } from './progressLine.ts';
import { type PeerOptions, readPeerOptions } from './readPeerOptions.ts';
import { runTrajectories } from './runTrajectories.ts';
import { ScipyReference } from './ScipyReference.ts';
import { type PairTimes, timedSidesPx, timedStates, timePairs } from './timePairs.ts';
import { optimumTable, timeTable } from './timeTables.ts';

/** Ours that work on pairs as the package does, those that there are. */
const methods = ['mapfost', 'mapfost-published', 'spectral'].filter((wanted) =>
  baselines.some(({ name }) => name === wanted),
);

/** What was measured, as `--json` prints it. */
interface PeerResults {
  readonly calibrations: (CalibratedPackage & { readonly preset: string; readonly psf: string })[];
  readonly records: TrajectoryRecord[];
  readonly times: PairTimes[];
}

async function main(): Promise<number> {
  let options: PeerOptions;
  try {
    options = readPeerOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
  const opened: { close(): Promise<void> }[] = [];
  const open = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const peer = await starting;
    opened.push(peer);
    return peer;
  };
  try {
    const published = await open(PublishedPackage.start(options.python));
    const scipy = await open(ScipyReference.start(options.python));
    const results = await measure(published, scipy, options, interrupt.signal);
    process.stdout.write(
      options.json ? asJson(published, options, results) : asText(published, options, results),
    );
    return 0;
  } catch (error) {
    if (error instanceof PeerMissing) {
      const { message } = error;
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ schema: 1, skipped: message })}\n`
          : `skipped: ${message}\n`,
      );
      return 0;
    }
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`bench:peers: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  } finally {
    for (const peer of opened) await peer.close();
  }
}

async function measure(
  published: PublishedPackage,
  scipy: ScipyReference,
  options: PeerOptions,
  signal: AbortSignal,
): Promise<PeerResults> {
  const { seed, rounds, trajectories, iterations, dwell, perturbation } = options;
  const results: PeerResults = { calibrations: [], records: [], times: [] };
  const conditions = options.presets.flatMap((preset) =>
    options.psf.map((psf) => ({ preset, psf })),
  );
  const progress = progressLine(stepsOf(options, conditions.length));
  const patches = patchGrid(frame.width, frame.height, patchSidePx, patchesPerAxis);
  for (const { preset, psf } of conditions) {
    signal.throwIfAborted();
    const perturbationUm = perturbation ?? packagePerturbationUm;
    const pairAt = calibrationScene({
      preset,
      psf,
      seed,
      ...frame,
      dwellTimeNs: Math.max(...dwell),
      perturbationUm,
    });
    const calibrated = await calibratePackage(published, pairAt, patches, psf === 'disc');
    results.calibrations.push({ preset, psf, ...calibrated });
    progress.advance(`${preset}, ${psf}, package calibrated`);
    if (trajectories > 0) {
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
      results.records.push(
        ...(await runTrajectories(published, calibrated, suite, signal, progress.advance)),
      );
    }
    if (rounds > 0 && preset === options.presets[0]) {
      const timing = { preset, psf, seed, rounds, methods };
      results.times.push(
        ...(await timePairs(published, scipy, calibrated.calibration, timing, progress.advance)),
      );
    }
  }
  progress.end();
  return results;
}

function stepsOf({ trajectories, dwell, rounds, psf }: PeerOptions, conditions: number): number {
  const timed = rounds > 0 ? psf.length * timedStates.length * timedSidesPx.length : 0;
  return conditions * (1 + trajectories * dwell.length * (1 + methods.length)) + timed;
}

function asText(
  { versions }: PublishedPackage,
  { seed, presets, rounds }: PeerOptions,
  { calibrations, records, times }: PeerResults,
): string {
  const parts = [
    `${packageName}: version ${versions.package}, Python ${versions.python}, NumPy ${versions.numpy}, SciPy ${versions.scipy}, one thread. Seed ${seed}.\n`,
    `Calibrated by its own procedure (its aperture absorbs that its frequency axis is 4 times too long):\n${calibrations.map(calibrationLine).join('')}`,
  ];
  if (records.length > 0) {
    parts.push(
      `Mean residuals after each iteration; median dose until the margins (1 um, 0.25 %) were reached for\ngood; median time per pair of ${patchSidePx} px patches. T: half the difference of working distances.\n\n${conditionTables(records, [packageName, ...methods])}`,
    );
  }
  if (times.length > 0) {
    parts.push(
      `Time per pair of patches, one thread, ${presets[0]}, 200 ns, T = ${packagePerturbationUm} um, methods in turns, median of ${rounds} rounds:\n${timeTable(times)}`,
      `The optimum of SciPy's L-BFGS-B on the marginal likelihood, from the closed form as mapfost; excess: cost\nat mapfost's estimate minus cost at SciPy's:\n${optimumTable(times)}`,
    );
  }
  return parts.join('\n');
}

function calibrationLine({
  preset,
  psf,
  calibration,
  closure,
}: PeerResults['calibrations'][number]): string {
  const { numAperture, stigRotDeg, stigScaleUmPerUnit, handedness } = calibration;
  return (
    `  ${preset}, ${psf}: aperture ${(1e3 * numAperture).toFixed(2)} mrad, stigmators ${stigScaleUmPerUnit.toFixed(2)} um per %, ` +
    `turned by ${stigRotDeg.toFixed(0)} deg${handedness < 0 ? ', the second one counted backwards' : ''}; ` +
    `closes to ${closure.workingDistance.toFixed(2)} (wd), ${closure.stigmators.toFixed(2)} (stig)\n`
  );
}

function asJson(
  { versions }: PublishedPackage,
  options: PeerOptions,
  results: PeerResults,
): string {
  const { calibrations, records, times } = results;
  return `${JSON.stringify({ schema: 1, versions, options, calibrations, summary: summarise(records), records, times })}\n`;
}

process.exitCode = await main();
