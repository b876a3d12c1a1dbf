import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line between a client and a server that can be cut. */
export interface CuttingProxy {
  readonly url: string;
  /** Cuts all connections when so many bytes more have gone to the client; later ones hold. */
  cutAfter(bytes: number): void;
  /** Cuts all connections now; later ones hold. */
  cut(): void;
  close(): void;
}

export async function cuttingProxy(to: string): Promise<CuttingProxy> {
  const port = Number(new URL(to).port);
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((client) => {
    const inner = connect(port, '127.0.0.1');
    for (const [from, other] of [
      [client, inner],
      [inner, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        other.destroy();
      });
    }
    client.on('data', (data) => inner.write(data));
    inner.on('data', (data: Buffer) => {
      const isLast = data.length >= left;
      client.write(isLast ? data.subarray(0, left) : data);
      left -= data.length;
      if (!isLast) return;
      left = Number.POSITIVE_INFINITY;
      cut();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  return {
    url: `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`,
    cutAfter(bytes) {
      left = bytes;
    },
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
