import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { startSemfocus } from '../testing/semfocus.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const noisy = at('harness/drivers/program/testing/noisyProgram.mjs');
const focusOf = (...words: string[]) => [
  ...['focus', '--microscope', `exec:${words.map((word) => `"${word}"`).join(' ')}`],
  ...['--algorithm', 'spectral', '--calibration', at('examples/calibration.json')],
  ...['--width', '128', '--height', '128'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('--microscope exec:', () => {
  it('lets an algorithm work on a program', async () => {
    const { code, stdout, stderr } = await inProcess(...focusOf(process.execPath, noisy));
    // There is nothing to see in noise.
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/\nDeclined: .*\nworking distance 4500\.00 µm, stigmators 1\.00 and/);
  });

  it('says so where the program has ended and the start cannot be put back', async () => {
    const { code, stdout } = await inProcess(...focusOf(process.execPath, noisy, 'crash'));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /\nFailed: node noisyProgram\.mjs crash stopped with exit code 3: out of memory; then the starting state could not be restored: .*\nthe state of the microscope cannot be read; /,
    );
  });

  it('refuses a program that is none, with what to try', async () => {
    const { code, stdout, stderr } = await inProcess(...focusOf('no-such-program'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^error: no-such-program could not be started: .*\ntry it by hand: echo '\{"do": "hello", "protocol": 1\}' \| no-such-program \(docs\/own-microscopes\.md\)\n$/,
    );
  });

  it('lets the program blank the beam where semfocus itself is killed', async () => {
    const diary = join(folder, 'diary.txt');
    const entries = () => (existsSync(diary) ? readFileSync(diary, 'utf8') : '');
    const { child, ended } = startSemfocus(
      folder,
      focusOf(process.execPath, noisy, 'silent', 'acquire', diary),
    );
    while (entries() !== 'asked\n') await wait(20);
    child.kill('SIGKILL');
    expect((await ended).code).toBe('SIGKILL');
    while (entries() !== 'asked\nblanked\n') await wait(20);
  });
});
