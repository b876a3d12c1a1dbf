import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Json } from '../../harness/algorithm/index.ts';
import {
  JsonLinesProgram,
  oneThreadEnvironment,
  ProgramError,
} from '../../harness/algorithm/program/index.ts';

/** A peer cannot be run here; the message says what to install. */
export class PeerMissing extends Error {}

/** What the peer itself says it cannot do, or does wrong. */
export class PeerError extends Error {}

/** Starting Python and loading SciPy from a cold disk. */
const helloTimeoutMs = 60_000;

const refusalSchema = z.object({
  ok: z.literal(false),
  error: z.string(),
  missing: z.string().nullable().default(null),
});
const helloSchema = z.object({
  ok: z.literal(true),
  package: z.string().nullable(),
  python: z.string(),
  numpy: z.string(),
  scipy: z.string(),
});

/** Versions of what a peer runs on. */
export type PeerVersions = Omit<z.infer<typeof helloSchema>, 'ok'>;

/** One of the Python scripts of this folder, running on one thread. */
export class Peer {
  readonly #program: JsonLinesProgram;
  readonly versions: PeerVersions;

  private constructor(program: JsonLinesProgram, versions: PeerVersions) {
    this.#program = program;
    this.versions = versions;
  }

  /**
   * @param script - Its name in this folder.
   * @param install - What to install where something is missing.
   * @throws PeerMissing if Python or a module is not there; ProgramError if it breaks.
   */
  static async start(python: string, script: string, install: string): Promise<Peer> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const program = new JsonLinesProgram(python, [path], {
      title: `${python} ${script}`,
      environment: oneThreadEnvironment,
    });
    try {
      const reply = await program.request({ op: 'hello' }, helloTimeoutMs);
      const refusal = refusalSchema.safeParse(reply);
      if (refusal.success) {
        const { missing, error } = refusal.data;
        if (missing === null) throw new PeerError(`${python} ${script}: ${error}`);
        throw new PeerMissing(`${python} has no module ${missing}; ${install}`);
      }
      const { ok: _, ...versions } = helloSchema.parse(reply);
      return new Peer(program, versions);
    } catch (error) {
      program.close();
      if (error instanceof ProgramError && error.trouble === 'absent') {
        throw new PeerMissing(`${error.message}; name one with --python, and there ${install}`);
      }
      throw error;
    }
  }

  /** Why it can be asked nothing any more. */
  get failure(): Error | undefined {
    return this.#program.failure;
  }

  /** @throws PeerError with the peer's own words; ProgramError if it broke or took too long. */
  async ask<T>(message: Json, reply: z.ZodType<T>, timeoutMs: number): Promise<T> {
    const answer = await this.#program.request(message, timeoutMs);
    const refusal = refusalSchema.safeParse(answer);
    if (refusal.success) throw new PeerError(refusal.data.error);
    return reply.parse(answer);
  }

  close(): void {
    this.#program.close();
  }
}
