import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { reasonOf } from '../microscope/index.ts';
import { cleanJson, cleanText } from './cleanText.ts';
import { enterProgram, killGroup, removeProgram } from './endPrograms.ts';

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
  /** Where the process is entered while it runs, so that other threads and the watchdog can end it. */
  readonly folder: string;
  /** True if it speaks on its file descriptor 3; its stdout is then as its stderr. */
  readonly hasOwnChannel?: boolean;
}

/** Part of its stderr that is kept for messages, characters. */
const stderrTail = 8000;
/** The lines of it that a message quotes, and the characters of each. */
const quotedLines = 3;
const quotedLength = 300;
/** How long what a program has left running may keep its output open once it has ended, ms. */
const leftOpenMs = 500;
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
  readonly #child: ChildProcess;
  readonly #output: Writable;
  #unread = '';
  #stderr = '';
  #failure: ProgramError | undefined;
  #waiting: { resolve: (reply: unknown) => void; reject: (error: Error) => void } | undefined;

  constructor(command: string, args: readonly string[], options: ProgramOptions) {
    this.#title = options.title;
    const own = options.hasOwnChannel === true;
    this.#child = spawn(command, args, {
      env: { ...process.env, ...options.environment },
      // A process group of its own, so that what it starts can be ended with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: own ? ['ignore', 'pipe', 'pipe', 'pipe'] : 'pipe',
    });
    const { stdin, stdout, stderr, stdio, pid } = this.#child;
    const input = (own ? stdio[3] : stdout) as Readable;
    this.#output = (own ? (stdio[3] as Duplex) : stdin) as Writable;
    input.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    for (const said of own ? [stdout, stderr] : [stderr]) {
      said?.setEncoding('utf8').on('data', (text: string) => {
        this.#stderr = (this.#stderr + text).slice(-stderrTail);
      });
    }
    // A program that is gone says so by its exit.
    for (const stream of stdio) stream?.on('error', () => {});
    this.#child.on('error', (error) => {
      this.#fail(new ProgramError('absent', `${command} could not be started: ${error.message}`));
    });
    this.#child.on('exit', () => {
      this.#kill();
      // What it leaves behind out of reach would keep its output open, and its end would not be told.
      setTimeout(() => this.#deafen(), leftOpenMs).unref();
    });
    // `close`, not `exit`: by then all it has written is here.
    this.#child.on('close', (code, signal) => {
      if (pid !== undefined) removeProgram(options.folder, pid);
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      this.#fail(new ProgramError('stopped', `${this.#title} stopped ${how}${this.#quote()}`));
    });
    if (pid === undefined) return;
    try {
      enterProgram(options.folder, pid);
    } catch (error) {
      this.#fail(new ProgramError('absent', `${command} could not be entered: ${reasonOf(error)}`));
    }
  }

  /** The error after which nothing can be asked any more. */
  get failure(): ProgramError | undefined {
    return this.#failure;
  }

  /**
   * @param message - JSON.
   * @param timeoutMs - Left out, it is waited for as long as the program runs.
   * @returns The parsed line of the answer.
   * @throws ProgramError; TypeError while another request is waiting.
   */
  request(message: unknown, timeoutMs?: number): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#waiting !== undefined) {
      return Promise.reject(new TypeError(`${this.#title} takes one request at a time`));
    }
    return new Promise((resolve, reject) => {
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => this.#isSilent(timeoutMs), timeoutMs);
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
      this.#output.write(`${JSON.stringify(message)}\n`);
    });
  }

  /**
   * Ends its input, which tells it to leave, and kills it if it has not by then.
   *
   * @returns once it has ended.
   */
  async end(graceMs: number): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#output.end();
      const timer = setTimeout(() => this.#kill(), graceMs);
      await ended;
      clearTimeout(timer);
    }
    this.close();
  }

  close(): void {
    this.#fail(new ProgramError('stopped', `${this.#title} was closed`));
  }

  #isSilent(timeoutMs: number): void {
    const limit = `${(timeoutMs / 1e3).toFixed(timeoutMs < 1e4 ? 1 : 0)} s`;
    const text = `${this.#title} gave no answer within ${limit} and was stopped${this.#quote()}`;
    this.#fail(new ProgramError('silent', text));
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
      reply = cleanJson(JSON.parse(line));
    } catch (error) {
      const rule = error instanceof RangeError ? `, ${error.message}` : '';
      this.#refuse(`must answer in JSON${rule}. Received ${quoted(line)}`);
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
    this.#deafen();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #kill(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  /** However much it still writes. */
  #deafen(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  /** Its last words; of Node without memory the line that says so, before all the addresses. */
  #quote(): string {
    const all = this.#stderr.trimEnd().split('\n');
    const fatal = all.filter((line) => line.startsWith('FATAL ERROR'));
    const lines = (fatal.length > 0 ? fatal : all)
      .slice(-quotedLines)
      .map((line) => cleanText(line.slice(0, quotedLength)));
    return lines.join('').trim() === '' ? '' : `:\n  ${lines.join('\n  ')}`;
  }
}

function quoted(line: string): string {
  return JSON.stringify(cleanText(line.length > 80 ? `${line.slice(0, 77)}...` : line));
}
