import type { z } from 'zod';
import {
  type CallOptions,
  ConfigError,
  DeviceError,
  Disconnected,
  reasonOf,
  Unsupported,
} from '../../microscope/index.ts';

/** What a temscript server is asked for and told. A path is what follows `/v1/`. */
export interface TemscriptConnection {
  get<T>(path: string, schema: z.ZodType<T>, call?: CallOptions): Promise<T>;
  /** The server answers nothing; what it has made of the value has to be read. */
  put(path: string, value: unknown, call?: CallOptions): Promise<void>;
  close(): void;
}

/**
 * @param address - Host and port, e.g. `127.0.0.1:8080`.
 * @returns a connection whose calls throw Disconnected if the server is not there, Unsupported if it
 *   does not know the path, and DeviceError with the code `http-NNN` if it refuses or `answer` if it
 *   answers what cannot be used.
 * @throws ConfigError if the address is none.
 */
export function connectTemscript(address: string): TemscriptConnection {
  if (!/^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i.test(address) || !URL.canParse(`http://${address}`)) {
    throw new ConfigError(
      `a temscript server must be HOST:PORT. Received ${JSON.stringify(address)}`,
      { hint: 'for example temscript:127.0.0.1:8080' },
    );
  }
  const server = `the temscript server at ${address}`;
  let isClosed = false;

  async function answerTo(
    method: 'GET' | 'PUT',
    path: string,
    call: CallOptions,
    body?: string,
  ): Promise<string> {
    if (isClosed) throw new Disconnected(`the connection to ${server} was closed`);
    const command = `${method} /v1/${path}`;
    const { response, text } = await fetch(`http://${address}/v1/${path}`, {
      method,
      // Images do not get smaller, and packing them takes longer than sending them.
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      ...(body !== undefined && { body }),
      ...(call.signal && { signal: call.signal }),
    })
      .then(async (answer) => ({ response: answer, text: await answer.text() }))
      .catch((error: unknown) => {
        call.signal?.throwIfAborted();
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        throw new Disconnected(`${server} does not answer ${command}: ${reasonOf(cause)}`, {
          hint: 'check host and port, and that temscript-server is running',
          cause: error,
        });
      });
    if (response.ok) return text;
    if (response.status === 404) {
      throw new Unsupported(`${server} does not know ${command}`, {
        hint: 'this driver was made for temscript 2.1',
      });
    }
    throw new DeviceError(
      `${server} answers ${command} with ${response.status}: ${response.statusText}`,
      { code: `http-${response.status}` },
    );
  }

  return {
    async get(path, schema, call = {}) {
      const text = await answerTo('GET', path, call);
      try {
        return schema.parse(JSON.parse(text));
      } catch (error) {
        const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
        throw new DeviceError(`${server} answers GET /v1/${path} with ${shown}`, {
          code: 'answer',
          hint: reasonOf(error),
          cause: error,
        });
      }
    },
    async put(path, value, call = {}) {
      await answerTo('PUT', path, call, JSON.stringify(value));
    },
    close() {
      isClosed = true;
    },
  };
}
