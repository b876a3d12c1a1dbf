import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackServer } from './LoopbackServer.ts';
import { send, sendJson } from './send.ts';

let server: LoopbackServer;
beforeAll(async () => {
  server = await LoopbackServer.start({
    exact: new Map([['POST /turn', ({ response, body }) => sendJson(response, 200, { body })]]),
    otherwise: ({ response, path }) => send(response, 200, 'text/plain', path),
  });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Unlike `fetch`, lets a test lie about the host. */
function ask(
  path: string,
  { method = 'GET', headers = {}, body = '' } = {} as {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(path.replace(/^\//, ''), server.url);
    const asked = request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const json = { 'Content-Type': 'application/json' };

describe('LoopbackServer', () => {
  it('listens on 127.0.0.1, and forbids its pages to load anything from elsewhere', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/);
    const { status, text, headers } = await ask('/page');
    expect({ status, text }).toEqual({ status: 200, text: '/page' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('hangs up on those who connect and say nothing', async () => {
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(silent, 'close');
    expect((await ask('/page')).status).toBe(200);
  });

  it('answers nothing but 403 without the token of its address', async () => {
    const { origin, pathname } = new URL(server.url);
    const token = pathname.slice(1, -1);
    const almost = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const paths = ['', 'page', 'turn', token, `${almost}/`, `${token}x/`, `x/${token}/`, '%', 'é'];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
        const body = method === 'POST' ? '{}' : null;
        const answer = await fetch(`${origin}/${path}`, { method, headers: json, body });
        expect(answer.status, `${method} ${path}`).toBe(403);
        expect(await answer.text()).toBe('open the whole address that semfocus has printed\n');
      }
    }
  });

  it('draws a token for every server', async () => {
    const other = await LoopbackServer.start({ exact: new Map(), otherwise: () => {} });
    expect(new URL(other.url).pathname).not.toBe(new URL(server.url).pathname);
    await other.close();
  });

  it('answers to the name localhost as well', async () => {
    const host = new URL(server.url).host.replace('127.0.0.1', 'localhost');
    expect((await ask('/', { headers: { Host: host } })).status).toBe(200);
  });

  it.each([
    ['a name that was made to resolve to this machine', { Host: 'evil.example' }, 421],
    ['another port', { Host: '127.0.0.1:1' }, 421],
    ['another origin', { Origin: 'http://evil.example' }, 403],
    ['a file that was opened', { Origin: 'null' }, 403],
    ['what another site made a browser ask for', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ])('does not answer %s', async (_name, headers, status) => {
    expect((await ask('/', { headers })).status).toBe(status);
    const posted = { method: 'POST', body: '{}', headers: { ...json, ...headers } };
    expect((await ask('/turn', posted)).status).toBe(status);
  });

  it('takes JSON that is called JSON, and nothing long', async () => {
    const post = (body: string, headers = json) => ask('/turn', { method: 'POST', body, headers });
    expect((await post('{"a":1}')).text).toBe('{"body":{"a":1}}');
    expect((await post('{"a":1}', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await post('{')).status).toBe(400);
    expect((await post(`"${'x'.repeat(70_000)}"`)).status).toBe(400);
  });

  it('does not stumble over an address that is none', async () => {
    const { port, pathname } = new URL(server.url);
    const status = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('data', (data) => resolve(String(data).slice(0, 12)));
      socket.on('error', reject);
      socket.end(`GET ${pathname}/%%%:x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    });
    expect(status).toBe('HTTP/1.1 400');
  });

  it('has no other ways in', async () => {
    expect((await ask('/', { method: 'POST', body: '{}', headers: json })).status).toBe(405);
    expect((await ask('/', { method: 'DELETE' })).status).toBe(405);
    expect((await ask('/turn', { method: 'OPTIONS' })).status).toBe(405);
  });

  it('says so when its port is taken', async () => {
    const port = Number(new URL(server.url).port);
    const routes = { exact: new Map(), otherwise: () => {} };
    await expect(LoopbackServer.start(routes, port)).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken`,
    );
  });

  it('lets a crowd that asks nothing have a part of the connections and not all', async () => {
    const crowded = await LoopbackServer.start({ exact: new Map(), otherwise: () => {} });
    const port = Number(new URL(crowded.url).port);
    let refused = 0;
    const sockets = Array.from({ length: 300 }, () =>
      connect(port, '127.0.0.1')
        .on('error', () => {})
        .on('close', () => {
          refused += 1;
        }),
    );
    await expect.poll(() => refused).toBe(300 - 256);
    for (const socket of sockets) socket.destroy();
    await crowded.close();
  });

  it('hangs up on an answer without end', async () => {
    const endless = await LoopbackServer.start({
      exact: new Map(),
      otherwise: ({ response }) => {
        response.write('first');
      },
    });
    const hungUp = fetch(endless.url).then((response) => response.text());
    const outcome = expect(hungUp).rejects.toThrow();
    await endless.close(50);
    await outcome;
  });
});
