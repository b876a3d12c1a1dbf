import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import { recordLine } from '../../harness/record/index.ts';
import { readSides } from './readSides.ts';

let folder: string;
const file = () => join(folder, 'records.jsonl');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const { header, records } = syntheticRun({ places: 3 });
  await writeFile(join(folder, 'plan.json'), JSON.stringify(header));
  await writeFile(file(), records.map((record) => `${recordLine(record)}\n`).join(''));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readSides', () => {
  it('gives the same from a thread of its own', async () => {
    const [base, candidate] = await readSides(folder, folder, 0);
    expect(base.evidence.records.length).toBeGreaterThan(0);
    expect(base).toEqual(candidate);
    expect(await readSides(folder, folder)).toEqual([base, candidate]);
  });

  it('refuses a damaged baseline with its line and what to do, from either', async () => {
    await writeFile(file(), 'no record\n');
    for (const largeFrom of [0, undefined]) {
      await expect(readSides(folder, folder, largeFrom)).rejects.toMatchObject({
        tag: 'RecordError',
        message: expect.stringMatching(/records\.jsonl line 1 is damaged/),
      });
    }
  });
});
