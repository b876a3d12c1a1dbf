import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder, removeLeftovers, temporaryFile } from './temporaryFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'semfocus-leftovers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const dead = spawnSync(process.execPath, ['--version']).pid;
const ofDead = (name: string) => name.replace(`-${process.pid}-`, `-${dead}-`);

describe('what a killed process leaves behind', () => {
  it('is removed, and nothing else', async () => {
    const own = temporaryFile(join(folder, 'records.jsonl'));
    const kept = [
      own,
      join(folder, 'records.jsonl'),
      join(folder, 'mine.tmp'),
      // Of another machine, whose processes are not known here.
      ofDead(own).replace(/\.[0-9a-f]{8}-/, '.00000000-'),
    ];
    for (const path of [...kept, ofDead(own), ofDead(temporaryFile(join(folder, 'run.lock')))]) {
      writeFileSync(path, '');
    }
    await removeLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual(kept.map((path) => basename(path)).sort());
  });

  it('are folders of programs, too', () => {
    const own = makeTemporaryFolder();
    try {
      const left = join(dirname(own), ofDead(basename(own)));
      mkdirSync(left);
      writeFileSync(join(left, 'frame'), '');
      rmSync(makeTemporaryFolder(), { recursive: true });
      expect(existsSync(left)).toBe(false);
      expect(existsSync(own)).toBe(true);
    } finally {
      rmSync(own, { recursive: true });
    }
  });
});
