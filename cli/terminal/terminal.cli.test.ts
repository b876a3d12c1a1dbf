import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Exit code and what is on stderr, of a program whose stdout or stderr is closed. */
function ended(
  args: readonly string[],
  { closed, out }: { readonly closed?: 'stdout' | 'stderr'; readonly out?: number } = {},
): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', out ?? 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  if (closed !== undefined) child[closed]?.destroy();
  else child.stdout?.resume();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(`${code} ${stderr.trimEnd()}`.trimEnd()));
  });
}

describe('the exit code', () => {
  const semfocus = program('semfocus.js');

  it.runIf(existsSync('/dev/full'))('is 2 where stdout cannot be written', async () => {
    const out = openSync('/dev/full', 'w');
    try {
      expect(await ended([semfocus, 'suites'], { out })).toBe(
        '2 error: cannot write to standard output: ENOSPC: no space left on device',
      );
    } finally {
      closeSync(out);
    }
  });

  it('is 2, without a word, where a reader has gone before the end', async () => {
    expect(await ended([semfocus, 'suites'], { closed: 'stdout' })).toBe('2');
  });

  it('is what it would be where stderr has no reader', async () => {
    expect(await ended([semfocus, 'suites'], { closed: 'stderr' })).toBe('0');
    expect(await ended([semfocus, 'nonsense'], { closed: 'stderr' })).toBe('2');
  });

  it('is 2 where the program cannot start, and 4 where it ends by an error of its own', async () => {
    await mkdir(join(folder, 'cli'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const name of ['semfocus.js', 'compiled.js']) {
      await copyFile(program(name), join(folder, 'cli', name));
    }
    const broken = await ended([join(folder, 'cli', 'semfocus.js'), 'suites']);
    expect(broken).toMatch(
      /^2 error: semfocus cannot start: Cannot find module [^\n]+main\.js[^\n]+$/,
    );
    const late = `data:text/javascript,
      const { stdout } = process;
      const write = stdout.write.bind(stdout);
      stdout.write = (...args) => {
        setImmediate(() => { throw new Error('late'); });
        return write(...args);
      };`;
    expect(await ended(['--import', late, semfocus, 'suites'])).toMatch(/^4 (.|\n)*Error: late/);
  });
});
