import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { runSet } from './runSet.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('runs each suite into a folder of its own, writes the page, and goes on where it was', async () => {
  const set = {
    ...{ name: 'small', title: '', description: '' },
    suites: [{ suite: 'demo', algorithms: ['spectral'] }],
  };
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  const terminal = { out: say, err: say, outColour: false, errIsTerminal: false };
  const shown: string[] = [];
  const show = async (file: string) => {
    shown.push(file);
  };
  const run = () =>
    runSet(
      set,
      new Command(),
      {
        out: folder,
        open: true,
        timeout: 600,
        workers: 1,
        algorithmTimeout: 60,
        specimenPixelSize: 10,
      },
      { ...terminal, width: undefined, errWidth: undefined, show },
    );
  expect(await run()).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(['article.html', 'demo']);
  expect(said).toContain('small: suite 1 of 1, demo\n');
  expect(said.endsWith(`\nReport: ${join(folder, 'article.html')}\n`)).toBe(true);
  expect(shown).toEqual([join(folder, 'article.html')]);
  const records = await readFile(join(folder, 'demo', 'records.jsonl'), 'utf8');
  expect(records).not.toContain('"mapfost"');
  expect(await run()).toBe(0);
  expect(await readFile(join(folder, 'demo', 'records.jsonl'), 'utf8')).toBe(records);
});

it('refuses options of one suite', async () => {
  for (const [option, value] of [
    ['--shard', '1/2'],
    ['--only', 'abcd'],
    ['--microscope', 'sim:merlin'],
  ] as const) {
    const { code, stderr } = await inProcess('run', 'article', option, value, '--out', folder);
    expect(code, option).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^error: ${option} must be left out with article, which is a set of suites: `),
    );
  }
});
