import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { IterationRow, RunOne, TrajectoryOutcome } from '../harness/experiment/index.ts';
import type { WorkerTask } from './worker.ts';

/** Threads that run trajectories, each with registry and caches of its own. */
export interface WorkerPool {
  readonly runOne: RunOne;
  close(): Promise<void>;
}

/** @param workers - Threads, at least 1. */
export function workerPool(workers: number): WorkerPool {
  const pool = new Piscina<WorkerTask, TrajectoryOutcome>({
    filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
    name: 'work',
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    async runOne(scenario, signal, onStep) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (row: IterationRow) => onStep(row));
      try {
        return await pool.run({ scenario, port: port2 }, { transferList: [port2], signal });
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
