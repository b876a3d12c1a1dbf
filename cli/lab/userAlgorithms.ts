import { rmSync } from 'node:fs';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import {
  inspectProgram,
  type ProgramHost,
  type ProgramIdentity,
  ProgramRegister,
  type ProgramSource,
  programEntry,
  programPrefix,
  programSource,
} from '../../harness/algorithm/program/index.ts';
import { makeTemporaryFolder } from '../../harness/files/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { readPlugin } from './plugins.ts';

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
  readonly plugins: readonly { readonly path: string; readonly sha256: readonly string[] }[];
  readonly programs: readonly {
    readonly source: ProgramSource;
    readonly identity: ProgramIdentity;
  }[];
  readonly host: {
    readonly folder: string;
    readonly register: SharedArrayBuffer;
    readonly timeoutMs: number;
  };
}

/** Algorithms of the user's own for as long as a command needs them. */
export interface UserAlgorithms {
  readonly entries: readonly AlgorithmEntry[];
  /** Names of what `algorithms` asked for, in that order. */
  readonly chosen: readonly string[];
  readonly setup: UserSetup;
  /** Kills every program that still runs, also those of threads that are gone; removes their frames. */
  close(): void;
}

/**
 * Loads plugins, and asks programs what they are.
 *
 * @throws ConfigError if one of them cannot be loaded or started.
 */
export async function openUserAlgorithms(sources: UserSources): Promise<UserAlgorithms> {
  const { plugins = [], algorithms = [], timeoutS, exitOnInterrupt = false } = sources;
  const register = new ProgramRegister();
  const usesPrograms = algorithms.some((text) => text.startsWith(programPrefix));
  const folder = usesPrograms ? makeTemporaryFolder() : '';
  const host: ProgramHost = { folder, register, timeoutMs: timeoutS * 1e3 };
  const sweep = (): void => {
    register.killAll();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  };
  const leave = (): void => process.exit(exitCodes.interrupted);
  process.on('exit', sweep);
  if (exitOnInterrupt) process.on('SIGINT', leave).on('SIGTERM', leave);
  const close = (): void => {
    process.off('exit', sweep).off('SIGINT', leave).off('SIGTERM', leave);
    sweep();
  };
  try {
    const loaded = [];
    for (const path of plugins) loaded.push({ path, entries: await readPlugin(path) });
    const programs = [];
    const chosen: string[] = [];
    for (const text of algorithms) {
      if (!text.startsWith(programPrefix)) {
        chosen.push(text);
        continue;
      }
      const source = programSource(text);
      const identity = await inspectProgram(source, host);
      programs.push({ source, identity });
      chosen.push(identity.hello.name);
    }
    const setup: UserSetup = {
      plugins: loaded.map(({ path, entries }) => ({ path, sha256: hashesOf(entries) })),
      programs,
      host: { folder, register: register.shared, timeoutMs: host.timeoutMs },
    };
    const entries = [
      ...loaded.flatMap((plugin) => plugin.entries),
      ...programs.map(({ source, identity }) => programEntry(source, identity, host)),
    ];
    return { entries, chosen, setup, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * The same algorithms in a worker thread.
 *
 * @throws ConfigError if a plugin has changed in the meantime.
 */
export async function userAlgorithmsOf(setup: UserSetup): Promise<readonly AlgorithmEntry[]> {
  const { folder, register, timeoutMs } = setup.host;
  const host: ProgramHost = { folder, register: new ProgramRegister(register), timeoutMs };
  const loaded = [];
  for (const { path, sha256 } of setup.plugins) {
    const entries = await readPlugin(path);
    if (hashesOf(entries).join() !== sha256.join()) {
      throw new ConfigError(`the plugin ${path} has changed since the run was planned`, {
        hint: 'run the same command again',
      });
    }
    loaded.push(...entries);
  }
  return [
    ...loaded,
    ...setup.programs.map(({ source, identity }) => programEntry(source, identity, host)),
  ];
}

function hashesOf(entries: readonly AlgorithmEntry[]): readonly string[] {
  return entries.map(({ sourceSha256 = '' }) => sourceSha256);
}
