import { describeMismatch } from '../../config/index.ts';
import {
  type CallOptions,
  DeviceError,
  Disconnected,
  errorOfRefusal,
  Timeout,
} from '../../microscope/index.ts';
import {
  commandTitle,
  commandWords,
  ProgramError,
  type StartedProgram,
  startProgram,
} from '../../program/index.ts';
import { type Answer, answerSchemas, errorSchema } from './protocol.ts';

/** How long a program may take to leave, e.g. to blank the beam, ms. */
const graceMs = 5000;

/** A running program that is a microscope. */
export class MicroscopeProgram {
  readonly #started: StartedProgram;
  /** Its command. */
  readonly words: readonly string[];
  /** What messages call it. */
  readonly title: string;
  #previous: Promise<unknown> = Promise.resolve();

  private constructor(started: StartedProgram, words: readonly string[]) {
    this.#started = started;
    this.words = words;
    this.title = commandTitle(words);
  }

  /**
   * @param command - As for `exec:`.
   * @param parent - An existing folder for its frames.
   * @throws ConfigError if the text holds no command.
   */
  static async start(command: string, parent: string): Promise<MicroscopeProgram> {
    const words = commandWords(command);
    const started = await startProgram(words, { title: commandTitle(words), parent });
    return new MicroscopeProgram(started, words);
  }

  /** For frames. */
  get folder(): string {
    return this.#started.folder;
  }

  /**
   * Asks one thing, once what was asked before is answered, also where its caller waits no longer.
   *
   * @param timeoutMs - Left out, it is waited for as long as the program runs.
   * @throws Disconnected if it has ended; Timeout if it was killed because of the time; DeviceError with
   *   the code `protocol` if it does not keep to the protocol; what it refuses; `signal.reason`.
   */
  async ask<Name extends keyof typeof answerSchemas>(
    name: Name,
    content: object,
    { signal, timeoutMs }: CallOptions & { readonly timeoutMs?: number } = {},
  ): Promise<Answer<Name>> {
    const asked = this.#previous.then(() => {
      signal?.throwIfAborted();
      return this.#started.program.request({ do: name, ...content }, timeoutMs);
    });
    this.#previous = asked.catch(() => {});
    let answer: unknown;
    try {
      answer = await asked;
    } catch (error) {
      throw error instanceof ProgramError ? troubleOf(error) : error;
    }
    const trouble = errorSchema.safeParse(answer);
    if (trouble.success) throw this.#refusal(trouble.data);
    const schema = answerSchemas[name];
    const result = schema.safeParse(answer);
    if (result.success) return result.data as Answer<Name>;
    const mismatch = describeMismatch(schema, answer, result.error);
    throw new DeviceError(`${this.title}, answer to ${name}: ${mismatch}`, { code: 'protocol' });
  }

  /** Lets it leave, then kills what is left of it and removes its frames. */
  async close(): Promise<void> {
    await this.#started.program.end(graceMs);
    await this.#started.close();
  }

  #refusal({ error, hint }: ReturnType<typeof errorSchema.parse>): Error {
    if (typeof error !== 'string') return errorOfRefusal(error);
    const details = hint === undefined ? {} : { hint };
    return new DeviceError(`${this.title}: ${error}`, { code: 'program', ...details });
  }
}

function troubleOf(cause: ProgramError): Error {
  switch (cause.trouble) {
    case 'silent':
      return new Timeout(cause.message, { cause });
    case 'unreadable':
      return new DeviceError(cause.message, {
        code: 'protocol',
        cause,
        hint: 'stdout may contain only answers, one line of JSON each (NaN is not JSON); write other output to stderr',
      });
    case 'absent':
    case 'stopped':
      return new Disconnected(cause.message, { cause });
  }
}
