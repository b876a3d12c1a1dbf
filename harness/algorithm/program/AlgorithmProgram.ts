import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rowMajorValues, writeNpyFile } from '../../image/index.ts';
import { AlgorithmError, type GreyPixels, Timeout } from '../../microscope/index.ts';
import {
  ProgramError,
  type ProgramHost,
  type StartedProgram,
  startProgram,
} from '../../program/index.ts';
import type { Json } from '../AutofocusAlgorithm.ts';
import type { ProgramSource } from './ProgramSource.ts';
import { programErrorSchema, programProtocol } from './protocol.ts';

/** A running program that is an algorithm, with a folder for its frames. */
export class AlgorithmProgram {
  readonly #started: StartedProgram;
  readonly #timeoutMs: number;
  /** What messages call it. */
  readonly title: string;
  #introduction: unknown;
  #frames: string | undefined;
  #letsRefusalThrough = false;

  private constructor(started: StartedProgram, title: string, timeoutMs: number) {
    this.#started = started;
    this.title = title;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Starts a program and reads its hello, {@link introduction}.
   *
   * @param signal - Kills the program, now and at any later time.
   * @throws Timeout; AlgorithmError if it does not run or does not speak the protocol;
   *   `signal.reason`.
   */
  static async start(
    source: ProgramSource,
    { folder: parent, timeoutMs }: ProgramHost,
    signal?: AbortSignal,
  ): Promise<AlgorithmProgram> {
    signal?.throwIfAborted();
    const { title, hasOwnChannel } = source;
    const started = await startProgram(source.words, { title, parent, hasOwnChannel });
    const program = new AlgorithmProgram(started, title, timeoutMs);
    signal?.addEventListener('abort', () => started.program.close(), { once: true });
    try {
      program.#introduction = await program.ask({ do: 'hello', protocol: programProtocol });
      return program;
    } catch (error) {
      await program.close();
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** Its answer to hello, not yet looked at. */
  get introduction(): unknown {
    return this.#introduction;
  }

  /** Whether it has ended by itself. */
  get hasStopped(): boolean {
    return this.#started.program.failure?.trouble === 'stopped';
  }

  /** Whether it has said that it cannot go on because of the last refusal of the microscope. */
  get letsRefusalThrough(): boolean {
    return this.#letsRefusalThrough;
  }

  /**
   * @returns its answer, any JSON, its text clean.
   * @throws Timeout; AlgorithmError if it has stopped, answers what is no JSON, or says that it
   *   cannot go on. From then on it can be asked nothing any more, but after the last.
   */
  async ask(message: { readonly [name: string]: Json }): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await this.#started.program.request(message, this.#timeoutMs);
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
    const trouble = programErrorSchema.safeParse(answer);
    if (!trouble.success) return answer;
    const { error, hint, isRefusal = false } = trouble.data;
    this.#letsRefusalThrough = isRefusal;
    throw new AlgorithmError(`${this.title}: ${error}`, hint === undefined ? {} : { hint });
  }

  /**
   * Hands over frames, in place of those before.
   *
   * @returns paths of NumPy files, shape `[height, width]`, of 8 or 16 bit.
   */
  async writeFrames(frames: readonly GreyPixels[]): Promise<readonly string[]> {
    const before = this.#frames;
    // A folder of their own: what the program has put beside the last ones is not written over.
    await mkdir(this.#started.folder, { recursive: true });
    const folder = await mkdtemp(join(this.#started.folder, 'frames-'));
    this.#frames = folder;
    const written = await Promise.all(
      frames.map(async (pixels, i) => {
        const { data, width, height } = rowMajorValues(pixels);
        const path = join(folder, `${i}.npy`);
        await writeNpyFile(path, data, [height, width]);
        return path;
      }),
    );
    if (before !== undefined) await rm(before, { recursive: true, force: true });
    return written;
  }

  /** Kills it, whatever it is doing, with all that it has started, and removes its frames. */
  close(): Promise<void> {
    return this.#started.close();
  }
}
