import { setTimeout } from 'node:timers/promises';
import { planSuite } from '../../harness/experiment/suite/index.ts';
import { registry } from '../lab/index.ts';
import { workerPool } from '../run/workerPool.ts';
import { tinySuite } from './tinySuite.ts';

// A process of its own, for a test in which it used to be killed: stops a trajectory a second after it
// has begun, when its network is at work, and ends the threads.
const plan = planSuite(
  {
    ...tinySuite,
    specimens: ['points'],
    frame: { width: 640, height: 640 },
    algorithms: [
      {
        name: 'deepfocus-512',
        parameters: { patches: 20 },
        iterations: 50,
        dwellTimesNs: [200],
      },
    ],
  },
  registry,
);
const [scenario] = plan.scenarios;
if (scenario === undefined) throw new Error('the plan is empty');
const pool = workerPool(1);
const stop = new AbortController();
const ended = pool.runOne(scenario, stop.signal, async ({ iteration }) => {
  if (iteration > 0) return;
  await setTimeout(1000);
  stop.abort(new DOMException('enough', 'AbortError'));
});
const reason: unknown = await ended.catch((error: unknown) => error);
await pool.close();
process.stdout.write(`${reason instanceof Error ? reason.message : 'came to its end'}\n`);
