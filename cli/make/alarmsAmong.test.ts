import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import { recordLine } from '../../harness/record/index.ts';
import { alarmsAmong } from './alarmsAmong.ts';

let folder: string;
const folders = () => ['1', '2', '3'].map((seed) => join(folder, seed));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  for (const [i, place] of folders().entries()) {
    const { header, records } = syntheticRun({ seed: i + 1, places: 20 });
    await mkdir(place);
    await writeFile(join(place, 'plan.json'), JSON.stringify(header));
    const lines = records.map((record) => `${recordLine(record)}\n`);
    await writeFile(join(place, 'records.jsonl'), lines.join(''));
  }
});
afterAll(() => rm(folder, { recursive: true }));

it('holds runs of one model with other seeds against each other, and none fails', async () => {
  const count = await alarmsAmong(folders());
  expect(count).toMatchObject({ comparisons: 3, failed: 0 });
  expect(count.outcomes.map(({ rows }) => rows.filter((row) => row.includes('lacks')))).toEqual([
    [],
    [],
    [],
  ]);
});
