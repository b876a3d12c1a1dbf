import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { planSuite } from '../../harness/experiment/suite/index.ts';
import type { Scenario } from '../../harness/record/index.ts';
import { registry } from '../lab/index.ts';
import type { ShownFrame } from '../live/server/shownFrame.ts';
import { tinySuite } from '../testing/tinySuite.ts';
import { workerPool } from './workerPool.ts';

// A thread that ended in the midst of an inference took the process with it (SIGABRT), which left its
// lock behind and looked like a crash to a cluster.
it('stops a trajectory whose network is at work, and its process goes on', () => {
  const script = fileURLToPath(new URL('../testing/stopNetwork.ts', import.meta.url));
  const args = ['--import', 'tsx', script];
  const { status, signal, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: 'enough\n' });
});

it('hands over a frame that is wanted, reduced, and goes on as without an observer', async () => {
  const { scenarios } = planSuite(
    { ...tinySuite, frame: { width: 1024, height: 768 }, specimens: ['points'] },
    registry,
  );
  const [scenario] = scenarios as [Scenario];
  const wanted = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const taken: ShownFrame[] = [];
  const pool = workerPool(
    1,
    {},
    {
      begin: () => wanted,
      take: (_, frame) => taken.push(frame),
    },
  );
  const { record } = await pool.runOne(scenario, new AbortController().signal, () => {});
  await pool.close();
  expect(record.iterations.at(-1)?.framesTotal).toBe(4);
  // The first was wanted, and no other one.
  expect(taken.map(({ grey: _, focus: __, ...frame }) => frame)).toEqual([
    { number: 1, width: 341, height: 256, pixelSizeNm: 3 * scenario.frame.pixelSizeNm },
  ]);
  expect(new Set(taken[0]?.grey).size).toBeGreaterThan(10);
});
