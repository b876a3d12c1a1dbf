import { ConfigError, isSemfocusError } from '../../microscope/index.ts';
import { AlgorithmProgram } from './AlgorithmProgram.ts';
import type { ProgramHost } from './ProgramHost.ts';
import { type ProgramSource, programSha256, programTitle } from './ProgramSource.ts';
import type { ProgramHello } from './protocol.ts';

/** The hello of a program, and the hash of its files. */
export interface ProgramIdentity {
  readonly hello: ProgramHello;
  readonly sha256: string;
}

/**
 * Starts a program once to read its hello.
 *
 * @throws ConfigError if it does not run, does not answer in time or does not speak the protocol;
 *   `signal.reason`.
 */
export async function inspectProgram(
  source: ProgramSource,
  host: ProgramHost,
  signal?: AbortSignal,
): Promise<ProgramIdentity> {
  try {
    const program = await AlgorithmProgram.start(source, host, signal);
    await program.close();
    return identityOf(program.hello, source);
  } catch (cause) {
    if (!isSemfocusError(cause, 'AlgorithmError', 'Timeout')) throw cause;
    throw new ConfigError(cause.message, {
      cause,
      hint:
        cause.hint ??
        `try it by hand: echo '{"do": "hello", "protocol": 1}' | ${programTitle(source)} (docs/own-algorithms.md)`,
    });
  }
}

/** @throws ConfigError if a file that it lists cannot be read. */
export function identityOf(hello: ProgramHello, source: ProgramSource): ProgramIdentity {
  return { hello, sha256: programSha256(source, hello.files) };
}
