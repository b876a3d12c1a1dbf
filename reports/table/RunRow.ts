import {
  type IterationRow,
  marginsReachedAt,
  type Scenario,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';

/** What seeds that are secret are called in public. */
export type SeedNames = ReadonlyMap<number, string>;

/** A trajectory as the table of runs sees it. */
export interface RunRow {
  readonly record: TrajectoryRecord;
  readonly scenario: Scenario;
  readonly first: IterationRow;
  readonly last: IterationRow;
  /** From which on it stayed inside the margins; absent where it never did. */
  readonly reached: IterationRow | undefined;
  /** Present where the seed is secret. */
  readonly seedName: string | undefined;
}

export function runRow(record: TrajectoryRecord, seedNames: SeedNames): RunRow {
  const [first] = record.iterations;
  const last = record.iterations.at(-1);
  if (first === undefined || last === undefined) {
    throw new RangeError(`record ${record.key} must have at least one row. Received 0`);
  }
  return {
    record,
    scenario: record.scenario,
    first,
    last,
    reached: marginsReachedAt(record),
    seedName: seedNames.get(record.scenario.seed),
  };
}
