import { parseJson } from '../../config/index.ts';
import {
  type AnySemfocusError,
  ConfigError,
  DeviceError,
  Disconnected,
  errorOfRefusal,
  isSemfocusError,
  reasonOf,
  Timeout,
} from '../../microscope/index.ts';
import { wireErrorSchema } from './wireRoutes.ts';

/** What is asked of a server. */
interface Question {
  /** `undefined` for a GET. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Whether it does no harm to ask twice: then a connection that broke is made anew, once. */
  readonly isRepeatable?: boolean;
}

/** An answer, whatever its status. */
interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** Beyond any frame; a server that goes on for longer is ill, bytes. */
const mostBytes = 2 ** 30;

/** Asks one server, and makes errors of the family of what goes wrong. */
export class HttpConnection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;
  /** Not one signal for all: a signal made of several may be collected before it is aborted. */
  readonly #pending = new Set<AbortController>();
  #closed: Disconnected | undefined;

  /** @throws ConfigError if this is no address of a server. */
  constructor(url: string, token: string | undefined) {
    this.url = addressOf(url);
    this.#headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  }

  /** A JSON answer. @throws the error that the server states; Disconnected; Timeout. */
  async json(path: string, question: Question = {}): Promise<unknown> {
    const answer = await this.bytes(path, question);
    try {
      return parseJson(Buffer.from(answer).toString('utf8'));
    } catch (cause) {
      throw new DeviceError(`${path} of ${this.url} did not answer JSON: ${reasonOf(cause)}`, {
        code: 'answer',
        cause,
        hint: 'another server may listen at this address',
      });
    }
  }

  /** The bytes of a good answer. @throws as {@link json}. */
  async bytes(path: string, question: Question = {}): Promise<Uint8Array> {
    const { status, bytes } = await this.ask(path, question);
    if (status !== 200) throw this.#errorOf(path, status, bytes);
    return bytes;
  }

  /** An answer of any status. @throws Disconnected; Timeout; `signal.reason`. */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    try {
      return await this.#once(path, question);
    } catch (error) {
      const { cause } = error as Error;
      if (question.isRepeatable !== true || !brokenCodes.includes(codeOf(cause))) throw error;
      return await this.#once(path, question);
    }
  }

  /** An answer that goes on: told every part, until the server ends it or {@link close} does. */
  async follow(path: string, body: object, onPart: (text: string) => void): Promise<void> {
    const open = this.#begin(undefined);
    try {
      const response = await this.#fetch(path, { body }, open.signal);
      if (response.status !== 200) {
        throw this.#errorOf(path, response.status, await bytesOf(response));
      }
      const reader = response.body?.getReader();
      // Not by the signal alone: what fetch has made of it can be collected while the answer goes on.
      open.signal.addEventListener('abort', () => {
        reader?.cancel().catch(() => {});
      });
      for (
        let part = await reader?.read();
        part?.value !== undefined;
        part = await reader?.read()
      ) {
        onPart(Buffer.from(part.value).toString('utf8'));
      }
    } catch (error) {
      throw this.#failure(path, error, undefined);
    } finally {
      open.end();
    }
  }

  /** Gives up whatever has not been answered. */
  close(): void {
    this.#closed = new Disconnected(`the connection to ${this.url} was closed`);
    for (const pending of this.#pending) pending.abort(this.#closed);
  }

  #begin(signal: AbortSignal | undefined): { signal: AbortSignal; end: () => void } {
    if (this.#closed !== undefined) throw this.#closed;
    signal?.throwIfAborted();
    const pending = new AbortController();
    const abort = () => pending.abort(signal?.reason);
    this.#pending.add(pending);
    signal?.addEventListener('abort', abort);
    return {
      signal: pending.signal,
      end: () => {
        this.#pending.delete(pending);
        signal?.removeEventListener('abort', abort);
      },
    };
  }

  async #once(path: string, question: Question): Promise<Answer> {
    const open = this.#begin(question.signal);
    try {
      const response = await this.#fetch(path, question, open.signal);
      return { status: response.status, bytes: await bytesOf(response) };
    } catch (error) {
      throw this.#failure(path, error, question.signal);
    } finally {
      open.end();
    }
  }

  #fetch(path: string, { body, headers }: Question, signal: AbortSignal): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      // A token is for this server alone.
      redirect: 'error',
      headers: {
        ...this.#headers,
        ...headers,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      signal,
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  }

  #failure(path: string, error: unknown, signal: AbortSignal | undefined): unknown {
    if (isSemfocusError(error) || signal?.aborted === true) return error;
    if (this.#closed !== undefined) return this.#closed;
    const { cause = error } = error as Error;
    const code = codeOf(cause);
    if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
      return new Timeout(`${this.url} has not answered ${path} in time`, {
        cause,
        hint: 'the server or its instrument may be frozen; a frame may take 5 minutes at most',
      });
    }
    return new Disconnected(`${this.url} cannot be reached: ${reasons[code] ?? reasonOf(cause)}`, {
      cause,
      hint: 'check the address, that the server runs there, and the firewall between',
    });
  }

  #errorOf(path: string, status: number, bytes: Uint8Array): AnySemfocusError {
    const text = Buffer.from(bytes).toString('utf8');
    if (status === 401) {
      return new ConfigError(`${this.url} wants a token, and does not take the one it was given`, {
        hint: 'put the token of the server into the environment variable SEMFOCUS_TOKEN',
      });
    }
    const parsed = wireErrorSchema.safeParse(valueIn(text));
    if (parsed.success) {
      const { hint, parameter, requested, allowed, code, ...error } = parsed.data.error;
      return errorOfRefusal({
        ...error,
        ...(hint !== undefined && { hint }),
        ...(parameter !== undefined && { parameter }),
        ...(requested !== undefined && { requested }),
        ...(allowed !== undefined && { allowed }),
        ...(code !== undefined && { code }),
      });
    }
    const said = text.length > 200 ? `${text.slice(0, 200)}...` : text;
    return new DeviceError(`${path} of ${this.url} answered ${status}: ${said}`, {
      code: `http-${status}`,
      hint: 'look into the log of the server',
    });
  }
}

/** Codes of a connection that was there and broke. */
const brokenCodes = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'no machine of this name is known',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this machine',
  ENETUNREACH: 'there is no way to this network',
};

function codeOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : '';
  return typeof code === 'string' ? code : '';
}

function valueIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > mostBytes) throw new Error(`an answer of more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAddress =
    (url?.protocol === 'http:' || url?.protocol === 'https:') &&
    url.username === '' &&
    url.search === '' &&
    url.hash === '';
  if (url !== undefined && isAddress) return url.href.replace(/\/+$/, '');
  throw new ConfigError(
    `the address of a microscope server must be http://HOST:PORT. Received ${JSON.stringify(text)}`,
  );
}
