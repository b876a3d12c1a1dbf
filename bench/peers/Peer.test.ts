import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Peer, PeerError, PeerMissing } from './Peer.ts';

let folder = '';
let scripts = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-peer-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const versions = { package: '4.2.1', python: '3', numpy: '2', scipy: '1' };

/** Node in the place of Python: answers these, one after the other. */
async function start(...replies: object[]): Promise<Peer> {
  const script = join(folder, `${scripts++}.cjs`);
  await writeFile(
    script,
    `const replies = ${JSON.stringify(replies)};
     require('readline').createInterface({ input: process.stdin })
       .on('line', () => console.log(JSON.stringify(replies.shift())));`,
  );
  return Peer.start(process.execPath, script, 'pip install something');
}

describe('Peer', () => {
  it('knows the versions that answered and passes answers on', async () => {
    const peer = await start({ ok: true, ...versions }, { ok: true, z: 2 });
    expect(peer.versions).toEqual(versions);
    expect(await peer.ask({}, z.object({ z: z.number() }), 200_000)).toEqual({ z: 2 });
    peer.close();
  });

  it('names the module that is missing and what to install', async () => {
    const starting = start({ ok: false, error: "No module named 'mapfost'", missing: 'mapfost' });
    await expect(starting).rejects.toThrow(PeerMissing);
    await expect(starting).rejects.toThrow('has no module mapfost; pip install something');
  });

  it('passes on what the peer itself trips over, and can be asked again', async () => {
    const failing = { ok: false, error: 'ValueError: no', missing: null };
    const peer = await start({ ok: true, ...versions }, failing, { ok: true });
    const anything = z.object({});
    await expect(peer.ask({}, anything, 200_000)).rejects.toThrow(new PeerError('ValueError: no'));
    expect(await peer.ask({}, anything, 200_000)).toEqual({});
    peer.close();
  });
});

describe('npm run bench:peers', () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      fileURLToPath(new URL('run.ts', import.meta.url)),
      ...args,
    ]);

  it('is skipped with one line, and exit code 0, where there is no Python', async () => {
    const { stdout, stderr } = await run('--python', 'no-such-python');
    expect(stdout).toMatch(
      /^skipped: no-such-python could not be started: .*; name one with --python, and there pip install mapfost==4\.2\.1 numpy scipy\n$/,
    );
    expect(stderr).toBe('');
  });

  it('says so in JSON as well', async () => {
    const { stdout } = await run('--python', 'no-such-python', '--json');
    expect(JSON.parse(stdout)).toEqual({ schema: 1, skipped: expect.stringContaining('pip') });
  });

  it('refuses what is not allowed by exit code 2', async () => {
    await expect(run('--presets', 'merlot')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must be of merlin, '),
    });
  });
});
