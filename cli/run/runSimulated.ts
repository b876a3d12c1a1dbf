import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { runSuite } from '../../harness/experiment/run/index.ts';
import {
  type ShardNumber,
  shardFileNames,
  shardText,
} from '../../harness/experiment/store/shard/index.ts';
import { makeFolder, removeLeftovers } from '../../harness/files/index.ts';
import type { RasterCache } from '../lab/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { checkFrames } from './checkFrames.ts';
import { sha256OfSources } from './gatherProvenance.ts';
import { openRun, type RunFlags, resumeText } from './openRun.ts';
import { type PlanOptions, planFrom } from './planFrom.ts';
import { runProgress } from './runProgress.ts';
import { runReports } from './runReports.ts';
import { partOf } from './shardOptions.ts';
import { warmUp } from './warmUp.ts';
import { workerPool } from './workerPool.ts';

/** What `semfocus run` is asked for that runs in the simulator. */
export interface SimulatedRunFlags extends PlanOptions, RunFlags {
  readonly shard?: ShardNumber;
  readonly workers?: number;
  readonly timeout: number;
  readonly timing?: boolean;
  readonly cache?: string;
}

/**
 * Runs a suite in the simulator, on worker threads.
 *
 * @returns the exit code.
 */
export async function runSimulated(
  suiteName: string,
  options: SimulatedRunFlags,
  terminal: Terminal,
): Promise<number> {
  const { model: modelFile, shard } = options;
  const cache = options.cache === undefined ? undefined : await openCache(options.cache);
  const { plan: whole, registry, own } = await planFrom(suiteName, options);
  const plan = shard === undefined ? whole : partOf(whole, shard, terminal);
  await checkFrames(plan, registry);
  const isForTimes = options.timing ?? plan.suite.timing ?? false;
  const workers = isForTimes
    ? 1
    : Math.max(1, Math.min(options.workers ?? availableParallelism(), plan.keys.length));
  const { folder, store, live } = await openRun(plan, options, {
    ...{ workers, shard, isTimed: isForTimes, terminal },
  }).catch((error: unknown) => {
    own.close();
    throw error;
  });

  const show = runProgress(terminal, plan);
  const setup = {
    own: own.setup,
    ...(modelFile !== undefined && { modelFile }),
    ...(cache && { cache }),
  };
  const pool = workerPool(workers, setup, live?.onlooker);
  let status: 'complete' | 'interrupted' | undefined;
  await interruptible(
    async (signal) => {
      try {
        if (isForTimes) await warmUp(plan, pool.runOne, signal);
        ({ status } = await runSuite(plan, store, pool.runOne, {
          concurrency: workers,
          signal,
          timeout: { afterS: options.timeout, now: () => new Date() },
          ...(isForTimes && { serial: { loadAverage: () => loadavg()[0] ?? 0 } }),
          onEvent: (event) => {
            show.event(event);
            live?.event(event);
          },
        }));
      } finally {
        show.end();
        await pool.close();
        own.close();
        await store.close();
        if (status !== 'complete') await live?.end(status ?? 'failed');
      }
    },
    {
      onInterrupt: () =>
        show.say('interrupted: keeping the trajectories that have ended (again to leave at once)'),
    },
  );
  if (status === 'interrupted') {
    terminal.err(resumeText(folder, store, plan));
    return exitCodes.interrupted;
  }
  if (shard !== undefined) {
    const file = join(folder, shardFileNames(plan.planHash, shard).complete);
    await live?.end('complete', file);
    const trajectories = plan.keys.length;
    terminal.out(
      options.json === true
        ? `${JSON.stringify({ shard, planHash: plan.planHash, trajectories, file }, null, 2)}\n`
        : `${shardText(shard)}: ${trajectories === 1 ? '1 trajectory' : `${trajectories} trajectories`} in ${file}\n`,
    );
    return exitCodes.ok;
  }
  const { report, code } = await runReports(folder, options, terminal);
  await live?.end('complete', report);
  return code;
}

/** @throws ConfigError if the folder cannot be made. */
async function openCache(folder: string): Promise<RasterCache> {
  await makeFolder(folder);
  await removeLeftovers(folder);
  const { version, arch, versions } = process;
  const runtime = [await sha256OfSources(), arch, version, versions.v8];
  return { folder: resolve(folder), version: runtime.join(' ') };
}
