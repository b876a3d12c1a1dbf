import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { inspectPlugin, pluginSource } from '../../harness/algorithm/plugin/index.ts';
import {
  inspectProgram,
  type ProgramHost,
  type ProgramIdentity,
  programEntry,
  programPrefix,
  programSource,
} from '../../harness/algorithm/program/index.ts';
import { endPrograms, programMark } from '../../harness/algorithm/running/index.ts';
import { makeTemporaryFolder } from '../../harness/files/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';

/** What a command line says of algorithms of the user's own. */
export interface UserSources {
  /** Paths of ES modules. */
  readonly plugins?: readonly string[];
  /** Names of algorithms, or `exec:` and a command. */
  readonly algorithms?: readonly string[];
  readonly timeoutS: number;
  /** Ends the process at Ctrl-C, for commands that have nothing to keep. */
  readonly exitOnInterrupt?: boolean;
}

/** What a worker thread is handed to have the same algorithms. */
export interface UserSetup {
  /** Each algorithm of a plugin by itself. */
  readonly plugins: readonly { readonly path: string; readonly identity: ProgramIdentity }[];
  readonly programs: readonly { readonly command: string; readonly identity: ProgramIdentity }[];
  readonly host: ProgramHost;
}

/** Algorithms of the user's own for as long as a command needs them. */
export interface UserAlgorithms {
  readonly entries: readonly AlgorithmEntry[];
  /** Names of what `algorithms` asked for, in that order. */
  readonly chosen: readonly string[];
  readonly setup: UserSetup;
  /** Kills all that still runs, also what threads that are gone have started; removes their frames. */
  close(): void;
}

/**
 * Reads the hello of plugins and programs, each in a process of its own.
 *
 * @throws ConfigError if one of them cannot be loaded or started.
 */
export async function openUserAlgorithms(sources: UserSources): Promise<UserAlgorithms> {
  const { plugins = [], algorithms = [], timeoutS, exitOnInterrupt = false } = sources;
  const isAny = plugins.length > 0 || algorithms.some((text) => text.startsWith(programPrefix));
  const folder = isAny ? makeTemporaryFolder() : '';
  const host: ProgramHost = { folder, timeoutMs: timeoutS * 1e3 };
  const dismiss = isAny ? startWatchdog(folder) : () => {};
  const sweep = (): void => {
    if (isAny) endPrograms(folder);
    dismiss();
  };
  const leave = (): void => process.exit(exitCodes.interrupted);
  process.on('exit', sweep);
  if (exitOnInterrupt) process.on('SIGINT', leave).on('SIGTERM', leave);
  const close = (): void => {
    process.off('exit', sweep).off('SIGINT', leave).off('SIGTERM', leave);
    sweep();
  };
  try {
    const loaded: UserSetup['plugins'][number][] = [];
    for (const path of plugins) {
      const identities = await inspectPlugin(path, pluginStart, host);
      loaded.push(...identities.map((identity) => ({ path, identity })));
    }
    const programs: UserSetup['programs'][number][] = [];
    const chosen: string[] = [];
    for (const text of algorithms) {
      if (!text.startsWith(programPrefix)) {
        chosen.push(text);
        continue;
      }
      const identity = await inspectProgram(programSource(text), host);
      programs.push({ command: text, identity });
      chosen.push(identity.hello.name);
    }
    const setup: UserSetup = { plugins: loaded, programs, host };
    return { entries: userAlgorithmsOf(setup), chosen, setup, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The same algorithms, also in a worker thread. */
export function userAlgorithmsOf({
  plugins,
  programs,
  host,
}: UserSetup): readonly AlgorithmEntry[] {
  return [
    ...plugins.map(({ path, identity }) =>
      programEntry(pluginSource(path, pluginStart, identity.hello.name), identity, host),
    ),
    ...programs.map(({ command, identity }) =>
      programEntry(programSource(command), identity, host),
    ),
  ];
}

const startScript = fileURLToPath(new URL('./start.js', import.meta.url));
const pluginStart = [startScript, 'pluginHost'];

/**
 * A process that outlives this one, however it ends (`kill -9`), for long enough to end the programs
 * that it leaves behind.
 *
 * @returns what sends it away.
 */
function startWatchdog(folder: string): () => void {
  const watchdog = spawn(process.execPath, [startScript, 'watchdog', folder], {
    detached: true,
    // Without the mark that it would carry where semfocus itself is started by a program.
    env: { ...process.env, [programMark]: '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without one, all but the last rescue works.
  watchdog.on('error', () => {}).unref();
  const { stdin } = watchdog;
  stdin.on('error', () => {});
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return () => stdin.destroy();
}
