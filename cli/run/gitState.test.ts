import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitState } from './gitState.ts';

let folder: string;
const write = (name: string, text: string) => writeFile(join(folder, name), text);
const git = (...args: string[]) => {
  const own = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...own, ...args], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr.includes('fatal')]).toEqual([0, false]);
};
const state = () => gitState(folder, ['sim', 'lock.json']);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await mkdir(join(folder, 'sim'));
  await write('sim/a.ts', '1');
  await write('README.md', '1');
});
afterEach(() => rm(folder, { recursive: true }));

describe('gitState', () => {
  it('is of a checkout alone', async () => {
    expect(await state()).toEqual({});
  });

  it('calls a checkout dirty where its sources differ from the commit, and nothing else', async () => {
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'one');
    const clean = { gitSha: expect.stringMatching(/^[0-9a-f]{40}$/), gitDirty: false };
    await write('candidate.onnx', '1');
    await write('README.md', '2');
    expect(await state()).toEqual(clean);
    await write('sim/new.ts', '1');
    expect(await state()).toEqual({ ...clean, gitDirty: true });
    await rm(join(folder, 'sim/new.ts'));
    await write('sim/a.ts', '2');
    expect(await state()).toEqual({ ...clean, gitDirty: true });
  });
});
