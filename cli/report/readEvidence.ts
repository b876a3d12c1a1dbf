import { setFlagsFromString } from 'node:v8';
import { readProvenance, readRecords } from '../../harness/experiment/store/layout/index.ts';
import type { RunEvidence, RunOrigin } from '../../harness/gate/index.ts';
import {
  type ProcessProvenance,
  runtimeClass,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';

/** One side of a comparison, and a line for each file or line that was skipped. */
export interface EvidenceRead<Kept> {
  readonly evidence: RunEvidence<Kept>;
  readonly notices: readonly string[];
}

/**
 * A folder that `semfocus run` has written, with its provenance if it has any.
 *
 * @param keep - What is needed of each record.
 * @throws RecordError if it holds no readable records.
 */
export async function readEvidence<Kept>(
  folder: string,
  keep: (record: TrajectoryRecord) => Kept,
): Promise<EvidenceRead<Kept>> {
  // Of two large runs at once, half of the memory would be garbage that waits to be collected.
  setFlagsFromString('--heap-growing-percent=80');
  const { header, records, missing, warnings } = await readRecords(folder, keep);
  const provenance = await readProvenance(folder);
  const origins = (provenance?.processes ?? []).map(originOf);
  const unknown = origins.length === 0 ? [`${folder} has no provenance`] : [];
  return {
    evidence: { name: folder, header, records, missing, origins },
    notices: [...warnings, ...unknown],
  };
}

/** The provenance of a process that a comparison names. */
export function originOf(process: ProcessProvenance): RunOrigin {
  return {
    ...(process.runName !== undefined && { runName: process.runName }),
    ...(process.tags !== undefined && { tags: process.tags }),
    ...(process.gitSha !== undefined && { gitSha: process.gitSha }),
    ...(process.gitDirty !== undefined && { gitDirty: process.gitDirty }),
    runtimeClass: runtimeClass(process),
    commandLine: process.commandLine,
  };
}
