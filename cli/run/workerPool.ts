import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { RunOne } from '../../harness/experiment/run/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import type { Onlooker } from '../live/run/Onlooker.ts';
import type { WorkerAnswer, WorkerNews, WorkerSetup, WorkerTask } from './worker.ts';

/** Threads that run trajectories, each with registry and caches of its own. */
export interface WorkerPool {
  readonly runOne: RunOne;
  close(): Promise<void>;
}

/** How long a trajectory may take to stop when asked to. After that its thread is ended. */
const patienceMs = 10_000;

/**
 * @param workers - Threads, at least 1.
 * @param onlooker - Gets frames of what runs, when it wants some.
 */
export function workerPool(
  workers: number,
  setup: WorkerSetup = {},
  onlooker?: Onlooker,
): WorkerPool {
  const pool = new Piscina<WorkerTask, WorkerAnswer>({
    filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
    name: 'work',
    workerData: setup,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    async runOne(scenario, signal, onStep) {
      signal.throwIfAborted();
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (news: WorkerNews) => {
        if ('row' in news) onStep(news.row);
        else onlooker?.take(scenario, news.frame);
      });
      const stop = new Int32Array(new SharedArrayBuffer(4));
      const end = new AbortController();
      let patience: NodeJS.Timeout | undefined;
      const ask = (): void => {
        Atomics.store(stop, 0, 1);
        port1.postMessage('stop');
        patience = setTimeout(() => end.abort(signal.reason), patienceMs);
      };
      signal.addEventListener('abort', ask, { once: true });
      try {
        const wanted = onlooker?.begin(scenario);
        const task = { scenario, port: port2, stop, ...(wanted && { wanted }) };
        const answer = await pool.run(task, { transferList: [port2], signal: end.signal });
        if ('isStopped' in answer) throw signal.reason;
        if ('refusal' in answer) throw new ConfigError(answer.refusal.message, answer.refusal);
        return answer;
      } finally {
        signal.removeEventListener('abort', ask);
        clearTimeout(patience);
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
