import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Json } from '../AutofocusAlgorithm.ts';
import { killGroup } from './killGroup.ts';
import type { ProgramRegister } from './ProgramRegister.ts';

/**
 * Why a program gave no answer. `absent`: it could not be started; `stopped`: it ended; `silent`: it
 * took too long and was killed; `unreadable`: its output is no answer. All of them are final.
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
  /** Holds the process while it runs, so that another thread can end it. */
  readonly register?: ProgramRegister;
}

/** Part of its stderr that is kept for messages, characters. */
const stderrTail = 2000;
/** The lines of it that a message quotes. */
const quotedLines = 3;
/** Longest answer, characters. Answers are short, because frames go through files. */
const longestLine = 1_000_000;

/**
 * A program that answers every line of JSON on its stdin by one on its stdout, one at a time.
 *
 * Once it has failed in any way it is killed with whatever it has started, and every later request
 * fails by the same error, so that no caller waits for a program that has ended.
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
    this.#child = spawn(command, args, {
      env: { ...process.env, ...options.environment },
      // A process group of its own, so that what it starts can be ended with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const { stdin, stdout, stderr, pid } = this.#child;
    if (pid !== undefined) options.register?.add(pid);
    stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrTail);
    });
    // A program that is gone says so by its exit.
    stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.#fail(new ProgramError('absent', `${command} could not be started: ${error.message}`));
    });
    // What it leaves behind would keep its stdout open, and its end would go unnoticed.
    this.#child.on('exit', () => this.#kill());
    // `close`, not `exit`: by then all it has written is here.
    this.#child.on('close', (code, signal) => {
      if (pid !== undefined) options.register?.remove(pid);
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
      return Promise.reject(new TypeError(`${this.#title} takes one request at a time`));
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
    if (this.#unread.length > longestLine) {
      const length = this.#unread.length;
      this.#refuse(`must answer in short lines. Received ${length} characters without an end`);
      this.#unread = '';
    }
  }

  #answer(line: string): void {
    if (this.#waiting === undefined) {
      this.#refuse(`must write nothing that it is not asked for. Received ${quoted(line)}`);
      return;
    }
    let reply: unknown;
    try {
      reply = JSON.parse(line);
    } catch {
      this.#refuse(`must answer in JSON. Received ${quoted(line)}`);
      return;
    }
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(reply);
  }

  #refuse(why: string): void {
    this.#fail(new ProgramError('unreadable', `${this.#title} ${why}`));
  }

  #fail(error: ProgramError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#kill();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #kill(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  #quote(): string {
    const lines = this.#stderr.trimEnd().split('\n').slice(-quotedLines);
    return lines.join('').trim() === '' ? '' : `:\n  ${lines.join('\n  ')}`;
  }
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 77)}...` : line);
}
