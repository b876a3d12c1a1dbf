import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';

/** What semfocus writes. */
export interface PluginMessage {
  readonly [name: string]: unknown;
}

// A plugin may change what everybody uses.
const { parse, stringify } = JSON;

/**
 * The line between semfocus and the process of a plugin. semfocus speaks first and waits for one
 * line; that may be an answer, or a request of which it knows by then that it is to answer it.
 */
export class PluginChannel {
  readonly #line: Duplex;
  /** Settled when nothing is under way: requests of a plugin that does not wait come one by one. */
  #free: Promise<unknown> = Promise.resolve();
  #answer: ((message: PluginMessage) => void) | undefined;

  /**
   * @param serve - Called with what semfocus says of its own accord.
   * @param onEnd - Called when semfocus has gone.
   */
  constructor(line: Duplex, serve: (message: PluginMessage) => void, onEnd: () => void) {
    this.#line = line;
    line.on('error', onEnd);
    createInterface({ input: line })
      .on('line', (text) => {
        const answer = this.#answer ?? serve;
        this.#answer = undefined;
        answer(parse(text));
      })
      .on('close', onEnd);
  }

  /**
   * Asks semfocus for something, after all that was asked before.
   *
   * @throws TypeError if the request holds what JSON does not know.
   */
  ask(request: object): Promise<PluginMessage> {
    const text = lineOf(request);
    const asked = this.#free.then(
      () =>
        new Promise<PluginMessage>((resolve) => {
          this.#answer = resolve;
          this.#line.write(text);
        }),
    );
    this.#free = asked;
    return asked;
  }

  /** The last word in an exchange, after all that was asked before. As {@link ask} otherwise. */
  say(message: object | undefined): void {
    const text = lineOf(message);
    this.#free = this.#free.then(() => this.#line.write(text));
  }
}

function lineOf(message: object = {}): string {
  const text = stringify(message, (name, value: unknown) => {
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    if (isNumber || !['number', 'bigint', 'function', 'symbol'].includes(typeof value))
      return value;
    throw new TypeError(`${name} must be JSON. Received ${String(value)}`);
  });
  return `${text}\n`;
}
