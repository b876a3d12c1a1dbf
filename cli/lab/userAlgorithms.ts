import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { inspectPlugin, pluginSource } from '../../harness/algorithm/plugin/index.ts';
import {
  inspectProgram,
  type ProgramIdentity,
  programEntry,
  programSource,
} from '../../harness/algorithm/program/index.ts';
import { type ProgramHost, programPrefix } from '../../harness/program/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { openProgramFolder, startScript } from './programFolder.ts';

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
  const programs = isAny ? openProgramFolder(0) : undefined;
  const host: ProgramHost = { folder: programs?.folder ?? '', timeoutMs: timeoutS * 1e3 };
  const leave = (): void => process.exit(exitCodes.interrupted);
  if (exitOnInterrupt) process.on('SIGINT', leave).on('SIGTERM', leave);
  const close = (): void => {
    process.off('SIGINT', leave).off('SIGTERM', leave);
    programs?.close();
  };
  try {
    const loaded: UserSetup['plugins'][number][] = [];
    for (const path of plugins) {
      const identities = await inspectPlugin(path, pluginStart, host);
      loaded.push(...identities.map((identity) => ({ path, identity })));
    }
    const started: UserSetup['programs'][number][] = [];
    const chosen: string[] = [];
    for (const text of algorithms) {
      if (!text.startsWith(programPrefix)) {
        chosen.push(text);
        continue;
      }
      const identity = await inspectProgram(programSource(text), host);
      started.push({ command: text, identity });
      chosen.push(identity.hello.name);
    }
    const setup: UserSetup = { plugins: loaded, programs: started, host };
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

const pluginStart = [startScript, 'pluginHost'];
