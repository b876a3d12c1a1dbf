import { recordLine, type TrajectoryRecord } from '../../record/index.ts';

/** A stored line of a record that was changed, with a checksum computed anew. */
export function editLine(line: string, change: (record: TrajectoryRecord) => unknown): string {
  const { sha256: _, ...record }: TrajectoryRecord & { readonly sha256: string } = JSON.parse(line);
  change(record);
  return recordLine(record);
}
