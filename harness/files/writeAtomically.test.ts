import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertWritable } from './assertWritable.ts';
import { writeAtomically } from './writeAtomically.ts';

let root: string;
const path = (...names: string[]) => join(root, ...names);
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('writing a file atomically', () => {
  it('takes text, bytes and pieces, and leaves no other file behind', async () => {
    async function* pieces() {
      yield Buffer.from('two ');
      yield Buffer.from('pieces');
    }
    for (const [content, text] of [
      ['text', 'text'],
      [Uint8Array.of(104, 105), 'hi'],
      [['a\n', 'b\n'], 'a\nb\n'],
      [pieces(), 'two pieces'],
      ['', ''],
    ] as const) {
      await writeAtomically(path('file'), content, { isDurable: text !== 'text' });
      expect(await readFile(path('file'), 'utf8')).toBe(text);
    }
    expect(await readdir(root)).toEqual(['file']);
  });

  it('keeps the old file, and nothing else, where a piece fails', async () => {
    await writeFile(path('file'), 'old');
    async function* failing() {
      yield Buffer.from('new');
      throw new Error('no more');
    }
    await expect(writeAtomically(path('file'), failing())).rejects.toThrow(
      `cannot write ${path('file')}: no more`,
    );
    expect(await readFile(path('file'), 'utf8')).toBe('old');
    expect(await readdir(root)).toEqual(['file']);
  });

  it('refuses a folder, and a file in a folder that is missing', async () => {
    await mkdir(path('folder'));
    await expect(writeAtomically(path('folder'), '')).rejects.toThrow(
      `cannot write ${path('folder')}: it is a folder`,
    );
    await expect(writeAtomically(path('none', 'file'), '')).rejects.toThrow(
      `cannot write ${path('none', 'file')}: ENOENT: no such file or directory`,
    );
    expect(await readdir(path('folder'))).toEqual([]);
  });

  it.runIf(process.platform !== 'win32')('keeps the mode of the file', async () => {
    await writeFile(path('file'), 'old');
    for (const mode of [0o640, 0o666]) {
      await chmod(path('file'), mode);
      await writeAtomically(path('file'), 'new');
      expect((await stat(path('file'))).mode & 0o777).toBe(mode);
    }
  });
});

describe.runIf(process.platform !== 'win32')('writing through a symbolic link', () => {
  it('replaces the file that it leads to, over several links and folders', async () => {
    await mkdir(path('a'));
    await mkdir(path('b', 'deep'), { recursive: true });
    await symlink('../b/deep', path('a', 'folder'));
    // From the folder that the link really lies in.
    await symlink('../file', path('a', 'folder', 'link'));
    await symlink('folder/link', path('a', 'first'));
    for (const text of ['made', 'replaced']) {
      await writeAtomically(path('a', 'first'), text);
      expect(await readFile(path('b', 'file'), 'utf8')).toBe(text);
    }
    expect(await readlink(path('a', 'first'))).toBe('folder/link');
    expect((await lstat(path('b', 'deep', 'link'))).isSymbolicLink()).toBe(true);
    expect((await readdir(root, { recursive: true })).filter((name) => /tmp/.test(name))).toEqual(
      [],
    );
  });

  it('refuses links that lead to each other', async () => {
    await symlink('b', path('a'));
    await symlink('a', path('b'));
    await expect(writeAtomically(path('a'), '')).rejects.toThrow('ELOOP');
  });
});

describe.runIf(process.platform === 'linux')('writing into what is no regular file', () => {
  it('feeds a FIFO, also through a link, and leaves it where it is', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path('fifo')]);
    await symlink('fifo', path('link'));
    for (const name of ['fifo', 'link']) {
      await assertWritable(path(name));
      const [read] = await Promise.all([
        readFile(path('fifo'), 'utf8'),
        writeAtomically(path(name), 'text', { isDurable: true }),
      ]);
      expect(read).toBe('text');
    }
    expect((await lstat(path('fifo'))).isFIFO()).toBe(true);
    expect((await lstat(path('link'))).isSymbolicLink()).toBe(true);
    expect((await readdir(root)).sort()).toEqual(['fifo', 'link']);
  });

  it('leaves a link to the null device alone', async () => {
    await symlink('/dev/null', path('link'));
    await writeAtomically(path('link'), 'text');
    expect(await readlink(path('link'))).toBe('/dev/null');
    expect((await stat(path('link'))).isCharacterDevice()).toBe(true);
    expect(await readdir(root)).toEqual(['link']);
  });

  it('adds to what standard output was sent to, before what is printed later', async () => {
    const module = JSON.stringify(join(import.meta.dirname, 'writeAtomically.ts'));
    const script = `const { writeAtomically } = await import(${module});
      process.stdout.write('before ');
      await writeAtomically('/dev/stdout', 'written ');
      process.stdout.write('after');`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const run = (to: string) =>
      execFileSync('sh', ['-c', `"$@" ${to}`, 'sh', process.execPath, ...args], {
        encoding: 'utf8',
      });
    expect(run('| cat')).toBe('before written after');
    await writeFile(path('log'), 'log ');
    run(`>> ${path('log')}`);
    expect(await readFile(path('log'), 'utf8')).toBe('log before written after');
    run(`> ${path('log')}`);
    expect(await readFile(path('log'), 'utf8')).toBe('before written after');
    expect(await readdir(root)).toEqual(['log']);
  });
});

describe('asking whether a file can be written', () => {
  it('makes its folder, not the file', async () => {
    await assertWritable(path('a', 'b', 'file'));
    expect(await readdir(path('a', 'b'))).toEqual([]);
  });

  it('refuses a folder, and a file in the place of one', async () => {
    await writeFile(path('file'), '');
    await expect(assertWritable(root)).rejects.toThrow(`cannot write ${root}: it is a folder`);
    await expect(assertWritable(path('file', 'a'))).rejects.toThrow(
      `${path('file')} is a file. A folder is needed there`,
    );
  });

  it.runIf(process.platform !== 'win32')('refuses a link into a missing folder', async () => {
    await symlink('none/file', path('link'));
    await expect(assertWritable(path('link'))).rejects.toThrow(
      `cannot write ${path('link')}: ENOENT: no such file or directory`,
    );
  });
});
