import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { describeMismatch, parseJson } from '../../harness/config/index.ts';
import { type WirePath, type WireRequest, wireRoutes } from '../../harness/drivers/http/index.ts';
import { reasonOf } from '../../harness/microscope/index.ts';
import {
  closeServer,
  isForeign,
  largestBody,
  listen,
  readBody,
  requestLimits,
} from '../live/server/httpServer.ts';
import { openApiDocument } from './openApi.ts';
import type { ServedMicroscope } from './ServedMicroscope.ts';
import { failureOf, WireFailure } from './WireFailure.ts';

/** Where to listen, and who may ask. */
interface ServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What every request has to bring along; none where it is left out. */
  readonly token?: string;
}

/** Idle connections of clients: longer than an algorithm thinks about a frame, ms. */
const keepAliveTimeout = 75_000;
/** From when on a client that is silent is asked by the system whether it is still there, ms. */
const keepAliveInitialDelay = 5_000;
/** Between two signs of life to the holder: shorter than what its client waits for, ms. */
const heldEveryMs = 60_000;
/** How long a client may not take what it is sent, ms. */
const slowestReaderMs = 30_000;

/** A web server for one microscope: see docs/wire.md. Whatever it is sent, it answers in JSON and goes on. */
export class MicroscopeServer {
  readonly url: string;
  readonly #server: Server;
  readonly #served: ServedMicroscope;

  private constructor(server: Server, served: ServedMicroscope, url: string) {
    this.#server = server;
    this.#served = served;
    this.url = url;
  }

  /** @throws ConfigError if the address cannot be had. */
  static async start(served: ServedMicroscope, options: ServerOptions): Promise<MicroscopeServer> {
    const limits = { ...requestLimits, keepAliveTimeout, keepAliveInitialDelay, keepAlive: true };
    const server = createServer(limits, (request, response) => {
      answer(request, response, served, options.token).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else refuse(response, failureOf(error));
      });
    });
    server.on('clientError', refuseRaw);
    const port = await listen(server, options.host, options.port);
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    return new MicroscopeServer(server, served, `http://${host}:${port}`);
  }

  /**
   * Ends what is in flight, leaves the microscope safe and hangs up.
   *
   * @throws why the microscope could not be left safe.
   */
  async close(graceMs = 500): Promise<void> {
    try {
      await this.#served.stop();
    } finally {
      await closeServer(this.#server, graceMs);
    }
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: ServedMicroscope,
  token: string | undefined,
): Promise<void> {
  const path = pathOf(request);
  assertWelcome(request, path, token);
  if (path === '/openapi.json') {
    assertMethod(request, ['GET']);
    return sendJson(response, openApiDocument(served.capabilities.name, token !== undefined));
  }
  if (!isWirePath(path)) {
    throw new WireFailure(404, 'NotFound', `there is no route ${path}`, {
      hint: 'GET /openapi.json lists the routes',
    });
  }
  assertMethod(request, path === '/health' ? ['POST', 'GET'] : ['POST']);
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const body = await bodyFor(path, request);
  const hold = request.headers['semfocus-hold'];
  const owner = typeof hold === 'string' ? hold : undefined;
  switch (path) {
    case '/capabilities':
      return sendJson(response, served.capabilities);
    case '/health':
      return sendJson(response, served.health);
    case '/dose/get':
      return sendJson(response, served.dose);
    case '/abort':
      return sendJson(response, served.abort(owner));
    case '/hold/begin':
      return beginHold(response, served, gone.signal);
    case '/hold/end':
      await served.endHold((body as WireRequest<'/hold/end'>).hold);
      return sendJson(response, { status: 'ok' });
    default: {
      const result = await served.command(path, body, owner, gone.signal);
      if (!(result instanceof Uint8Array)) return sendJson(response, result);
      // Lost on its way: nothing is in flight any more, and the beam may be on.
      response.on('close', () => {
        if (!response.writableFinished) void served.blankIdle();
      });
      send(response, 200, 'image/tiff', result);
    }
  }
}

/** Streams signs of life until the hold is ended or the client is gone. */
async function beginHold(
  response: ServerResponse,
  served: ServedMicroscope,
  gone: AbortSignal,
): Promise<void> {
  let beat: NodeJS.Timeout | undefined;
  const id = await served.beginHold(() => {
    clearInterval(beat);
    response.end();
  });
  response.writeHead(200, { ...safeHeaders, 'Content-Type': 'application/x-ndjson' });
  response.write(`${JSON.stringify({ hold: id })}\n`);
  beat = setInterval(() => {
    response.write(`${JSON.stringify({ status: 'held' })}\n`);
  }, heldEveryMs);
  const lose = () => void served.loseHold(id);
  if (gone.aborted) lose();
  else gone.addEventListener('abort', lose);
}

function isWirePath(path: string): path is WirePath {
  return Object.hasOwn(wireRoutes, path);
}

function pathOf({ url = '' }: IncomingMessage): string {
  if (!URL.canParse(url, 'http://localhost')) {
    throw new WireFailure(400, 'Invalid', 'the address of the request is none');
  }
  return new URL(url, 'http://localhost').pathname;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

function assertWelcome(
  { headers }: IncomingMessage,
  path: string,
  token: string | undefined,
): void {
  if (token === undefined) {
    // A name that was made to resolve to this machine (DNS rebinding) is another one. With a token there
    // is no need: a page does not know it.
    const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!loopbackNames.includes(name)) {
      throw new WireFailure(421, 'Misdirected', `Host must be ${loopbackNames.join(' or ')}`);
    }
  } else if (path !== '/health' && !isSame(headers.authorization ?? '', `Bearer ${token}`)) {
    throw new WireFailure(401, 'Unauthorized', 'the token is missing or wrong', {
      hint: 'send the header Authorization: Bearer TOKEN',
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
  if (isForeign(headers)) {
    throw new WireFailure(403, 'Forbidden', 'web pages of another origin are not answered');
  }
}

/** How long the answer takes says nothing of how much was right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function assertMethod({ method = '' }: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  const list = allowed.join(', ');
  throw new WireFailure(405, 'MethodNotAllowed', `the method must be ${list}. Received ${method}`, {
    headers: { Allow: list },
  });
}

async function bodyFor(path: WirePath, request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  if (text === undefined) {
    throw new WireFailure(413, 'Invalid', `a body may have up to ${largestBody} bytes`, {
      // The rest of it is not read.
      headers: { Connection: 'close' },
    });
  }
  const type = request.headers['content-type'] ?? '';
  if (text !== '' && !/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new WireFailure(415, 'Invalid', 'Content-Type must be application/json');
  }
  let value: unknown = {};
  try {
    if (text !== '') value = parseJson(text);
  } catch (cause) {
    throw new WireFailure(400, 'Invalid', `the body must be JSON. ${reasonOf(cause)}`);
  }
  const schema = wireRoutes[path].request;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new WireFailure(422, 'Invalid', describeMismatch(schema, value, parsed.error));
}

const safeHeaders: OutgoingHttpHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders = {},
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.setTimeout(slowestReaderMs, () => response.destroy());
  response.on('finish', () => response.setTimeout(0));
  response.writeHead(status, {
    ...safeHeaders,
    'Content-Type': type,
    'Content-Length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

function sendJson(response: ServerResponse, value: object): void {
  send(response, 200, 'application/json', JSON.stringify(value));
}

function refuse(response: ServerResponse, { status, body, headers }: WireFailure): void {
  send(response, status, 'application/json', JSON.stringify(body), headers);
}

/** What is no HTTP, or does not arrive, gets its answer as well. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = rawFailure(error.code);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${body.error.tag}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function rawFailure(code: string | undefined): WireFailure {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new WireFailure(408, 'Timeout', 'the request did not arrive in time');
    case 'HPE_HEADER_OVERFLOW':
      return new WireFailure(431, 'Invalid', 'the headers are too long');
    default:
      return new WireFailure(400, 'Invalid', 'this is no HTTP request');
  }
}
