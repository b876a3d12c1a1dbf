import type { MessagePort } from 'node:worker_threads';
import {
  runTrajectory,
  type Scenario,
  type TrajectoryOutcome,
} from '../harness/experiment/index.ts';
import { registry } from './registry.ts';

/** What a worker thread is sent. */
export interface WorkerTask {
  readonly scenario: Scenario;
  /** Every row goes there as soon as it is known. */
  readonly port: MessagePort;
}

/** Runs one trajectory. Aborting ends the thread, so no signal has to cross over. */
export async function work({ scenario, port }: WorkerTask): Promise<TrajectoryOutcome> {
  try {
    return await runTrajectory(scenario, registry, {
      signal: new AbortController().signal,
      clock: { nowMs: () => performance.now() },
      now: () => new Date(),
      previews: true,
      onStep: (row) => port.postMessage(row),
    });
  } finally {
    port.close();
  }
}
