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
  const threads = Array.from({ length: workers }, () => ({
    pool: new Piscina<WorkerTask, WorkerAnswer>({
      filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
      name: 'work',
      workerData: setup,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
    }),
    place: '',
    running: 0,
  }));
  /** The one that knows the place, of those that have least to do. */
  const threadFor = (place: string) => {
    const least = Math.min(...threads.map(({ running }) => running));
    const free = threads.filter(({ running }) => running === least);
    return free.find((thread) => thread.place === place) ?? free[0]!;
  };
  return {
    async runOne(scenario, signal, onStep) {
      signal.throwIfAborted();
      const place = JSON.stringify([scenario.specimen, scenario.stage]);
      const thread = threadFor(place);
      thread.place = place;
      thread.running++;
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
        const answer = await thread.pool.run(task, { transferList: [port2], signal: end.signal });
        if ('isStopped' in answer) throw signal.reason;
        if ('refusal' in answer) throw new ConfigError(answer.refusal.message, answer.refusal);
        return answer;
      } finally {
        thread.running--;
        signal.removeEventListener('abort', ask);
        clearTimeout(patience);
        port1.close();
      }
    },
    close: async () => {
      await Promise.all(threads.map(({ pool }) => pool.destroy()));
    },
  };
}
