import { z } from 'zod';
import { baselines } from '../../baselines/index.ts';
import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { Aberration, Calibration } from '../../harness/microscope/index.ts';
import { median } from '../../harness/statistics/index.ts';
import { presetCalibration, presetNamed } from '../../sim/index.ts';
import { calibrationScene } from './calibrationScene.ts';
import type { PackageCalibration, PublishedPackage } from './PublishedPackage.ts';
import { packageName } from './packageEntry.ts';
import { patchGrid } from './patchGrid.ts';
import { packagePerturbationUm } from './peerSuite.ts';
import type { ScipyFit, ScipyReference } from './ScipyReference.ts';

/** What one method took for one pair. */
export interface PairTime {
  readonly method: string;
  /** Median over the rounds of the time on a processor. */
  readonly cpuMs: number;
  /** Median over the rounds of the package's time over this one's; 1 for the package itself. */
  readonly timesFaster: number;
}

/** L-BFGS-B beside our maximum of the posterior, from the same start on the same pair. */
export interface OptimumComparison {
  readonly scipy: ScipyFit;
  readonly ours: Aberration;
  /** Cost at ours minus cost at SciPy's optimum, nats: negative where ours is the better one. */
  readonly excessNats: number;
  /** Distance of the two optima in (z, a, b), um. */
  readonly apartUm: number;
}

export interface PairTimes {
  readonly psf: 'gaussian' | 'disc';
  readonly sidePx: number;
  readonly state: { readonly workingDistanceUm: number; readonly stigmatorX: number };
  readonly times: readonly PairTime[];
  readonly optimum: OptimumComparison;
}

export interface TimingOptions {
  readonly preset: string;
  readonly psf: 'gaussian' | 'disc';
  readonly seed: number;
  readonly rounds: number;
  readonly methods: readonly string[];
}

export const timedSidesPx = [512, 768] as const;
/** Some way off and nearly there: searches take longer the farther they have to go. */
export const timedStates = [
  { workingDistanceUm: 3, stigmatorX: 0.5 },
  { workingDistanceUm: 10, stigmatorX: -1 },
] as const;
/** Room round the patch for the alignment of all. */
const frameSidePx = 1024;
/** Until the just-in-time compiler has seen it all. */
const warmUps = 5;
/** Ours run so often per round that a round is as long as the package's, about. */
const runsPerRound = 5;

/**
 * Times one patch pair: in every round each method once, so that whatever else the machine does
 * meets all. Time on a processor counts, not that of the clock, which waits for others as well.
 * Python's methods are timed inside Python, without the way there.
 */
export async function timePairs(
  published: PublishedPackage,
  scipy: ScipyReference,
  packageCalibration: PackageCalibration,
  options: TimingOptions,
  onPair: (note: string) => void,
): Promise<PairTimes[]> {
  const { preset, psf, seed, methods, rounds } = options;
  const calibration: Calibration = { ...presetCalibration(presetNamed(preset)), psf };
  const pairAt = calibrationScene({
    preset,
    psf,
    seed: seed + 1,
    width: frameSidePx,
    height: frameSidePx,
    dwellTimeNs: 200,
    perturbationUm: packagePerturbationUm,
  });
  const results: PairTimes[] = [];
  for (const state of timedStates) {
    const pair = await pairAt(state);
    for (const sidePx of timedSidesPx) {
      const [patch] = patchGrid(frameSidePx, frameSidePx, sidePx, 1);
      if (patch === undefined) throw new RangeError('no patch');
      const estimators = methods.map((method) => ({
        method,
        estimate: ours(method, calibration, sidePx, pair),
      }));
      const stateOf = async (method: string) => {
        const { correction, astigmatismUm } = await ours(method, calibration, sidePx, pair)();
        return { zUm: -correction.workingDistanceUm, aUm: -astigmatismUm.a, bUm: -astigmatismUm.b };
      };
      const start = await stateOf('spectral');
      const found = await stateOf('mapfost');
      const search = () => scipy.fit(pair, patch, calibration, mapfostBand(), start, found);
      for (const { estimate } of estimators) {
        for (let i = 0; i < warmUps; i++) await estimate();
      }
      const measured = await search();
      const laps = new Map<string, number[]>();
      for (let round = 0; round < rounds; round++) {
        const lap = (method: string, cpuMs: number) =>
          laps.set(method, [...(laps.get(method) ?? []), cpuMs]);
        const { cpuMs } = await published.estimate(pair, [patch], packageCalibration);
        lap(packageName, cpuMs[0] ?? Number.NaN);
        const { cpuMsSpectra, cpuMsFit } = await search();
        lap('SciPy L-BFGS-B', cpuMsSpectra + cpuMsFit);
        for (const { method, estimate } of estimators) {
          const before = process.cpuUsage();
          for (let i = 0; i < runsPerRound; i++) await estimate();
          // All threads, those that collect garbage as well.
          const { user, system } = process.cpuUsage(before);
          lap(method, (user + system) / 1e3 / runsPerRound);
        }
      }
      const yardstick = laps.get(packageName) ?? [];
      results.push({
        psf,
        sidePx,
        state,
        times: [...laps].map(([method, cpuMs]) => ({
          method,
          cpuMs: median(cpuMs),
          timesFaster: median(cpuMs.map((value, i) => (yardstick[i] ?? Number.NaN) / value)),
        })),
        optimum: compareOptima(measured, found),
      });
      onPair(`times, ${psf}, ${sidePx} px`);
    }
  }
  return results;
}

function ours(method: string, calibration: Calibration, patchSidePx: number, pair: PerturbedPair) {
  const entry = baselines.find(({ name }) => name === method);
  if (entry?.createEstimator === undefined) throw new RangeError(`${method} works on no pairs`);
  const estimator = entry.createEstimator(calibration, { patchSidePx, patches: 1 });
  return () => estimator.estimate(pair);
}

/** The part of Nyquist that `mapfost` looks at: SciPy is to look at the same. */
function mapfostBand(): number {
  const parameters = baselines.find(({ name }) => name === 'mapfost')?.create().parameters;
  const band = z.object({ bandFraction: z.number() }).parse(parameters);
  return band.bandFraction;
}

function compareOptima(scipy: ScipyFit, found: Aberration): OptimumComparison {
  return {
    scipy,
    ours: found,
    excessNats: scipy.costAtCompared - scipy.cost,
    apartUm: Math.hypot(
      found.zUm - scipy.optimum.zUm,
      found.aUm - scipy.optimum.aUm,
      found.bUm - scipy.optimum.bUm,
    ),
  };
}
