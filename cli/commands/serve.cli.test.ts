import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { startSemfocus } from '../testing/semfocus.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts the program, and waits for the address that it prints. */
async function serve(...args: string[]) {
  const { child, ended } = startSemfocus(folder, ['serve', '--port', '0', ...args]);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (data) => {
      said += data;
      const [address] = /http:\S+/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return { child, ended, url, said: () => said };
}

async function post(url: string, path: string, body: object = {}) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
}

const focusing = [
  ...['focus', '--algorithm', 'mapfost', '--width', '384', '--height', '256', '--json'],
  ...['--parameters', '{"patchSidePx": 128, "patches": 4}', '--iterations', '3'],
];

/** What a run came to, without the name of the microscope and what differs from run to run. */
function outcomeOf(stdout: string): unknown {
  const { microscope: _, ...outcome } = JSON.parse(stdout, (name, value) => {
    if (name === 'computeMs') return undefined;
    // A working distance has gone over the wire in metres.
    return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
  });
  return outcome;
}

describe('semfocus serve', () => {
  it('offers a microscope that is focused as the one in this process, until Ctrl-C', async () => {
    const { child, ended, url } = await serve('--microscope', 'sim:merlin', '--seed', '5');
    const there = await inProcess(...focusing, '--microscope', url);
    const here = await inProcess(...focusing, '--microscope', 'sim:merlin', '--seed', '5');
    expect(there.stderr).toBe('');
    // The seed is of the simulation alone: the algorithm draws nothing.
    expect(outcomeOf(there.stdout)).toEqual(outcomeOf(here.stdout));
    expect(there.code).toBe(here.code);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });

  it('puts the start back and blanks the beam when its client is killed in the midst of a run', async () => {
    const { child, ended, url, said } = await serve('--microscope', 'sim:merlin');
    const start = await post(url, '/focus/get');
    const client = startSemfocus(folder, [...focusing, '--microscope', url, '--all-iterations']);
    await expect
      .poll(async () => (await post(url, '/dose/get')).value.frames, { timeout: 60_000 })
      .toBeGreaterThan(1);
    client.child.kill('SIGKILL');
    await client.ended;
    await expect
      .poll(said, { timeout: 60_000 })
      .toContain('a client was lost: the state in which it began is back\n');
    expect(await post(url, '/focus/get')).toEqual(start);
    expect(await post(url, '/beam_blank/get')).toEqual({ value: true });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('lets in who has the token', async () => {
    const file = join(folder, 'token.txt');
    await writeFile(file, '0123456789abcdef0123\n');
    const { url } = await serve('--microscope', 'sim:merlin', '--token-file', file);
    const calling = [...focusing, '--dry-run', '--microscope', url];
    const refused = await inProcess(...calling);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('SEMFOCUS_TOKEN');
    vi.stubEnv('SEMFOCUS_TOKEN', '0123456789abcdef0123');
    expect((await inProcess(...calling)).code).toBe(0);
  });

  it('refuses to be reached by others without a token, and a token that can be guessed', async () => {
    const file = join(folder, 'short.txt');
    await writeFile(file, 'secret\n');
    const asked = async (...args: string[]) => {
      const { code, stderr } = await inProcess('serve', '--microscope', 'sim:merlin', ...args);
      return `${code}: ${stderr.replaceAll(folder, 'FOLDER')}`;
    };
    expect([
      await asked('--host', '0.0.0.0'),
      await asked('--token-file', file),
      await asked('--token-file', join(folder, 'none.txt')),
      await asked('--host', '192.0.2.1', '--token-file', join(folder, 'token.txt')),
    ]).toMatchInlineSnapshot(`
      [
        "2: error: --host 0.0.0.0 can be reached from other machines and needs a token
      make one: openssl rand -hex 32 > token.txt; then --token-file token.txt
      ",
        "2: error: FOLDER/short.txt must hold one word of at least 16 ASCII characters
      make one: openssl rand -hex 32 > token.txt
      ",
        "2: error: cannot read the token file FOLDER/none.txt: ENOENT: no such file or directory
      ",
        "2: error: port 8001 of 192.0.2.1 cannot be had (EADDRNOTAVAIL)
      name another port, or none: then a free one is found
      ",
      ]
    `);
  });
});
