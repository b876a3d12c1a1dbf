import {
  planSuite,
  runTrajectory,
  type Scenario,
  type TrajectoryRecord,
} from '../../harness/experiment/index.ts';
import type { CalibratedPackage } from './calibratePackage.ts';
import type { PublishedPackage } from './PublishedPackage.ts';
import { packageEntry } from './packageEntry.ts';
import { patchGrid } from './patchGrid.ts';
import { peerRegistry } from './peerRegistry.ts';
import {
  frame,
  type PeerSuiteOptions,
  packagePerturbationUm,
  patchesPerAxis,
  patchSidePx,
  peerSuite,
} from './peerSuite.ts';

/** Records of all methods and dwell times, the methods taking turns within every trajectory. */
export async function runTrajectories(
  published: PublishedPackage,
  { calibration }: CalibratedPackage,
  options: PeerSuiteOptions,
  signal: AbortSignal,
  onTrajectory: (note: string) => void,
): Promise<TrajectoryRecord[]> {
  const patches = patchGrid(frame.width, frame.height, patchSidePx, patchesPerAxis);
  const perturbationUm = options.perturbationUm ?? packagePerturbationUm;
  const registry = peerRegistry(packageEntry(published, calibration, patches, perturbationUm));
  const { scenarios } = planSuite(peerSuite(options), registry);
  const inTurns = scenarios.toSorted(
    (a, b) => a.frame.dwellTimeNs - b.frame.dwellTimeNs || a.trajectory - b.trajectory,
  );
  const records: TrajectoryRecord[] = [];
  for (const scenario of inTurns) {
    const { record } = await runTrajectory(scenario, registry, {
      signal,
      clock: { nowMs: () => performance.now() },
      now: () => new Date(),
    });
    // A Python process that is gone is no result of the method.
    if (published.failure !== undefined) throw published.failure;
    records.push(record);
    onTrajectory(describe(scenario));
  }
  return records;
}

function describe({ preset, psf, frame: { dwellTimeNs }, algorithm: { name } }: Scenario): string {
  return `${preset}, ${psf}, ${dwellTimeNs} ns, ${name}`;
}
