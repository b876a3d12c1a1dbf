import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrajectoryRecord } from '../../harness/record/index.ts';

/** The records of a folder, in their order, without what differs from run to run. */
export async function recordsOf(folder: string): Promise<unknown[]> {
  const text = await readFile(join(folder, 'records.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { timing: _timing, iterations, ...record }: TrajectoryRecord = JSON.parse(line);
      return {
        ...record,
        iterations: iterations.map(({ computeMs: _computeMs, ...row }) => row),
      };
    });
}
