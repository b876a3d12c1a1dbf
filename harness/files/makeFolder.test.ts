import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './makeFolder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('making a folder', () => {
  it('makes those above it, and is content where it is there already', async () => {
    const path = join(root, 'a', 'b', 'c');
    await makeFolder(path);
    await makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('goes well when two want the same one', async () => {
    await Promise.all([makeFolder(join(root, 'a/b')), makeFolder(join(root, 'a/c'))]);
    expect((await readdir(join(root, 'a'))).sort()).toEqual(['b', 'c']);
  });

  it('names the file that is in the way', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'a', 'b')]) {
      await expect(makeFolder(path)).rejects.toThrow(`${file} is a file. A folder is needed there`);
    }
  });

  // mkdir -p of Node never came back from this.
  it.runIf(process.platform === 'linux')('gives up where nothing can be made', async () => {
    await expect(makeFolder('/proc/no/such/folder')).rejects.toThrow('cannot write /proc/no/such');
  });
});
