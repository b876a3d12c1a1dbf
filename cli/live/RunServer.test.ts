import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSuite } from '../../harness/experiment/index.ts';
import { registry } from '../registry.ts';
import { tinySuite } from '../testing/tinySuite.ts';
import { startRunServer } from './RunServer.ts';

const plan = planSuite(tinySuite, registry);
const preview = '0123456789abcdef-before.png';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await mkdir(join(folder, 'previews'));
  await writeFile(join(folder, 'previews', preview), 'png');
  await writeFile(join(folder, 'secret.png'), 'secret');
});
afterAll(() => rm(folder, { recursive: true }));

const start = () => startRunServer(plan, folder, 0, { nowMs: () => 0 });

describe('startRunServer', () => {
  it('serves the page, what it is made of, and the frames that were kept; nothing else', async () => {
    const server = await start();
    const statusOf = async (path: string) => (await fetch(new URL(path, server.url))).status;
    expect(
      await Promise.all(['', 'run.js', 'chart.js', 'page.css', 'icon.svg'].map(statusOf)),
    ).toEqual([...[200, 200, 200, 200, 200]]);
    expect(await statusOf(`preview?name=${preview}`)).toBe(200);
    expect(
      await Promise.all(
        [
          'preview?name=../secret.png',
          'preview?name=fedcba9876543210-before.png',
          'preview',
          '../RunServer.ts',
          'livePageFile.ts',
        ].map(statusOf),
      ),
    ).toEqual([404, 404, 404, 404, 404]);
    await server.end('failed');
  });

  it('does not wait for a page that does not read', async () => {
    const server = await start();
    const stalled = await new Promise<IncomingMessage>((resolve) => {
      const request = get(new URL('events', server.url), resolve);
      request.on('error', () => {});
    });
    stalled.on('error', () => {});
    stalled.pause();
    for (let i = 0; i < 100; i++) server.say('x'.repeat(100_000));
    await server.end('complete');
    stalled.destroy();
  });

  it('tells a page that was there how the run ended', async () => {
    const server = await start();
    const events = await fetch(new URL('events', server.url));
    await server.end('complete', 'results/report.html');
    const text = await events.text();
    expect(text).toMatch(/^event: picture\n/);
    expect(JSON.parse(text.slice(text.lastIndexOf('event: end\ndata: ') + 17))).toMatchObject({
      report: 'results/report.html',
      progress: { state: 'complete' },
    });
  });
});
