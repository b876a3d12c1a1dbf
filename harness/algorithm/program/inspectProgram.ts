import { describeMismatch } from '../../config/index.ts';
import { AlgorithmError, ConfigError, isSemfocusError } from '../../microscope/index.ts';
import { helloByHand, type ProgramHost } from '../../program/index.ts';
import { AlgorithmProgram } from './AlgorithmProgram.ts';
import type { ProgramSource } from './ProgramSource.ts';
import { helloSchema, type ProgramHello } from './protocol.ts';

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
    return identityOf(program, source);
  } catch (cause) {
    if (!isSemfocusError(cause, 'AlgorithmError', 'Timeout')) throw cause;
    throw new ConfigError(cause.message, {
      cause,
      hint: cause.hint ?? `${helloByHand(source.words)} (docs/own-algorithms.md)`,
    });
  }
}

/**
 * @throws AlgorithmError if it has not said what it is; ConfigError if a file that it lists cannot
 *   be read.
 */
export function identityOf(
  { introduction, title }: Pick<AlgorithmProgram, 'introduction' | 'title'>,
  source: ProgramSource,
): ProgramIdentity {
  const result = helloSchema.safeParse(introduction);
  if (!result.success) {
    const mismatch = describeMismatch(helloSchema, introduction, result.error);
    throw new AlgorithmError(`the answer of ${title} to hello: ${mismatch}`);
  }
  return { hello: result.data, sha256: source.sha256(result.data.files) };
}
