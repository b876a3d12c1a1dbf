import { join } from 'node:path';
import { RecordStore } from '../../harness/experiment/store/index.ts';
import type { ShardNumber } from '../../harness/experiment/store/shard/index.ts';
import type { Plan } from '../../harness/experiment/suite/index.ts';
import { type RunServer, startRunServer } from '../live/run/RunServer.ts';
import { livePort } from '../live/server/livePort.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { gatherProvenance } from './gatherProvenance.ts';

/** What a run is asked for that is not its plan. */
export interface RunFlags {
  readonly out?: string;
  readonly name?: string;
  readonly tags?: string[];
  readonly live?: number | true;
  readonly force?: boolean;
  readonly retryFailed?: boolean;
  readonly only?: string[];
  readonly json?: boolean;
  readonly open?: boolean;
}

/** Where a run goes, and who follows it. */
export interface OpenedRun {
  readonly folder: string;
  readonly store: RecordStore;
  readonly live: RunServer | undefined;
}

/**
 * Opens the folder of a run, and its page where one is asked for.
 *
 * @throws ConfigError if the port or the folder cannot be had; RecordError if what the folder holds is damaged.
 */
export async function openRun(
  plan: Plan,
  flags: RunFlags,
  {
    workers,
    shard,
    isTimed,
    terminal,
  }: {
    readonly workers: number;
    readonly shard?: ShardNumber | undefined;
    readonly isTimed: boolean;
    readonly terminal: Terminal;
  },
): Promise<OpenedRun> {
  const folder = flags.out ?? join('results', [plan.suite.name, ...(flags.only ?? [])].join('-'));
  const commandLine = process.argv.slice(2);
  const { name, tags } = flags;
  const provenance = await gatherProvenance(plan, { workers, shard, name, tags, commandLine });
  // The port comes first: where it is refused, no result has been replaced.
  const port = livePort(flags.live);
  let live: RunServer | undefined;
  if (port !== undefined) {
    const clock = { nowMs: () => performance.now() };
    live = await startRunServer({ plan, folder, isTimed }, port, clock);
    terminal.err(`Live: ${live.url}\n`);
  }
  try {
    const store = await RecordStore.open(folder, plan, {
      force: flags.force === true,
      retryFailed: flags.retryFailed === true,
      onNotice: (message) => terminal.err(`${message}\n`),
      process: { provenance, now: () => new Date() },
    });
    return { folder, store, live };
  } catch (error) {
    await live?.end('failed');
    throw error;
  }
}

/** For a run that did not come to its end. */
export function resumeText(folder: string, { size }: RecordStore, { keys }: Plan): string {
  return `${size} of ${keys.length} trajectories are in ${folder}; the same command goes on with the others\n`;
}
