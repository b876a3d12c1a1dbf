import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import { ConfigError } from '../../../harness/microscope/index.ts';

/** Longer than anything that is posted, bytes. */
export const largestBody = 64 * 1024;
/** Strangers may connect without asking anything: so much, and no longer, so that files can still be opened. */
const mostConnections = 256;

/** How long a request may take to arrive. */
export const requestLimits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};

/**
 * Begins to listen.
 *
 * @param port - 0: any that is free.
 * @returns the port.
 * @throws ConfigError if the port is taken or not allowed, or the host is none of this machine.
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.maxConnections = mostConnections;
  // The limits of a request do not hold before its first byte.
  server.on('connection', (socket) => socket.setTimeout(requestLimits.requestTimeout));
  server.on('request', ({ socket }) => socket.setTimeout(0));
  return new Promise<number>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
    server.listen(port, host, () => {
      const at = server.address();
      resolve(typeof at === 'object' && at !== null ? at.port : port);
    });
  });
}

/** Lets answers that are being sent go out for a moment, then hangs up on everybody. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

/** Whether a page of another origin has made a browser ask this. */
export function isForeign({ host, origin, ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined && origin !== `http://${host}`) return true;
  // The mark that a browser puts on what another page made it ask for; opening the page is `none`.
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** @returns `undefined` for a body that is too long. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): ConfigError {
  const why = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${cause.code})`;
  return new ConfigError(`port ${port} of ${host} ${why}`, {
    cause,
    hint: 'name another port, or none: then a free one is found',
  });
}
