import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../../testing/inProcess.ts';
import { startSemfocus } from '../../testing/semfocus.ts';
import { tinySuite, writeSuite } from '../../testing/tinySuite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await writeSuite(folder, 'tiny', {
    algorithms: tinySuite.algorithms.filter(({ name }) => name === 'spectral'),
  });
});
afterAll(() => rm(folder, { recursive: true }));

describe('semfocus run --live', () => {
  it('shows the run from the plan to its end', async () => {
    const args = ['run', 'tiny.json', '--out', 'live', '--workers', '1', '--live'];
    const { child, ended } = startSemfocus(folder, args);
    const url = await new Promise<string>((resolve) => {
      let text = '';
      child.stderr?.on('data', (data) => {
        text += data;
        const found = /^Live: (\S+)$/m.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const page = await fetch(url);
    expect(page.headers.get('content-type')).toContain('text/html');
    const events = await (await fetch(new URL('events', url))).text();
    expect(events).toMatch(/^event: picture\ndata: \{"suite":\{"name":"tiny"/);
    const last = events.slice(events.lastIndexOf('event: end\ndata: ') + 17);
    expect(JSON.parse(last)).toMatchObject({
      progress: { state: 'complete', stored: 2, total: 2 },
      trajectories: [{ outcome: expect.any(String) }, { outcome: expect.any(String) }],
      report: join('live', 'report.html'),
    });
    expect((await ended).code).toBe(0);
  });

  it('refuses a port that is none', async () => {
    const { code, stderr } = await inProcess('run', 'demo', '--live', '70000');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: --live must be a whole number from 0 to 65535. Received "70000"\n',
    });
  });

  it('replaces no results where its port is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    const out = join(folder, 'kept');
    await mkdir(out);
    await writeFile(join(out, 'plan.json'), 'somebody else');
    const suite = join(folder, 'tiny.json');
    const args = ['run', suite, '--out', out, '--force', '--live', String(port)];
    const { code, stderr } = await inProcess(...args);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: port ${port} of 127.0.0.1 is taken\nname another port, or none: then a free one is found\n`,
    });
    expect(await readFile(join(out, 'plan.json'), 'utf8')).toBe('somebody else');
    server.close();
  });
});
