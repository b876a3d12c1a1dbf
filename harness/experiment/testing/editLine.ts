import { recordLine, type TrajectoryRecord } from '../../record/index.ts';

/** A stored line as somebody leaves it who changes a record and computes its checksum anew. */
export function editLine(line: string, change: (record: TrajectoryRecord) => unknown): string {
  const { sha256: _, ...record }: TrajectoryRecord & { readonly sha256: string } = JSON.parse(line);
  change(record);
  return recordLine(record);
}
