import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSuite } from '../../../harness/experiment/suite/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import { registry } from '../../lab/index.ts';
import { tinySuite } from '../../testing/tinySuite.ts';
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

const start = () => startRunServer({ plan, folder, isTimed: false }, 0, { nowMs: () => 0 });

describe('startRunServer', () => {
  it('serves the page, what it is made of, and the frames that were kept; nothing else', async () => {
    const server = await start();
    const statusOf = async (path: string) => (await fetch(new URL(path, server.url))).status;
    expect(
      await Promise.all(
        [
          '',
          'run/page/run.js',
          'server/page/chart.js',
          'server/page/page.css',
          'server/page/icon.svg',
        ].map(statusOf),
      ),
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
    ).toEqual([404, 404, 404, 403, 404]);
    await server.end('failed');
  });

  it('serves the latest frame of a trajectory that runs, when somebody looks', async () => {
    const server = await start();
    const [scenario] = plan.scenarios as [Scenario];
    const frame = () => fetch(new URL('frame?index=0', server.url));
    server.event({ type: 'trajectory-start', index: 0, scenario });
    const wanted = server.onlooker?.begin(scenario) as Int32Array;
    expect((await frame()).status).toBe(404);
    expect(wanted[0]).toBe(0);
    const stop = new AbortController();
    await fetch(new URL('events', server.url), { signal: stop.signal });
    await expect.poll(() => Atomics.load(wanted, 0)).toBe(1);
    const focus = { workingDistanceUm: 4500, stigmatorX: 0, stigmatorY: 0 };
    const grey = Uint8Array.of(1, 2);
    server.onlooker?.take(scenario, {
      number: 5,
      width: 2,
      height: 1,
      pixelSizeNm: 10,
      focus,
      grey,
    });
    const shown = await frame();
    expect(shown.headers.get('x-frame')).toBe('5 2 1');
    expect([...new Uint8Array(await shown.arrayBuffer())]).toEqual([1, 2]);
    expect((await fetch(new URL('frame?index=-1e99', server.url))).status).toBe(404);
    stop.abort();
    await server.end('failed');
  });

  it('makes nothing to look at where times are measured', async () => {
    const server = await startRunServer({ plan, folder, isTimed: true }, 0, { nowMs: () => 0 });
    expect(server.onlooker).toBeUndefined();
    await server.end('complete');
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
