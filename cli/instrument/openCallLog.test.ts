import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordMicroscope } from '../../harness/microscope/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { openCallLog } from './openCallLog.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

const now = () => new Date('2024-02-29T12:00:00Z');

describe('openCallLog', () => {
  it('adds a line per call, failed ones too, each before the next call begins', async () => {
    const file = join(folder, 'calls.jsonl');
    const lines = async () => (await readFile(file, 'utf8')).trimEnd().split('\n');
    const inner = new ScriptedMicroscope();
    const first = openCallLog(file, { now, onTrouble: () => {} });
    const { microscope } = recordMicroscope(inner, first.write);
    await microscope.writeFocus({ stigmatorX: 3 });
    expect(await lines()).toHaveLength(1);
    inner.before = async () => {
      throw new Error('vacuum');
    };
    await expect(microscope.blankBeam(true)).rejects.toThrow('vacuum');
    first.close();
    const second = openCallLog(file, { now, onTrouble: () => {} });
    second.write({ call: 'close' });
    second.close();
    const at = '2024-02-29T12:00:00.000Z';
    expect((await lines()).map((line) => JSON.parse(line))).toEqual([
      {
        ...{ at, call: 'writeFocus', request: { stigmatorX: 3 } },
        result: { workingDistanceUm: 4500, stigmatorX: 3, stigmatorY: -1 },
      },
      { at, call: 'blankBeam', request: true, error: 'vacuum' },
      { at, call: 'close' },
    ]);
  });

  it('refuses a file that cannot be opened', () => {
    const file = join(folder, 'none', 'calls.jsonl');
    expect(() => openCallLog(file, { now, onTrouble: () => {} })).toThrow(
      /^--log must be a file that can be written: ENOENT/,
    );
  });

  it('says so once where the disk is full, and does not stop the microscope', () => {
    const troubles: string[] = [];
    const log = openCallLog('/dev/full', { now, onTrouble: (text) => troubles.push(text) });
    log.write({ call: 'describe' });
    log.write({ call: 'describe' });
    expect(troubles).toEqual([expect.stringMatching(/^the log ends here, .*ENOSPC/)]);
    expect(() => log.close()).toThrow(/^cannot write \/dev\/full: ENOSPC/);
  });
});
