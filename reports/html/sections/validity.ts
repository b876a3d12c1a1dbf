import { brokenAlgorithms, type TrajectoryRecord } from '../../../harness/record/index.ts';
import { modelNotes } from '../../words/index.ts';
import type { ReportRun } from './ReportRun.ts';

/** Whether numbers may be relied on, and why not. */
export interface Validity {
  /** `PARTIAL`: trajectories are missing; `INVALID`: the records must not be trusted. */
  readonly stamps: readonly ('VALID' | 'PARTIAL' | 'INVALID')[];
  readonly reasons: readonly string[];
  /** What a reader should know that takes nothing from the numbers. */
  readonly notes: readonly string[];
}

/** Judges the evidence, not the result. */
export function validityOf(
  records: readonly TrajectoryRecord[],
  runs: readonly ReportRun[],
  notices: readonly string[],
): Validity {
  const missing = runs.reduce(
    (sum, { summary }) => sum + summary.planned - summary.trajectories,
    0,
  );
  const planned = runs.reduce((sum, { summary }) => sum + summary.planned, 0);
  const partial =
    missing > 0 ? [`${missing} of ${planned} planned trajectories have no record`] : [];
  // What an instrument did depends on no version of the simulator, and cannot be computed again.
  const computed = records.filter(({ scenario }) => scenario.instrument === undefined);
  const physics = new Set(computed.map(({ scenario }) => scenario.physicsVersion));
  const runtimes = new Set(
    runs
      .filter(({ keys }) => computed.some(({ key }) => keys.has(key)))
      .flatMap(({ summary }) => summary.runtimeClasses),
  );
  const commits = new Set(runs.flatMap(({ summary }) => summary.gitShas ?? []));
  const dirty = runs.filter(({ summary }) => summary.gitDirty);
  const invalid = [
    ...(records.length === 0 ? ['there are no trajectories'] : []),
    ...brokenAlgorithms(records).map((name) => `every trajectory of ${name} ended with an error`),
    ...(dirty.length > 0
      ? ['computed with sources that differ from their commit (dirty tree)']
      : []),
    ...(physics.size > 1 ? [`physics versions are mixed: ${[...physics].sort().join(', ')}`] : []),
    ...(runtimes.size > 1
      ? [`computed by different runtimes: ${[...runtimes].sort().join(' | ')}`]
      : []),
  ];
  const unknown = runs.some(({ processes }) => processes.length === 0);
  const notes = [
    ...(runs.length === 0 && records.length > 0 ? ['the plan of these records is not known'] : []),
    ...(unknown ? ['some records have no provenance'] : []),
    ...(commits.size > 1 ? [`computed with ${commits.size} commits of one physics version`] : []),
    ...modelNotes(runs.map(({ summary }) => summary)),
    ...notices.filter((notice) => !/is incomplete/.test(notice)),
  ];
  const stamps = [
    ...(invalid.length > 0 ? (['INVALID'] as const) : []),
    ...(partial.length > 0 ? (['PARTIAL'] as const) : []),
  ];
  return {
    // Without the plan it is unknown whether trajectories are missing.
    stamps: stamps.length > 0 || runs.length === 0 ? stamps : ['VALID'],
    reasons: [...invalid, ...partial],
    notes,
  };
}
