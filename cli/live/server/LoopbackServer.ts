import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseJson } from '../../../harness/config/index.ts';
import { closeServer, isForeign, listen, readBody, requestLimits } from './httpServer.ts';
import { send } from './send.ts';

/** A request that has passed the checks. */
interface Exchange {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  /** The JSON document that was posted; `undefined` for a GET. */
  readonly body: unknown;
}

/** Answers the requests of one path. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

/** Who answers what: `'GET /events'` and the like, and for a GET of anything else `otherwise`. */
export interface Routes {
  readonly exact: ReadonlyMap<string, Handler>;
  readonly otherwise: Handler;
}

const address = '127.0.0.1';
/** 128 bits cannot be guessed. */
const tokenBytes = 16;

/**
 * A web server for the person at this machine: it listens on 127.0.0.1 alone. Its address holds a
 * token that is drawn anew for every server, and a request without it is answered with 403: other
 * people of this machine can reach the port, but do not know the address.
 *
 * It refuses requests that another page has sent. A request must name this server in its `Host` (a
 * name that was made to resolve to 127.0.0.1, as in DNS rebinding, is another one), and in its
 * `Origin` if there is one. What is posted must be called JSON, which a page of another origin
 * cannot do without asking first, and nobody answers that.
 *
 * It is a thing beside the program: alone it keeps no process alive.
 */
export class LoopbackServer {
  /** Everything lies below it. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, port: number, token: string) {
    this.#server = server;
    this.url = `http://${address}:${port}/${token}/`;
  }

  /**
   * @param port - 0: any that is free.
   * @throws ConfigError if the port is taken or not allowed.
   */
  static async start(routes: Routes, port = 0): Promise<LoopbackServer> {
    let bound = port;
    const token = randomBytes(tokenBytes).toString('base64url');
    const server = createServer(requestLimits, (request, response) => {
      answer(request, response, { port: bound, token }, routes).catch(() => {
        // A handler that fails is a defect of the page, and no reason to stop a run.
        if (response.headersSent) response.destroy();
        else refuse(response, 500, 'internal error');
      });
    });
    server.unref();
    bound = await listen(server, address, port);
    server.on('clientError', (_error, socket) => socket.destroy());
    return new LoopbackServer(server, bound, token);
  }

  /** Lets answers that are being sent go out for a moment, then hangs up on everybody. */
  async close(graceMs = 500): Promise<void> {
    await closeServer(this.#server, graceMs);
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${message}\n`);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { port, token }: { readonly port: number; readonly token: string },
  routes: Routes,
): Promise<void> {
  const path = pathBelow(token, request.url ?? '');
  if (path === undefined) {
    response.setHeader('Connection', 'close');
    return refuse(response, 403, 'open the whole address that semfocus has printed');
  }
  const hosts = [`${address}:${port}`, `localhost:${port}`];
  const { host = '' } = request.headers;
  if (!hosts.includes(host)) return refuse(response, 421, `this is ${hosts[0]} and nobody else`);
  if (isForeign(request.headers)) {
    return refuse(response, 403, 'pages of another origin are not answered');
  }
  if (!URL.canParse(path, `http://${host}`)) return refuse(response, 400, 'no such address');
  const { pathname, searchParams } = new URL(path, `http://${host}`);
  const handler =
    routes.exact.get(`${request.method} ${pathname}`) ??
    (request.method === 'GET' ? routes.otherwise : undefined);
  if (handler === undefined) return refuse(response, 405, 'not allowed here');
  let body: unknown;
  if (request.method === 'POST') {
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
      return refuse(response, 415, 'what is posted must be application/json');
    }
    body = await readJson(request);
    if (body === undefined) return refuse(response, 400, 'what is posted must be short JSON');
  }
  await handler({ path: pathname, query: searchParams, response, body });
}

/**
 * What follows the token in the address, from its slash on; `undefined` without the token. How long
 * the answer takes says nothing of how much of the token was right.
 */
function pathBelow(token: string, url: string): string | undefined {
  const expected = Buffer.from(`/${token}/`);
  const found = Buffer.from(url.slice(0, expected.length));
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) return undefined;
  return url.slice(expected.length - 1);
}

/** @returns `undefined` for what is too long or no JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}
