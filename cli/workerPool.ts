import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { IterationRow, RunOne } from '../harness/experiment/index.ts';
import { ConfigError } from '../harness/microscope/index.ts';
import type { WorkerSetup, WorkerTask, work } from './worker.ts';

/** Threads that run trajectories, each with registry and caches of its own. */
export interface WorkerPool {
  readonly runOne: RunOne;
  close(): Promise<void>;
}

/** @param workers - Threads, at least 1. */
export function workerPool(workers: number, setup: WorkerSetup = {}): WorkerPool {
  const pool = new Piscina<WorkerTask, Awaited<ReturnType<typeof work>>>({
    filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
    name: 'work',
    workerData: setup,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    async runOne(scenario, signal, onStep) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (row: IterationRow) => onStep(row));
      try {
        const answer = await pool.run({ scenario, port: port2 }, { transferList: [port2], signal });
        if ('refusal' in answer) throw new ConfigError(answer.refusal.message, answer.refusal);
        return answer;
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
