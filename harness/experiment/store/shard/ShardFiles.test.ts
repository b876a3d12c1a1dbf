import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSemfocusError } from '../../../microscope/index.ts';
import type { ProcessProvenance } from '../../../record/index.ts';
import { planSuite } from '../../suite/index.ts';
import { editLine } from '../../testing/editLine.ts';
import { fakeOutcome } from '../../testing/fakeOutcome.ts';
import { fakeProcess } from '../../testing/fakeProcess.ts';
import { fakeRegistry } from '../../testing/fakeRegistry.ts';
import { fakeSuite } from '../../testing/fakeSuite.ts';
import { RecordStore } from '../RecordStore.ts';
import { readShardFile } from './readShardFile.ts';
import type { Shard } from './Shard.ts';
import { shardFileNames } from './shardFileNames.ts';
import { shardOf } from './shardOf.ts';

const plan = planSuite(fakeSuite(), fakeRegistry());
const half = shardOf(plan, { number: 1, count: 2 }, () => 1);
const names = shardFileNames(plan.planHash, half);
let folder: string;
let notices: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-shard-'));
  notices = [];
});
afterEach(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

function openStore(
  shard: Shard = half,
  options: { force?: boolean; provenance?: ProcessProvenance } = {},
): Promise<RecordStore> {
  const { force = false, provenance } = options;
  return RecordStore.open(folder, shard, {
    force,
    onNotice: (message) => notices.push(message),
    ...(provenance && { process: { provenance, now: () => new Date(0) } }),
  });
}

/** Stores what is missing of a shard, up to so many, and finishes it if that is all. */
async function storeSome(count: number, options: Parameters<typeof openStore>[1] = {}) {
  const store = await openStore(half, options);
  let added = 0;
  for (const [i, scenario] of half.scenarios.entries()) {
    if (added === count) break;
    if (store.has(half.keys[i] ?? '')) continue;
    await store.append(fakeOutcome(scenario));
    added++;
  }
  if (store.size === half.keys.length) await store.finish();
  await store.close();
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (!isSemfocusError(error)) throw error;
  return `${error.name}: ${error.message}`.replaceAll(folder, 'DIR');
}

async function partials(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.partial.jsonl'));
}

async function partialPath(): Promise<string> {
  const [name = ''] = await partials();
  return path(name);
}

async function linesOf(name: string): Promise<string[]> {
  return gunzipSync(await readFile(path(name)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
}

describe('a shard that comes to its end', () => {
  it('leaves one file, with header, records in the order of the plan and footer', async () => {
    await storeSome(3, { provenance: fakeProcess() });
    expect(await readdir(folder)).toEqual([names.complete]);
    const lines = (await linesOf(names.complete)).map((line) => JSON.parse(line));
    const [header, ...rest] = lines;
    const footer = rest.pop();
    expect(header).toMatchObject({
      schema: 4,
      planHash: plan.planHash,
      shard: { number: 1, count: 2 },
      assignment: half.assignment,
      plan: { planHash: plan.planHash, keys: plan.keys },
      provenance: [{ ...fakeProcess(), endedAt: '1970-01-01T00:00:00.000Z', trajectories: 3 }],
    });
    expect(rest.map(({ key }) => key)).toEqual(half.keys);
    expect(footer).toEqual({ runs: 3, rows: 6, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('may be opened again with nothing left to do', async () => {
    await storeSome(3);
    const before = await readFile(path(names.complete));
    const store = await openStore();
    expect(store.size).toBe(3);
    await store.finish();
    await store.close();
    expect(await readFile(path(names.complete))).toEqual(before);
    expect(await readdir(folder)).toEqual([names.complete]);
  });

  it('without a trajectory is a file all the same', async () => {
    const none = shardOf(plan, { number: 9, count: 9 }, () => 1);
    expect(none.keys).toEqual([]);
    const store = await openStore(none);
    await store.finish();
    await store.close();
    const file = await readShardFile(path(shardFileNames(plan.planHash, none).complete));
    expect(file).toMatchObject({ isWhole: true, lines: new Map() });
  });
});

describe('a shard that is broken off', () => {
  it('is gone on with by a process that writes a file of its own, and both are named', async () => {
    await storeSome(1, { provenance: fakeProcess({ startedAt: 'first' }) });
    await storeSome(1, { provenance: fakeProcess({ startedAt: 'second' }) });
    expect(await partials()).toHaveLength(2);
    await storeSome(1, { provenance: fakeProcess({ startedAt: 'third' }) });
    expect(await readdir(folder)).toEqual([names.complete]);
    const file = await readShardFile(path(names.complete));
    expect(file?.header?.provenance.map(({ startedAt }) => startedAt)).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it('at any byte loses at most the trajectory whose line was being written', async () => {
    await storeSome(2);
    const partial = await partialPath();
    const bytes = await readFile(partial);
    const ends = [...bytes.entries()].flatMap(([i, byte]) => (byte === 10 ? [i + 1] : []));
    const cuts = [...ends, ...ends.map((end) => end - 1), ...ends.map((end) => end - 40), 0, 1];
    for (const cut of cuts) {
      await writeFile(partial, bytes.subarray(0, cut));
      const store = await openStore();
      expect([cut, store.size]).toEqual([
        cut,
        Math.max(0, ends.filter((e) => e <= cut).length - 1),
      ]);
      await store.close();
    }
  });

  it('between writing the whole and removing the parts counts as ended', async () => {
    await storeSome(2);
    const partial = await partialPath();
    const left = await readFile(partial);
    await storeSome(1);
    await writeFile(partial, left);
    const store = await openStore();
    expect(store.size).toBe(3);
    await store.close();
  });

  it('is refused where its middle is damaged, and stays as it is', async () => {
    await storeSome(2);
    const partial = await partialPath();
    const lines = (await readFile(partial, 'utf8')).split('\n');
    lines[1] = 'spoilt';
    await writeFile(partial, lines.join('\n'));
    expect(await refusal(openStore())).toMatch(/^RecordError: DIR\/shard-.* line 2 is damaged/);
    expect(await readFile(partial, 'utf8')).toBe(lines.join('\n'));
    await storeSome(3, { force: true });
    expect(await readdir(folder)).toEqual([names.complete]);
  });

  it('of another schema is not dropped', async () => {
    await storeSome(1);
    await appendFile(await partialPath(), '{"schema":9}\n');
    expect(await refusal(openStore())).toContain('reads record schema 9');
  });
});

describe('what ended by an exception', () => {
  /** Stores the shard, or what is to be run again of it, up to so many. */
  const storeWith = async (failureClass: 'exception' | 'false-claim', count: number) => {
    const store = await RecordStore.open(folder, half, { retryFailed: true });
    let added = 0;
    for (const [i, scenario] of half.scenarios.entries()) {
      if (store.has(half.keys[i] ?? '') || added === count) continue;
      await store.append(fakeOutcome(scenario, 1, failureClass));
      added++;
    }
    if (store.size === half.keys.length) await store.finish();
    await store.close();
    return added;
  };

  it('is run again beside the whole file, and a kill loses none of it', async () => {
    expect(await storeWith('exception', 3)).toBe(3);
    expect(await storeWith('false-claim', 1)).toBe(1);
    expect((await readdir(folder)).sort()).toEqual([names.complete, ...(await partials())].sort());
    expect(await storeWith('false-claim', 1)).toBe(1);
    expect(await storeWith('false-claim', 3)).toBe(1);
    expect(await readdir(folder)).toEqual([names.complete]);
    const file = await readShardFile(path(names.complete));
    const records = file?.isWhole
      ? [...file.lines.values()].map(({ text }) => JSON.parse(text))
      : [];
    expect(records.map(({ failureClass }) => failureClass)).toEqual([
      'false-claim',
      'false-claim',
      'false-claim',
    ]);
    expect(await storeWith('false-claim', 3)).toBe(0);
  });
});

describe('the whole file', () => {
  const spoil = async (change: (lines: string[]) => void): Promise<void> => {
    const lines = await linesOf(names.complete);
    change(lines);
    await writeFile(path(names.complete), gzipSync(`${lines.join('\n')}\n`));
  };

  it('cut off at any byte is not whole, and is made anew', async () => {
    await storeSome(3);
    const bytes = await readFile(path(names.complete));
    const plain = gunzipSync(bytes);
    // The last bytes of gzip hold a checksum of what the footer's hash has shown to be whole.
    for (const cut of [0, 1, 5, 20, 200, bytes.length - 100, bytes.length - 30]) {
      await writeFile(path(names.complete), bytes.subarray(0, cut));
      expect([cut, (await readShardFile(path(names.complete)))?.isWhole]).toEqual([cut, false]);
    }
    for (let cut = 0; cut < plain.length; cut += 97) {
      await writeFile(path(names.complete), plain.subarray(0, cut));
      expect([cut, (await readShardFile(path(names.complete)))?.isWhole]).toEqual([cut, false]);
    }
    await storeSome(3);
    expect(notices).toEqual([expect.stringContaining('is not whole, it has no footer')]);
    expect(await readShardFile(path(names.complete))).toMatchObject({ isWhole: true });
  });

  it('may have been decompressed', async () => {
    await storeSome(3);
    await writeFile(path(names.complete), gunzipSync(await readFile(path(names.complete))));
    expect(await readShardFile(path(names.complete))).toMatchObject({ isWhole: true });
  });

  it.each<[string, (lines: string[]) => void, string]>([
    ['a record less', (lines) => lines.splice(1, 1), 'its SHA-256 is not that of its footer'],
    [
      'another digit',
      (lines) => lines.splice(1, 1, (lines[1] ?? '').replace('4510', '4511')),
      'its SHA-256 is not that of its footer',
    ],
    ['no footer', (lines) => lines.pop(), 'it has no footer'],
    ['another footer', (lines) => lines.splice(-1, 1, '{"runs":3}'), 'it has no footer'],
    ['a damaged header', (lines) => lines.splice(0, 1, '{'), 'its SHA-256 is not that'],
    ['nothing but a footer', (lines) => lines.splice(0, 4), 'it has no footer'],
  ])('with %s is not whole', async (_, change, reason) => {
    await storeSome(3);
    await spoil(change);
    const file = await readShardFile(path(names.complete));
    expect(file).toMatchObject({ isWhole: false, reason: expect.stringContaining(reason) });
  });

  it('that is no gzip behind its first bytes is not whole', async () => {
    await storeSome(3);
    const bytes = await readFile(path(names.complete));
    bytes.fill(0, 100, 140);
    await writeFile(path(names.complete), bytes);
    expect(await readShardFile(path(names.complete))).toMatchObject({ isWhole: false });
  });

  it('of another schema is refused', async () => {
    await storeSome(3);
    await spoil((lines) =>
      lines.splice(0, 1, (lines[0] ?? '').replace('"schema":4', '"schema":9')),
    );
    expect(await refusal(readShardFile(path(names.complete)))).toBe(
      `RecordError: DIR/${names.complete} line 1 needs a version of semfocus that reads record schema 9. This one reads schema 4`,
    );
  });

  it('that names another plan than its name is refused', async () => {
    await storeSome(3);
    const other = `${plan.planHash.slice(0, 8)}${'0'.repeat(56)}`;
    await spoil((lines) => {
      const header = JSON.parse(lines[0] ?? '');
      header.plan.planHash = other;
      lines.splice(0, 1, JSON.stringify(header));
    });
    expect(await refusal(openStore())).toContain(
      `must hold plan ${plan.planHash}, as its name says. Received ${other}`,
    );
  });
});

describe('a folder of shards', () => {
  it('is divided once: another number of shards of the same plan is refused', async () => {
    await storeSome(1);
    const third = shardOf(plan, { number: 1, count: 3 }, () => 1);
    expect(await refusal(openStore(third))).toBe(
      'ConfigError: DIR divides this plan into 2 shards. Received 3',
    );
    const other = planSuite(fakeSuite({ seed: 8 }), fakeRegistry());
    await (await openStore(shardOf(other, { number: 1, count: 3 }, () => 1))).close();
  });

  it('keeps the other shards when one is forced anew', async () => {
    await storeSome(3);
    const second = shardOf(plan, { number: 2, count: 2 }, () => 1);
    const store = await openStore(second, { force: true });
    await store.append(fakeOutcome(second.scenarios[0]!));
    await store.close();
    expect(await readdir(folder)).toContain(names.complete);
    const forced = await openStore(half, { force: true });
    expect(forced.size).toBe(0);
    await forced.close();
    expect(await readdir(folder)).toEqual(await partials());
    expect(await partials()).toHaveLength(1);
  });
});

describe('two processes', () => {
  const script = fileURLToPath(new URL('../../testing/runFakeShard.ts', import.meta.url));
  const start = (number: number, count: number, delayMs = 5): ChildProcess =>
    spawn(process.execPath, [
      '--import',
      'tsx',
      script,
      folder,
      `${number}`,
      `${count}`,
      `${delayMs}`,
    ]);
  const ended = async (child: ChildProcess): Promise<number> => {
    const [code] = await once(child, 'close');
    return code;
  };

  it('of different shards write into one folder at once', async () => {
    expect(await Promise.all([1, 2, 3].map((number) => ended(start(number, 3))))).toEqual([
      0, 0, 0,
    ]);
    expect(await readdir(folder)).toHaveLength(3);
    const keys: string[] = [];
    for (const name of await readdir(folder)) {
      const file = await readShardFile(path(name));
      if (file?.isWhole) keys.push(...file.lines.keys());
    }
    expect(keys.toSorted()).toEqual(plan.keys.toSorted());
  });

  it('of one shard on one machine: the second is refused, the first killed, its work kept', async () => {
    const child = start(1, 1, 200);
    let said = '';
    for await (const chunk of child.stdout ?? []) {
      said += chunk;
      if (said.includes('2')) break;
    }
    const whole = shardOf(plan, { number: 1, count: 1 }, () => 1);
    expect(await refusal(openStore(whole))).toBe(
      `ConfigError: process ${child.pid} is writing into shard 1 of 1 in DIR`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await openStore(whole);
    expect(store.size).toBeGreaterThanOrEqual(2);
    expect(notices).toEqual([expect.stringContaining(`process ${child.pid}, which has ended`)]);
    await store.close();
  });

  it('of one shard on two machines do no harm', async () => {
    const first = await openStore();
    await first.append(fakeOutcome(half.scenarios[0]!));
    // The other machine sees the lock of this one, which says nothing about its process.
    const elsewhere = { pid: 1, host: 'elsewhere', since: 1, token: 'a' };
    await writeFile(path(names.lock), JSON.stringify(elsewhere));
    const second = await openStore();
    expect(notices).toEqual([
      `took over shard 1 of 2 in ${folder} from process 1 on elsewhere, which may still be running`,
    ]);
    expect(second.size).toBe(1);
    for (const store of [second, first]) {
      for (const [i, scenario] of half.scenarios.entries()) {
        if (!store.has(half.keys[i] ?? '')) await store.append(fakeOutcome(scenario));
      }
    }
    await second.finish();
    // It has seen the file of the first grow, and left it to its owner.
    expect((await readdir(folder)).filter((name) => name !== names.lock)).toEqual([
      ...(await partials()),
      names.complete,
    ]);
    expect(await partials()).toHaveLength(1);
    await first.finish();
    await first.close();
    await second.close();
    expect(await readShardFile(path(names.complete))).toMatchObject({ isWhole: true });
    expect(await readdir(folder)).toEqual([names.complete]);
  });

  it('that found other results for one trajectory are told so', async () => {
    await storeSome(1);
    const [name = ''] = await partials();
    const text = await readFile(path(name), 'utf8');
    const other = name.replace(/\.[0-9a-f]{8}\./, '.00000000.');
    const [header = '', line = ''] = text.split('\n');
    const moved = editLine(line, ({ iterations: [row] }) =>
      Object.assign(row?.focus ?? {}, { workingDistanceUm: 4511 }),
    );
    await writeFile(path(other), `${header}\n${moved}\n`);
    expect(await refusal(openStore())).toMatch(
      /^RecordError: DIR\/shard-.* and DIR\/shard-.* contradict each other about halving at 200 ns, trajectory 1 \(key [0-9a-f]{64}\): iterations\[0\]\.focus\.workingDistanceUm is 4511 and 4510$/,
    );
  });

  it('of which one died and another got its number', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const owner = { host: hostname(), since: 1, token: 'a' };
    await writeFile(path(names.lock), JSON.stringify({ ...owner, pid }));
    await (await openStore()).close();
    // The parent of this process lives, but did not start when the lock says.
    await writeFile(path(names.lock), JSON.stringify({ ...owner, pid: process.ppid, ticks: '1' }));
    await (await openStore()).close();
    expect(notices).toHaveLength(2);
    await writeFile(path(names.lock), JSON.stringify({ ...owner, pid: process.ppid }));
    expect(await refusal(openStore())).toContain(`process ${process.ppid} is writing into`);
  });
});
