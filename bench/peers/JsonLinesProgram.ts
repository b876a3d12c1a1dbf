import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Json } from '../../harness/algorithm/index.ts';

/**
 * Why a program gave no answer. `absent`: it could not be started; `stopped`: it ended; `silent`: it
 * took too long and was killed; `unreadable`: it answered no line of JSON. All of them are final.
 */
export type ProgramTrouble = 'absent' | 'stopped' | 'silent' | 'unreadable';

export class ProgramError extends Error {
  readonly trouble: ProgramTrouble;

  constructor(trouble: ProgramTrouble, message: string) {
    super(message);
    this.trouble = trouble;
  }
}

export interface ProgramOptions {
  /** What messages call it. */
  readonly title: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How much of what it wrote to stderr is kept for messages, characters. */
const stderrTail = 2000;
/** The lines of it that a message quotes. */
const quotedLines = 3;

/**
 * A program that answers every line of JSON on its stdin by one on its stdout, one at a time.
 *
 * Once it has failed in any way it is killed, and every later request fails by the same error, so
 * that nobody waits for a program that is gone.
 */
export class JsonLinesProgram {
  readonly #title: string;
  readonly #child: ChildProcessWithoutNullStreams;
  #unread = '';
  #stderr = '';
  #failure: ProgramError | undefined;
  #waiting: { resolve: (reply: unknown) => void; reject: (error: Error) => void } | undefined;

  constructor(command: string, args: readonly string[], options: ProgramOptions) {
    this.#title = options.title;
    this.#child = spawn(command, args, { env: { ...process.env, ...options.environment } });
    const { stdin, stdout, stderr } = this.#child;
    stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrTail);
    });
    // A program that is gone says so by its exit.
    stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.#fail(new ProgramError('absent', `${command} could not be started: ${error.message}`));
    });
    // `close`, not `exit`: by then all it has written is here.
    this.#child.on('close', (code, signal) => {
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      this.#fail(new ProgramError('stopped', `${this.#title} stopped ${how}${this.#quote()}`));
    });
  }

  /** The error after which nothing can be asked any more. */
  get failure(): ProgramError | undefined {
    return this.#failure;
  }

  /**
   * @returns The parsed line of the answer.
   * @throws ProgramError; TypeError while another request is waiting.
   */
  request(message: Json, timeoutMs: number): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#waiting !== undefined) {
      return Promise.reject(new TypeError(`${this.#title} is asked one thing at a time`));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const limit = `${(timeoutMs / 1e3).toFixed(timeoutMs < 1e4 ? 1 : 0)} s`;
        const text = `${this.#title} gave no answer within ${limit} and was stopped${this.#quote()}`;
        this.#fail(new ProgramError('silent', text));
      }, timeoutMs);
      this.#waiting = {
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  close(): void {
    this.#fail(new ProgramError('stopped', `${this.#title} was closed`));
  }

  #read(text: string): void {
    this.#unread += text;
    for (let end = this.#unread.indexOf('\n'); end >= 0; end = this.#unread.indexOf('\n')) {
      const line = this.#unread.slice(0, end);
      this.#unread = this.#unread.slice(end + 1);
      this.#answer(line);
    }
  }

  #answer(line: string): void {
    let reply: unknown;
    try {
      reply = JSON.parse(line);
    } catch {
      const start = JSON.stringify(line.slice(0, 80));
      this.#fail(new ProgramError('unreadable', `${this.#title} must answer in JSON: ${start}`));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(reply);
  }

  #fail(error: ProgramError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#child.kill('SIGKILL');
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #quote(): string {
    const lines = this.#stderr.trimEnd().split('\n').slice(-quotedLines);
    return lines.join('').trim() === '' ? '' : `:\n  ${lines.join('\n  ')}`;
  }
}
