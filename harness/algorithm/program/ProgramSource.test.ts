import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programSource } from './ProgramSource.ts';

describe('programSource', () => {
  it.each([
    ['exec:python3 mine.py', ['python3', 'mine.py']],
    ['exec:  python3   -u mine.py ', ['python3', '-u', 'mine.py']],
    [
      `exec:"C:\\My Programs\\python.exe" 'my file.py' --name=''`,
      ['C:\\My Programs\\python.exe', 'my file.py', '--name='],
    ],
    [`exec:./mine --text ""`, ['./mine', '--text', '']],
    ['exec:echo $HOME | cat', ['echo', '$HOME', '|', 'cat']],
  ])('splits %s', (text, words) => {
    expect(programSource(text).words).toEqual(words);
  });

  it.each([
    ['exec:', /exec: must be followed by a command/],
    ["exec:''", /exec: must be followed by a command/],
    ["exec:python3 'mine.py", /must close every '/],
  ])('refuses %s', (text, message) => {
    expect(() => programSource(text)).toThrow(message);
  });
});

it('the title says nothing of the folders of this machine', () => {
  expect(programSource('exec:/opt/venv/bin/python lib/mine.py --fast').title).toBe(
    'python mine.py --fast',
  );
});

describe('the SHA-256 of a command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semfocus-test-'));
    for (const [name, text] of Object.entries({ a: 'one', b: 'one', c: 'two', python3: 'x' })) {
      await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const hash = (words: string[], files: string[] = []) =>
    programSource(words.map((word) => `"${word}"`).join(' ')).sha256(files);

  it('is of what files hold, not of where they are', () => {
    expect(hash(['python3', at('a')])).toBe(hash(['python3', at('b')]));
    expect(hash(['python3', at('a')])).not.toBe(hash(['python3', at('c')]));
    expect(hash([at('a')])).not.toBe(hash([at('c')]));
  });

  it('does not depend on where an interpreter lies', () => {
    expect(hash([at('python3'), at('a')])).toBe(hash(['python3', at('a')]));
  });

  it('is of the other words and of listed files as well', () => {
    const plain = hash(['python3', at('a')]);
    expect(hash(['python3', at('a'), '--fast'])).not.toBe(plain);
    expect(hash(['python3', at('a')], [at('c')])).not.toBe(plain);
    expect(() => hash(['python3', at('a')], [at('none')])).toThrow(
      /cannot read .*none, which the program lists/,
    );
  });

  it.runIf(process.platform === 'linux')(
    'waits for no FIFO and reads no device to its end: regular files alone',
    () => {
      execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', at('fifo')]);
      for (const file of [at('fifo'), '/dev/zero', folder]) {
        expect(() => hash(['python3'], [file])).toThrow(
          `cannot read ${file}, which the program lists: it must be a regular file`,
        );
      }
    },
  );
});
