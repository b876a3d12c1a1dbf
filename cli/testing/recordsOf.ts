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
      const {
        timing: _timing,
        sha256: _sha256,
        iterations,
        ...record
      }: TrajectoryRecord & { readonly sha256: string } = JSON.parse(line);
      return {
        ...record,
        iterations: iterations.map(({ computeMs: _computeMs, ...row }) => row),
      };
    });
}
