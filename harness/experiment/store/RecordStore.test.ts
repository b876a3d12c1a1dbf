import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSemfocusError } from '../../microscope/index.ts';
import { recordLine, recordSchemaVersion, type TrajectoryOutcome } from '../../record/index.ts';
import { type Plan, planSuite } from '../suite/index.ts';
import { editLine } from '../testing/editLine.ts';
import { fakeOutcome } from '../testing/fakeOutcome.ts';
import { fakeRegistry } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { readRecords } from './layout/index.ts';
import { RecordStore } from './RecordStore.ts';

const registry = fakeRegistry();
const plan = planSuite(fakeSuite(), registry);
let folder: string;
let notices: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-store-'));
  notices = [];
});
afterEach(() => rm(folder, { recursive: true }));

function openStore(of: Plan = plan, force = false): Promise<RecordStore> {
  return RecordStore.open(folder, of, { force, onNotice: (message) => notices.push(message) });
}

function outcomeOf(index: number): TrajectoryOutcome {
  const scenario = plan.scenarios[index];
  if (scenario === undefined) throw new RangeError(`no trajectory ${index}`);
  return fakeOutcome(scenario);
}

/** Stores the trajectories with these indices and leaves the folder as an interrupted run would. */
async function storeSome(...indices: number[]): Promise<void> {
  const store = await openStore();
  for (const index of indices) await store.append(outcomeOf(index));
  await store.close();
}

async function storeAll(): Promise<void> {
  const store = await openStore();
  for (const index of [5, 0, 3, 1, 4, 2]) await store.append(outcomeOf(index));
  await store.finish();
  await store.close();
}

/** Tag and message of what a promise is rejected with; the folder is left out of the message. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (!isSemfocusError(error)) throw error;
  return `${error.name}: ${error.message}`.replaceAll(folder, 'DIR');
}

/** What JSON.parse says differs between versions of Node. */
function withoutParserWords(message: string): string {
  return message.replace(/(damaged: )(Unexpected|Unterminated) .*/, '$1...');
}

function path(name: string): string {
  return join(folder, name);
}

async function fileText(name: string): Promise<string> {
  return readFile(path(name), 'utf8');
}

describe('a run that comes to its end', () => {
  it('leaves plan.json, records.jsonl in the order of the plan and what it holds, nothing else', async () => {
    await storeAll();
    expect((await readdir(folder)).sort()).toEqual([
      'plan.json',
      'provenance.json',
      'records.jsonl',
    ]);
    const lines = (await fileText('records.jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).key)).toEqual(plan.keys);
  });

  it('is read back as it was stored', async () => {
    await storeAll();
    const { header, records, missing, warnings } = await readRecords(folder);
    expect(records).toEqual(plan.scenarios.map((_, i) => outcomeOf(i).record));
    expect(header).toMatchObject({ planHash: plan.planHash, keys: plan.keys, suite: plan.suite });
    expect(missing).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('may be opened again with nothing left to do', async () => {
    await storeAll();
    const before = await fileText('records.jsonl');
    const store = await openStore();
    expect(store.size).toBe(6);
    await store.finish();
    await store.close();
    expect(await fileText('records.jsonl')).toBe(before);
  });

  it('cannot be finished before every trajectory has a record', async () => {
    const store = await openStore();
    await store.append(outcomeOf(0));
    expect(await refusal(store.finish())).toBe('RecordError: DIR holds 1 of 6 trajectories');
    await store.close();
  });
});

describe('a run that is broken off', () => {
  it('keeps every trajectory that had ended', async () => {
    await storeSome(4, 1);
    const { records, missing } = await readRecords(folder);
    expect(records.map(({ key }) => key)).toEqual([plan.keys[1], plan.keys[4]]);
    expect(missing).toHaveLength(4);
    const store = await openStore();
    expect(plan.keys.map((key) => store.has(key))).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    await store.close();
  });

  it.each([
    ['half a line', '{"schema":3,"key":"0123'],
    ['a line of another shape', `{"schema":${recordSchemaVersion}}\n`],
    ['zeros, as a power cut may leave them', '\0\0\0\0\n'],
  ])('by a kill that leaves %s loses that line alone', async (_, rest) => {
    await storeSome(0, 1);
    const intact = await fileText('records.partial.jsonl');
    await appendFile(path('records.partial.jsonl'), rest);

    const read = await readRecords(folder);
    expect(read.records).toHaveLength(2);
    expect(read.warnings).toHaveLength(1);
    expect(read.warnings[0]).toContain('records.partial.jsonl line 3');

    const store = await openStore();
    expect(notices).toEqual(read.warnings);
    await store.append(outcomeOf(2));
    await store.close();
    const after = await fileText('records.partial.jsonl');
    expect(after.startsWith(intact)).toBe(true);
    expect(
      after
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).key),
    ).toEqual(plan.keys.slice(0, 3));
  });

  it('between writing the records and removing the partial ones counts as ended', async () => {
    await storeAll();
    await writeFile(path('records.partial.jsonl'), '{"schema":1');
    const store = await openStore();
    expect(store.size).toBe(6);
    await store.close();
    expect(await readdir(folder)).not.toContain('records.partial.jsonl');
  });
});

describe('damage', () => {
  const spoil = async (file: string, change: (lines: string[]) => void): Promise<string> => {
    const lines = (await fileText(file)).trimEnd().split('\n');
    change(lines);
    const text = `${lines.join('\n')}\n`;
    await writeFile(path(file), text);
    return text;
  };
  const edited = (line: string | undefined, change: (record: object) => void): string =>
    editLine(line ?? '', change);
  const cases: [string, (lines: string[]) => void][] = [
    ['no JSON', (lines) => lines.splice(1, 1, 'spoilt')],
    ['cut off', (lines) => lines.splice(5, 1, lines[5]?.slice(0, 100) ?? '')],
    [
      'wrong field',
      (lines) =>
        lines.splice(
          2,
          1,
          edited(lines[2], (r) => Object.assign(r, { outcome: 'won' })),
        ),
    ],
    [
      'another schema',
      (lines) =>
        lines.splice(
          0,
          1,
          edited(lines[0], (r) => Object.assign(r, { schema: 7 })),
        ),
    ],
    [
      'changed scenario',
      (lines) =>
        lines.splice(
          3,
          1,
          edited(lines[3], (r) =>
            Object.assign((r as TrajectoryOutcome['record']).scenario, { seed: 8 }),
          ),
        ),
    ],
    ['repeated', (lines) => lines.splice(4, 1, lines[0] ?? '')],
    [
      'of another plan',
      (lines) => {
        const [stranger] = planSuite(fakeSuite({ seed: 8 }), registry).scenarios;
        if (stranger) lines.splice(4, 1, recordLine(fakeOutcome(stranger).record));
      },
    ],
    ['empty', (lines) => lines.splice(4, 1, '')],
  ];

  it('of complete records is named with file, line and reason', async () => {
    await storeAll();
    const good = await fileText('records.jsonl');
    const messages: string[] = [];
    for (const [name, change] of cases) {
      await writeFile(path('records.jsonl'), good);
      await spoil('records.jsonl', change);
      messages.push(`${name}: ${withoutParserWords(await refusal(readRecords(folder)))}`);
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "no JSON: RecordError: DIR/records.jsonl line 2 is damaged: ...",
        "cut off: RecordError: DIR/records.jsonl line 6 is damaged: ...",
        "wrong field: RecordError: DIR/records.jsonl line 3 is damaged: outcome must be converged, missed, declined, diverged or failed. Received "won"",
        "another schema: RecordError: DIR/records.jsonl line 1 needs a version of semfocus that reads record schema 7. This one reads schema 4",
        "changed scenario: RecordError: DIR/records.jsonl line 4: the key does not fit the scenario; one of the two was changed",
        "repeated: RecordError: DIR/records.jsonl line 5: the same trajectory as line 1",
        "of another plan: RecordError: DIR/records.jsonl line 5: the plan has no trajectory with the key b91db17699b05647a3d79a660439350a32861d226381f146dbd292fadbb27d75",
        "empty: RecordError: DIR/records.jsonl line 5 is damaged: ...",
      ]
    `);
  });

  it('in the middle of a partial file stops the run and leaves the file as it is', async () => {
    await storeSome(0, 1, 2);
    const text = await spoil('records.partial.jsonl', (lines) => lines.splice(1, 1, 'spoilt'));
    expect(await refusal(openStore())).toMatch(
      /^RecordError: DIR\/records\.partial\.jsonl line 2 is damaged/,
    );
    expect(await fileText('records.partial.jsonl')).toBe(text);
    expect(await readdir(folder)).not.toContain('run.lock');
  });

  it('of another schema in the last line is not dropped', async () => {
    await storeSome(0, 1);
    const text = await spoil('records.partial.jsonl', (lines) =>
      lines.splice(
        1,
        1,
        edited(lines[1], (r) => Object.assign(r, { schema: 7 })),
      ),
    );
    expect(await refusal(openStore())).toContain('reads record schema 7');
    expect(await fileText('records.partial.jsonl')).toBe(text);
  });

  it('of the plan, and its absence, are told apart', async () => {
    expect(await refusal(readRecords(path('absent')))).toMatchInlineSnapshot(
      `"RecordError: no records in DIR/absent: there is no plan.json"`,
    );
    const store = await openStore();
    await store.close();
    expect(await refusal(readRecords(folder))).toMatchInlineSnapshot(
      `"RecordError: no records in DIR: no trajectory has ended yet"`,
    );
    await writeFile(path('plan.json'), '{"schema":7}');
    expect(await refusal(readRecords(folder))).toMatchInlineSnapshot(
      `"RecordError: DIR/plan.json needs a version of semfocus that reads record schema 7. This one reads schema 4"`,
    );
    await writeFile(path('plan.json'), '{"schema":1');
    expect(await refusal(readRecords(folder))).toMatch(/plan\.json is damaged: \S/);
    await rm(path('plan.json'));
    await writeFile(path('records.jsonl'), '');
    expect(await refusal(openStore())).toMatchInlineSnapshot(
      `"RecordError: DIR holds records.jsonl but no plan.json"`,
    );
  });

  it('that took records away from a complete file is no resumable run', async () => {
    await storeAll();
    await spoil('records.jsonl', (lines) => lines.splice(1, 1));
    expect(await refusal(readRecords(folder))).toMatch(
      /^RecordError: DIR\/records\.jsonl holds 5 records with the SHA-256 \w+, provenance\.json says 6 with \w+: lines were exchanged or taken away$/,
    );
    await rm(path('provenance.json'));
    expect((await readRecords(folder)).missing).toEqual([plan.keys[1]]);
    expect(await refusal(openStore())).toMatchInlineSnapshot(
      `"RecordError: DIR/records.jsonl holds 5 of 6 trajectories"`,
    );
  });
});

describe('the results of another plan', () => {
  it('are refused with what differs, and stay', async () => {
    await storeAll();
    const before = await fileText('records.jsonl');
    const others: Plan[] = [
      planSuite(fakeSuite({ seed: 8 }), registry),
      planSuite(fakeSuite({ presets: ['fine'] }), registry),
      planSuite(fakeSuite(), { ...registry, physicsVersion: 'fake-2' }),
      planSuite(fakeSuite(), registry, {
        specimen: {
          file: { path: 'tin.png', sha256: '11', pixelSizeNm: 5, widthPx: 900, heightPx: 700 },
        },
      }),
    ];
    const messages: string[] = [];
    for (const other of others) messages.push(await refusal(openStore(other)));
    expect(messages).toMatchInlineSnapshot(`
      [
        "ConfigError: DIR holds the results of another plan: suite.seed was 7, is 8",
        "ConfigError: DIR holds the results of another plan: suite.presets[0] was "plain", is "fine"",
        "ConfigError: DIR holds the results of another plan: physicsVersion was "fake-1", is "fake-2"",
        "ConfigError: DIR holds the results of another plan: suite.specimens[0] was "tissue", is "tin.png"; specimenFile.path was absent, is "tin.png"; specimenFile.sha256 was absent, is "11"; specimenFile.pixelSizeNm was absent, is 5",
      ]
    `);
    expect(await fileText('records.jsonl')).toBe(before);
  });

  it('are replaced by force, and what is not ours stays', async () => {
    await storeAll();
    await mkdir(path('previews'));
    await writeFile(path('previews/holiday.png'), '');
    await writeFile(path('previews/0123456789abcdef-before.png'), '');
    await writeFile(path('report.html'), 'of the old records');
    const other = planSuite(fakeSuite({ seed: 8 }), registry);
    const store = await openStore(other, true);
    expect(store.size).toBe(0);
    await store.close();
    expect(JSON.parse(await fileText('plan.json')).planHash).toBe(other.planHash);
    expect(await readdir(path('previews'))).toEqual(['holiday.png']);
    expect(await readdir(folder)).not.toContain('records.jsonl');
    expect(await readdir(folder)).not.toContain('report.html');
  });
});

describe('a process that is killed', () => {
  it('loses what it was running, nothing that had ended, and holds the folder no longer', async () => {
    const script = fileURLToPath(new URL('../testing/runUntilKilled.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder]);
    let said = '';
    for await (const chunk of child.stdout) {
      said += chunk;
      if (said.includes('3')) break;
    }
    expect(await refusal(openStore())).toContain(`process ${child.pid} is writing into DIR`);
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect((await readRecords(folder)).records).toHaveLength(3);
    const store = await openStore();
    expect(notices).toEqual([expect.stringContaining(`process ${child.pid}, which has ended`)]);
    for (const [i, key] of plan.keys.entries()) {
      if (!store.has(key)) await store.append(outcomeOf(i));
    }
    await store.finish();
    await store.close();
    expect((await readRecords(folder)).missing).toEqual([]);
  });
});

describe('two writers', () => {
  it('are refused: the second is told who the first is', async () => {
    const store = await openStore();
    expect(await refusal(openStore())).toBe(
      `ConfigError: process ${process.pid} is writing into DIR`,
    );
    await store.append(outcomeOf(0));
    await store.close();
    await (await openStore()).close();
  });

  it('of which one died: its lock is taken over with a notice', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(
      path('run.lock'),
      JSON.stringify({ pid, host: hostname(), since: 1, token: 'a' }),
    );
    await (await openStore()).close();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`process ${pid}, which has ended`);
    expect(await readdir(folder)).toEqual(['plan.json']);
  });

  it('of which one died and this process got its number', async () => {
    await writeFile(
      path('run.lock'),
      JSON.stringify({ pid: process.pid, host: hostname(), since: 1, token: 'a' }),
    );
    await (await openStore()).close();
    expect(notices).toHaveLength(1);
  });

  it('on two machines: nobody can tell whether the other lives', async () => {
    await writeFile(
      path('run.lock'),
      JSON.stringify({ pid: 1, host: 'elsewhere', since: 1, token: 'a' }),
    );
    expect(await refusal(openStore())).toBe(
      'ConfigError: process 1 on elsewhere is writing into DIR',
    );
  });

  it('that find the same stale lock at once: one gets it', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(
      path('run.lock'),
      JSON.stringify({ pid, host: hostname(), since: 1, token: 'a' }),
    );
    const results = await Promise.allSettled([openStore(), openStore(), openStore()]);
    const stores = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
    expect(stores).toHaveLength(1);
    for (const store of stores) await store.close();
  });
});

describe('a place that cannot be written', () => {
  it('is refused by name, with the reason', async () => {
    await writeFile(path('file'), '');
    const message = await refusal(RecordStore.open(path('file/results'), plan));
    expect(message).toMatchInlineSnapshot(
      `"ConfigError: DIR/file is a file. A folder is needed there"`,
    );
    expect(await refusal(RecordStore.open(path('file'), plan))).toMatchInlineSnapshot(
      `"ConfigError: DIR/file is a file. A folder is needed there"`,
    );
  });

  it.runIf(existsSync('/dev/full'))('for want of room keeps what was stored', async () => {
    const store = await openStore();
    const before = await fileText('plan.json');
    await symlink('/dev/full', path('records.partial.jsonl'));
    expect(await refusal(store.append(outcomeOf(1)))).toMatchInlineSnapshot(
      `"ConfigError: cannot write DIR/records.partial.jsonl: ENOSPC: no space left on device"`,
    );
    expect(store.size).toBe(0);
    await store.close();
    expect(await fileText('plan.json')).toBe(before);
  });
});

describe('previews', () => {
  it('lie beside the records, which name them', async () => {
    const store = await openStore();
    const image = new Uint8Array([1, 2, 3]);
    const record = await store.append({
      ...outcomeOf(0),
      previews: { before: image, after: image, inFocus: image },
    });
    await store.close();
    const name = plan.keys[0]?.slice(0, 16);
    expect(record.previews).toEqual({
      before: `previews/${name}-before.png`,
      after: `previews/${name}-after.png`,
      inFocus: `previews/${name}-in-focus.png`,
    });
    expect((await readRecords(folder)).records).toEqual([record]);
    for (const file of Object.values(record.previews ?? {})) {
      expect(new Uint8Array(await readFile(path(file)))).toEqual(image);
    }
  });
});

describe('what failed', () => {
  const failed = (index: number): TrajectoryOutcome => {
    const scenario = plan.scenarios[index];
    if (scenario === undefined) throw new RangeError(`no trajectory ${index}`);
    return fakeOutcome(scenario, 1, 'timeout');
  };
  const openAgain = () => RecordStore.open(folder, plan, { retryFailed: true });
  const classes = async () =>
    (await readRecords(folder)).records.map(({ failureClass }) => failureClass);

  async function storeAllButOneFailed(): Promise<void> {
    const store = await openStore();
    for (const index of [0, 1, 2, 3, 4]) await store.append(outcomeOf(index));
    await store.append(failed(5));
    await store.finish();
    await store.close();
  }

  it('is kept as it is, unless asked to be run again', async () => {
    await storeAllButOneFailed();
    const store = await openStore();
    expect(store.size).toBe(6);
    await store.close();
    const again = await openAgain();
    expect(again.size).toBe(5);
    expect(again.has(plan.keys[5] ?? '')).toBe(false);
    await again.append(outcomeOf(5));
    await again.finish();
    await again.close();
    expect(await classes()).toEqual(Array(6).fill('false-claim'));
    expect(await readdir(folder)).not.toContain('records.partial.jsonl');
  });

  it('is not lost when running it again is interrupted, and neither is what was run again', async () => {
    await storeAllButOneFailed();
    await (await openAgain()).close();
    expect((await classes()).at(-1)).toBe('timeout');
    const again = await openAgain();
    await again.append(outcomeOf(5));
    // Killed before it was finished.
    await again.close();
    const store = await openStore();
    expect(store.size).toBe(6);
    await store.finish();
    await store.close();
    expect(await classes()).toEqual(Array(6).fill('false-claim'));
  });

  it('gives way within a partial file as well, and what did not fail is there once', async () => {
    const store = await openStore();
    await store.append(failed(0));
    await store.close();
    const again = await openAgain();
    expect(again.size).toBe(0);
    await again.append(outcomeOf(0));
    await again.close();
    expect(await classes()).toEqual(['false-claim']);
  });
});
