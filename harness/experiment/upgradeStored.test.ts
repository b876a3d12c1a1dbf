import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planSuite } from './planSuite.ts';
import { RecordStore } from './RecordStore.ts';
import { readPlanHeader, readRecords } from './readRecords.ts';
import { fakeRegistry } from './testing/fakeRegistry.ts';
import { upgradeStored } from './upgradeStored.ts';

/** Written by the version of semfocus that knew schema 1. */
const ofSchemaOne = fileURLToPath(new URL('./fixtures/schema-1/', import.meta.url));
const registry = fakeRegistry({
  async *declining() {
    yield* [];
  },
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-upgrade-'));
  await cp(ofSchemaOne, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe('records of schema 1', () => {
  it('are read as of the present one, and say why they are no successes', async () => {
    const { records, missing, header } = await readRecords(folder);
    expect(missing).toEqual([]);
    expect(header.schema).toBe(2);
    expect(records.map(({ schema, failureClass }) => [schema, failureClass])).toEqual([
      [2, undefined],
      [2, 'budget-spent'],
      [2, 'wrong-sign'],
      [2, 'declined-wrongly'],
    ]);
  });

  it('are those of the same plan today: the run is complete, and its old lines are written anew', async () => {
    const header = await readPlanHeader(folder);
    if (header === undefined) throw new Error('the fixture has no plan');
    const plan = planSuite(header.suite, registry);
    expect(plan.keys).toEqual(header.keys);
    expect(plan.planHash).toBe(header.planHash);
    const store = await RecordStore.open(folder, plan);
    expect(store.size).toBe(plan.keys.length);
    await store.close();
  });

  it('stay as they are on the disk as long as nothing is written', async () => {
    await readRecords(folder);
    expect(await readFile(join(folder, 'records.jsonl'), 'utf8')).toBe(
      await readFile(join(ofSchemaOne, 'records.jsonl'), 'utf8'),
    );
  });
});

describe('upgradeStored', () => {
  it.each([
    [null],
    [3],
    ['text'],
    [[]],
    [{}],
    [{ schema: 'one' }],
    [{ schema: 0 }],
    [{ schema: 9 }],
  ])('leaves to the schema what it does not know: %j', (value) =>
    expect(upgradeStored(value)).toEqual(value),
  );

  it('leaves damage in sight', () => {
    expect(upgradeStored({ schema: 1, iterations: 4 })).toEqual({ schema: 2, iterations: 4 });
    expect(upgradeStored({ schema: 1, planHash: 'x', keys: 5 })).toEqual({
      schema: 2,
      planHash: 'x',
      keys: 5,
    });
  });
});
