import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMismatch } from '../../config/index.ts';
import { rowMajorValues, writeNpyFile } from '../../image/index.ts';
import { AlgorithmError, type GreyPixels, Timeout } from '../../microscope/index.ts';
import type { Json } from '../AutofocusAlgorithm.ts';
import { JsonLinesProgram, ProgramError } from './JsonLinesProgram.ts';
import { oneThreadEnvironment } from './oneThreadEnvironment.ts';
import type { ProgramHost } from './ProgramHost.ts';
import { type ProgramSource, programTitle } from './ProgramSource.ts';
import { helloSchema, type ProgramHello, programErrorSchema, programProtocol } from './protocol.ts';

/** A running program that is an algorithm, with a folder for its frames. */
export class AlgorithmProgram {
  readonly #program: JsonLinesProgram;
  readonly #folder: string;
  readonly #timeoutMs: number;
  readonly #title: string;
  readonly hello: ProgramHello;
  #frames = 0;

  private constructor(
    program: JsonLinesProgram,
    folder: string,
    { title, timeoutMs, hello }: { title: string; timeoutMs: number; hello: ProgramHello },
  ) {
    this.#program = program;
    this.#folder = folder;
    this.#title = title;
    this.#timeoutMs = timeoutMs;
    this.hello = hello;
  }

  /**
   * Starts a program and reads its hello.
   *
   * @param signal - Kills the program, now and at any later time.
   * @throws Timeout; AlgorithmError if it does not run or does not speak the protocol;
   *   `signal.reason`.
   */
  static async start(
    source: ProgramSource,
    { folder: parent, register, timeoutMs }: ProgramHost,
    signal?: AbortSignal,
  ): Promise<AlgorithmProgram> {
    signal?.throwIfAborted();
    const title = programTitle(source);
    const [command = '', ...args] = source.words;
    const folder = await mkdtemp(join(parent, 'program-'));
    const program = new JsonLinesProgram(command, args, {
      title,
      // The user has set them on purpose.
      environment: { ...oneThreadEnvironment, ...ownThreadSettings() },
      register,
    });
    signal?.addEventListener('abort', () => program.close(), { once: true });
    try {
      const answer = await ask(
        program,
        title,
        { do: 'hello', protocol: programProtocol },
        timeoutMs,
      );
      const hello = helloFrom(answer, title);
      return new AlgorithmProgram(program, folder, { title, timeoutMs, hello });
    } catch (error) {
      program.close();
      await rm(folder, { recursive: true, force: true });
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** What messages call it. */
  get title(): string {
    return this.#title;
  }

  /** Whether it has ended by itself. */
  get hasStopped(): boolean {
    return this.#program.failure?.trouble === 'stopped';
  }

  /**
   * @returns its answer, any JSON.
   * @throws Timeout; AlgorithmError if it has stopped, its answer is no JSON, or says that it
   *   cannot go on. From then on it can be asked nothing any more, but after the last.
   */
  ask(message: { readonly [name: string]: Json }): Promise<unknown> {
    return ask(this.#program, this.#title, message, this.#timeoutMs);
  }

  /**
   * Hands over frames, in place of those before.
   *
   * @returns paths of NumPy files, shape `[height, width]`, of 8 or 16 bit.
   */
  async writeFrames(frames: readonly GreyPixels[]): Promise<readonly string[]> {
    const before = this.#frames;
    this.#frames += frames.length;
    const path = (index: number) => join(this.#folder, `frame-${index}.npy`);
    const written = await Promise.all(
      frames.map(async (pixels, i) => {
        const { data, width, height } = rowMajorValues(pixels);
        await writeNpyFile(path(before + i), data, [height, width]);
        return path(before + i);
      }),
    );
    for (let index = Math.max(0, before - 2); index < before; index++) {
      await rm(path(index), { force: true });
    }
    return written;
  }

  /** Kills it, whatever it is doing, and removes its frames. */
  async close(): Promise<void> {
    this.#program.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function ask(
  program: JsonLinesProgram,
  title: string,
  message: Json,
  timeoutMs: number,
): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await program.request(message, timeoutMs);
  } catch (cause) {
    if (!(cause instanceof ProgramError)) throw cause;
    throw cause.trouble === 'silent'
      ? new Timeout(cause.message, {
          cause,
          hint: 'raise --algorithm-timeout, or make the program answer sooner',
        })
      : new AlgorithmError(cause.message, {
          cause,
          ...(cause.trouble === 'unreadable' && {
            hint: 'stdout may contain only answers, one line of JSON each (NaN is not JSON); write other output to stderr',
          }),
        });
  }
  const refusal = programErrorSchema.safeParse(answer);
  if (refusal.success) throw new AlgorithmError(`${title}: ${refusal.data.error}`);
  return answer;
}

function helloFrom(answer: unknown, title: string): ProgramHello {
  const result = helloSchema.safeParse(answer);
  if (result.success) return result.data;
  const mismatch = describeMismatch(helloSchema, answer, result.error);
  throw new AlgorithmError(`the answer of ${title} to hello: ${mismatch}`);
}

function ownThreadSettings(): Record<string, string> {
  return Object.fromEntries(
    Object.keys(oneThreadEnvironment).flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
