import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSemfocusError } from '../../../microscope/index.ts';
import type {
  ProcessProvenance,
  TrajectoryOutcome,
  TrajectoryRecord,
} from '../../../record/index.ts';
import { type Plan, planSuite } from '../../suite/index.ts';
import { editLine } from '../../testing/editLine.ts';
import { fakeOutcome } from '../../testing/fakeOutcome.ts';
import { fakeProcess } from '../../testing/fakeProcess.ts';
import { fakeRegistry } from '../../testing/fakeRegistry.ts';
import { fakeSuite } from '../../testing/fakeSuite.ts';
import { readProvenance, readRecords } from '../layout/index.ts';
import { RecordStore } from '../RecordStore.ts';
import { type Shard, shardFileNames, shardOf } from '../shard/index.ts';
import { missingText } from './combineSources.ts';
import { type Merged, mergeResults } from './mergeResults.ts';

const registry = fakeRegistry();
const plan = planSuite(fakeSuite(), registry);
let folder: string;
let notices: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-merge-'));
  notices = [];
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);

interface StoreChanges {
  /** Where; `shards` where left out. */
  readonly into?: string;
  readonly wallS?: number;
  readonly by?: ProcessProvenance;
  /** Of so many trajectories alone, and without ending. */
  readonly only?: number;
  readonly change?: (record: TrajectoryRecord) => void;
  readonly previews?: TrajectoryOutcome['previews'];
}

/** Stores a plan or a part of one. */
async function store(of: Plan | Shard, changes: StoreChanges = {}): Promise<void> {
  const { into = 'shards', wallS = 1, by, only, change = () => {}, previews } = changes;
  const opened = await RecordStore.open(at(into), of, {
    ...(by && { process: { provenance: by, now: () => new Date(0) } }),
  });
  for (const scenario of of.scenarios.slice(0, only)) {
    const outcome = structuredClone(fakeOutcome(scenario, wallS));
    change(outcome.record);
    await opened.append({ ...outcome, ...(previews && { previews }) });
  }
  if (only === undefined) await opened.finish();
  await opened.close();
}

function part(number: number, count: number, of: Plan = plan): Shard {
  return shardOf(of, { number, count }, (_, { pixels }) => pixels);
}

async function storeShards(count: number, changes: StoreChanges = {}): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await store(part(number, count), { wallS: number, ...changes });
  }
}

function fileOf(shard: Shard, into = 'shards'): string {
  return at(into, shardFileNames(shard.planHash, shard).complete);
}

function merge(paths: readonly string[], out = 'merged', allowPartial = false): Promise<Merged> {
  const onNotice = (message: string) => notices.push(message.replaceAll(folder, 'DIR'));
  return mergeResults(
    paths.map((path) => (path.startsWith(folder) ? path : at(path))),
    at(out),
    { allowPartial, onNotice },
  );
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (!isSemfocusError(error)) throw error;
  return `${error.name}: ${error.message}`.replaceAll(folder, 'DIR');
}

/** `plan.json`, and `records.jsonl` without what may differ from run to run. */
async function contents(of: string): Promise<string> {
  const records = await readFile(at(of, 'records.jsonl'), 'utf8');
  return (
    (await readFile(at(of, 'plan.json'), 'utf8')) +
    records.replace(/"timing":\{.*?\}|"sha256":"\w+"/g, '')
  );
}

/** Rewrites the lines of a shard behind the back of its footer, which is made to fit. */
async function rewrite(file: string, change: (lines: string[]) => void): Promise<void> {
  const text = gunzipSync(await readFile(file)).toString('utf8');
  const lines = text.trimEnd().split('\n');
  change(lines);
  await writeFile(file, gzipSync(`${lines.join('\n')}\n`));
}

describe('merging shards', () => {
  it.each([1, 3, 7])('%d of them are what a single process would have written', async (count) => {
    await store(plan, { into: 'single', wallS: 99 });
    await storeShards(count);
    const merged = await merge(['shards']);
    expect(merged).toMatchObject({ status: 'complete', records: 6, duplicates: 0, missing: [] });
    expect(await contents('merged')).toBe(await contents('single'));
    expect((await readdir(at('merged'))).sort()).toEqual([
      'plan.json',
      'provenance.json',
      'records.jsonl',
    ]);
  });

  it('comes to the same bytes whatever the order of the files', async () => {
    await storeShards(3);
    await store(part(1, 3), { into: 'again', wallS: 50 });
    const files = [1, 2, 3].map((number) => fileOf(part(number, 3)));
    const all = [...files, at('again')];
    const out: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        async (order) => {
          await rm(at('merged'), { recursive: true, force: true });
          expect(await merge(order)).toMatchObject({ duplicates: 2 });
          for (const name of ['plan.json', 'records.jsonl', 'provenance.json']) {
            out.push(name + (await readFile(at('merged', name), 'utf8')));
          }
        },
      ),
      { numRuns: 8 },
    );
    expect(new Set(out).size).toBe(3);
  });

  it('may be done in place, and again', async () => {
    await storeShards(2);
    await merge(['shards'], 'shards');
    const before = await contents('shards');
    expect(await merge(['shards'], 'shards')).toMatchObject({ duplicates: 6, missing: [] });
    expect(await contents('shards')).toBe(before);
  });

  it('takes merges and results of single processes as well', async () => {
    await storeShards(3);
    await merge([fileOf(part(1, 3)), fileOf(part(2, 3))], 'first', true);
    await merge([fileOf(part(3, 3)), 'first'], 'second');
    await store(plan, { into: 'single' });
    expect(await merge(['second', 'single'])).toMatchObject({ records: 6, duplicates: 6 });
    expect(await contents('merged')).toBe(await contents('single'));
  });

  it('finds one folder per shard, as CI systems unpack artefacts', async () => {
    await storeShards(2);
    for (const number of [1, 2]) {
      await mkdir(at('artifacts', `shard-${number}`), { recursive: true });
      const file = fileOf(part(number, 2));
      await rename(file, file.replace('shards', `artifacts/shard-${number}`));
    }
    expect(await merge(['artifacts'])).toMatchObject({ records: 6, missing: [] });
  });

  it('brings the previews along, and nothing from elsewhere', async () => {
    const image = new Uint8Array([1, 2, 3]);
    const previews = { before: image, after: image, inFocus: image };
    await storeShards(2, { previews });
    await rm(at('shards', 'previews', `${plan.keys[0]?.slice(0, 16)}-after.png`));
    await merge(['shards']);
    expect(await readdir(at('merged', 'previews'))).toHaveLength(17);
    await store(plan, { into: 'wicked', previews });
    const lines = (await readFile(at('wicked', 'records.jsonl'), 'utf8')).trimEnd().split('\n');
    const leading = editLine(lines[0] ?? '', (record) => {
      record.previews = { before: 'secret.png', after: '../shards/secret.png', inFocus: 'x' };
    });
    await writeFile(at('wicked', 'records.jsonl'), `${[leading, ...lines.slice(1)].join('\n')}\n`);
    await writeFile(at('wicked', 'secret.png'), 'secret');
    expect(await refusal(merge(['wicked'], 'tame'))).toContain(
      'line 1 is damaged: previews.before: must be previews/ and the first 16 digits of the key',
    );
    await store(plan, { into: 'sly', previews });
    const [linked = ''] = await readdir(at('sly', 'previews'));
    await rm(at('sly', 'previews', linked));
    await symlink(at('wicked', 'secret.png'), at('sly', 'previews', linked));
    expect(await refusal(merge(['sly'], 'tame'))).toBe(
      `RecordError: DIR/sly/previews/${linked} is no preview of a record: it leads to DIR/wicked/secret.png`,
    );
  });

  it('keeps of equal records one with previews', async () => {
    const image = new Uint8Array([1, 2, 3]);
    await store(plan, { into: 'a' });
    const previews = { before: image, after: image, inFocus: image };
    await store(plan, { into: 'b', previews });
    await merge(['a', 'b']);
    const { records } = await readRecords(at('merged'));
    expect(records.every(({ previews: frames }) => frames !== undefined)).toBe(true);
    expect(await readdir(at('merged', 'previews'))).toHaveLength(18);
  });
});

describe('what is missing', () => {
  it('is listed by shard, and nothing is written', async () => {
    await store(part(1, 3));
    const { status, missing, records } = await merge(['shards']);
    expect({ status, records }).toEqual({ status: 'incomplete', records: 2 });
    expect(missing).toEqual(
      [2, 3].map((number) => ({ shard: { number, count: 3 }, keys: part(number, 3).keys })),
    );
    const [second] = missing;
    const [p, q] = part(2, 3).keys.map((key) => key.slice(0, 16));
    expect(second && missingText(second)).toBe(`shard 2 of 3: 2 trajectories missing (${p}, ${q})`);
    expect(await readdir(folder)).toEqual(['shards']);
  });

  it('of results that were no shards is listed by key', async () => {
    await store(plan, { into: 'single', only: 2 });
    const { status, missing } = await merge(['single']);
    expect(status).toBe('incomplete');
    expect(missing).toEqual([{ shard: undefined, keys: plan.keys.slice(2) }]);
  });

  it('may be allowed: the folder then is one of a run that has not ended, and says PARTIAL', async () => {
    await store(part(1, 3));
    await store(part(3, 3));
    expect(await merge(['shards'], 'merged', true)).toMatchObject({ status: 'partial' });
    expect(await readdir(at('merged'))).not.toContain('records.jsonl');
    expect((await readRecords(at('merged'))).missing).toEqual(part(2, 3).keys);
    expect(await readProvenance(at('merged'))).toMatchObject({
      partial: { missing: 2, trajectories: 6 },
    });
    // The rest arrives, and the mark is gone.
    await store(part(2, 3), { into: 'late' });
    expect(await merge(['late'], 'merged')).toMatchObject({ status: 'complete', records: 6 });
    expect((await readProvenance(at('merged')))?.partial).toBeUndefined();
    await store(plan, { into: 'single' });
    expect(await contents('merged')).toBe(await contents('single'));
  });

  it('cannot be allowed where it is everything', async () => {
    await store(part(1, 2), { only: 1 });
    expect(await merge(['shards'], 'merged', true)).toMatchObject({ status: 'incomplete' });
    await expect(readRecords(at('merged'))).rejects.toThrow('no records in');
  });

  it('may be computed by a single process that goes on from the merge', async () => {
    await store(part(1, 2));
    await merge(['shards'], 'merged', true);
    const opened = await RecordStore.open(at('merged'), plan);
    expect(opened.size).toBe(3);
    for (const scenario of part(2, 2).scenarios) await opened.append(fakeOutcome(scenario));
    await opened.finish();
    await opened.close();
    await store(plan, { into: 'single' });
    expect(await contents('merged')).toBe(await contents('single'));
  });
});

describe('a shard that is not whole', () => {
  it('counts as missing with all it holds, and is named with the reason', async () => {
    await storeShards(2);
    await rewrite(fileOf(part(2, 2)), (lines) => lines.pop());
    const { status, notWhole, missing } = await merge(['shards']);
    expect(status).toBe('incomplete');
    expect(notWhole).toEqual([
      { name: fileOf(part(2, 2)), reason: 'it has no footer: it was cut off' },
    ]);
    expect(missing).toEqual([{ shard: { number: 2, count: 2 }, keys: part(2, 2).keys }]);
  });

  it('because it is still run is named with what it has', async () => {
    await store(part(1, 2));
    await store(part(2, 2), { only: 1 });
    const { notWhole, records } = await merge(['shards']);
    expect(records).toBe(3);
    expect(notWhole).toEqual([
      {
        name: expect.stringContaining('-2of2.'),
        reason: 'its process has not ended; it has stored 1 trajectory so far',
      },
    ]);
  });

  it('is of no interest where another file has what it lacks', async () => {
    await store(part(1, 2));
    await store(part(2, 2), { only: 1 });
    await store(plan, { into: 'single' });
    expect(await merge(['shards', 'single'])).toMatchObject({ status: 'complete', notWhole: [] });
  });

  it('is of no interest where another shard is missing', async () => {
    await store(part(1, 3));
    await store(part(2, 3));
    await store(part(2, 3), { into: 'left', only: 1 });
    const { notWhole, missing } = await merge(['shards', 'left']);
    expect(missing.map(({ shard }) => shard?.number)).toEqual([3]);
    expect(notWhole).toEqual([]);
  });

  it('is refused where it is all there is and cannot be read', async () => {
    await store(part(1, 1));
    await writeFile(fileOf(part(1, 1)), '');
    expect(await refusal(merge(['shards']))).toBe(
      `RecordError: no source can be read. ${fileOf(part(1, 1)).replace(folder, 'DIR')}: it has no footer: it was cut off`,
    );
  });
});

describe('contradictions', () => {
  it('between two records of one trajectory name both files and the first field', async () => {
    await storeShards(2);
    await store(part(1, 2), {
      into: 'other',
      change: ({ iterations: [row] }) => {
        if (row) row.residual = { ...row.residual, stigmatorX: 7.25 };
      },
    });
    const message = await refusal(merge(['shards', 'other']));
    const [own, name] = [fileOf(part(1, 2)), fileOf(part(1, 2), 'other')].map((path) =>
      path.replace(folder, 'DIR'),
    );
    expect(message).toContain(
      `RecordError: ${name} and ${own} contradict each other about halving`,
    );
    expect(message).toMatch(/: iterations\[0\]\.residual\.stigmatorX is 7\.25 and -\d/);
    expect(await readdir(folder)).not.toContain('merged');
  });

  it.each<[string, (record: TrajectoryRecord) => void]>([
    [
      'an outcome',
      (record) => {
        Object.assign(record, { outcome: 'diverged', failureClass: 'diverged' });
        record.iterations[1]!.residual = { workingDistanceUm: 99, stigmatorX: 0, stigmatorY: 0 };
      },
    ],
    [
      'a message',
      (record) => {
        const words = { outcome: 'declined', failureClass: 'declined-wrongly', message: 'dark' };
        Object.assign(record, words);
        record.iterations[1]!.declined = 'dark';
      },
    ],
    ['a row more', ({ iterations }) => iterations.push({ ...iterations[1]!, iteration: 2 })],
    [
      'a class of failure',
      (record) => {
        Object.assign(record, { failureClass: 'wrong-sign' });
        record.iterations[1]!.correction = record.scenario.start;
      },
    ],
  ])('are found in %s', async (_, change) => {
    await store(plan, { into: 'a' });
    await store(plan, { into: 'b', change });
    expect(await refusal(merge(['a', 'b']))).toContain('contradict each other');
  });

  it('are none where times differ', async () => {
    await store(plan, { into: 'a' });
    const change = (record: TrajectoryRecord) => {
      Object.assign(record.timing, { startedAt: 'later', wallS: 7, workers: 3 });
      for (const row of record.iterations) row.computeMs = 12;
    };
    await store(plan, { into: 'b', change });
    expect(await merge(['a', 'b'])).toMatchObject({ duplicates: 6, status: 'complete' });
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('are none where %s ended by an exception and %s did not: the latter counts', async (p, q) => {
    const change = (record: TrajectoryRecord) => {
      Object.assign(record, fakeOutcome(record.scenario, 1, 'exception').record);
    };
    await store(plan, { into: p, change });
    await store(plan, { into: q });
    expect(await merge(['a', 'b'])).toMatchObject({ duplicates: 6, status: 'complete' });
    expect(await contents('merged')).toBe(await contents(q));
  });

  it('between two plans say what is different', async () => {
    await store(plan, { into: 'a' });
    const other = planSuite(fakeSuite({ seed: 8 }), registry);
    await store(part(1, 2, other), { into: 'b' });
    const [p, q] = [plan, other].map(({ planHash }) => planHash.slice(0, 8));
    const file = fileOf(part(1, 2, other), 'b').replace(folder, 'DIR');
    expect(await refusal(merge(['a', 'b']))).toBe(
      `RecordError: DIR/a (${p}) and ${file} (${q}) are parts of different plans: suite.seed was 7, is 8`,
    );
    expect(await refusal(merge(['b'], 'a', true))).toBe(
      'ConfigError: DIR/a holds the results of another plan: suite.seed was 7, is 8',
    );
  });

  it('between two versions of the physics are never averaged', async () => {
    await store(plan, { into: 'a' });
    await store(planSuite(fakeSuite(), { ...registry, physicsVersion: 'fake-2' }), { into: 'b' });
    expect(await refusal(merge(['a', 'b']))).toContain(
      'are parts of different plans: physicsVersion was "fake-1", is "fake-2"',
    );
  });
});

describe('a repair', () => {
  /** The partial file of a run that was stopped after three, with other lines behind. */
  const spoil = async (change: (lines: string[]) => string[]): Promise<void> => {
    await store(plan, { into: 'run', only: 3 });
    const file = at('run', 'records.partial.jsonl');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${change(lines).join('\n')}\n`);
  };
  const repair = async () => {
    const onNotice = (message: string) => notices.push(message.replaceAll(folder, 'DIR'));
    return mergeResults([at('run')], at('mended'), { allowPartial: true, repair: true, onNotice });
  };
  const mended = async () => (await readRecords(at('mended'))).records.map(({ key }) => key);

  it('keeps one of two equal lines, none of two that contradict each other, and names each', async () => {
    await spoil(([a = '', b = '', c = '']) => [
      a,
      b,
      editLine(a, ({ timing }) => Object.assign(timing, { wallS: 7 })),
      c,
      editLine(b, ({ iterations }) => Object.assign(iterations[1]!, { framesTotal: 9 })),
    ]);
    expect(await refusal(merge(['run'], 'mended', true))).toBe(
      'RecordError: DIR/run/records.partial.jsonl line 3: the same trajectory as line 1',
    );
    expect(await repair()).toMatchObject({ status: 'partial', records: 2 });
    expect(notices).toEqual([
      'DIR/run/records.partial.jsonl line 3 is dropped: the same trajectory as line 1',
      'DIR/run/records.partial.jsonl line 5 and line 2 are dropped: they contradict each other about one trajectory, which counts as not run',
    ]);
    expect(await mended()).toEqual([plan.keys[0], plan.keys[2]]);
    // What it leaves is what a run that was broken off leaves: another run goes on.
    await store(plan, { into: 'mended', only: 0 });
    const opened = await RecordStore.open(at('mended'), plan);
    expect(opened.size).toBe(2);
    await opened.close();
  });

  it('drops damaged lines, also within a file that is complete', async () => {
    await store(plan, { into: 'run' });
    const file = at('run', 'records.jsonl');
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[1] = lines[1]!.replace('"wallS":1', '"wallS":2');
    lines[3] = '[';
    await writeFile(file, lines.join('\n'));
    expect(await repair()).toMatchObject({ status: 'partial', records: 4 });
    expect(notices).toEqual([
      expect.stringMatching(/line 2 is damaged: its checksum .*The line is dropped/),
      expect.stringMatching(/line 4 is damaged: .*The line is dropped/),
    ]);
    expect(await mended()).toHaveLength(4);
  });
});

describe('versions', () => {
  it('of records that are not known are refused with the one that is needed', async () => {
    await storeShards(2);
    const file = fileOf(part(2, 2));
    await rewrite(file, (lines) =>
      lines.splice(0, 1, (lines[0] ?? '').replace('"schema":4', '"schema":5')),
    );
    expect(await refusal(merge(['shards']))).toContain(
      'line 1 needs a version of semfocus that reads record schema 5. This one reads schema 4',
    );
  });

  it('that are mixed are told: runtime, semfocus, sources', async () => {
    const onnxruntime = {
      version: '1.30.0',
      executionProviders: ['cpu'],
      intraOpNumThreads: [1],
    };
    await store(part(1, 3), { by: fakeProcess({ onnxruntime }) });
    const newer = { ...onnxruntime, version: '1.31.2' };
    await store(part(2, 3), { by: fakeProcess({ onnxruntime: newer, semfocusVersion: '1.3.0' }) });
    await store(part(3, 3), { by: fakeProcess({ onnxruntime, sourceSha256: 'other sources' }) });
    expect(await merge(['shards'])).toMatchObject({ status: 'complete' });
    const names = [1, 2, 3].map((number) => fileOf(part(number, 3)).replace(folder, 'DIR'));
    expect(notices).toEqual([
      `the records were made on different runtimes: Node 20, x64, onnxruntime 1.30, cpu (${names[0]}); Node 20, x64, onnxruntime 1.31, cpu (${names[1]})`,
      `the records were made by different versions of semfocus: 1.2.3 (${names[0]}); 1.3.0 (${names[1]})`,
      `the records were made from different sources: of sources (${names[0]}); other source (${names[2]})`,
    ]);
  });

  it('that are the same are not mentioned', async () => {
    await storeShards(2, { by: fakeProcess() });
    await merge(['shards']);
    expect(notices).toEqual([]);
  });
});

describe('provenance', () => {
  it('lists every process once, in the order in which they began', async () => {
    for (const number of [1, 2, 3]) {
      const startedAt = `2024-02-29T12:00:0${9 - number}.000Z`;
      await store(part(number, 3), { by: fakeProcess({ startedAt, workers: number }) });
    }
    await merge(['shards']);
    await merge(['shards', 'merged'], 'merged');
    const read = await readProvenance(at('merged'));
    expect(read?.processes.map(({ workers }) => workers)).toEqual([3, 2, 1]);
  });

  it('is written with the first record of a run and completed at its end', async () => {
    const by = fakeProcess();
    await store(plan, { into: 'single', by, only: 2 });
    const [first] = (await readProvenance(at('single')))?.processes ?? [];
    expect(first).toEqual({ ...by, endedAt: '1970-01-01T00:00:00.000Z', trajectories: 2 });
    const opened = await RecordStore.open(at('single'), plan, {
      process: { provenance: { ...by, startedAt: '2024-03-01' }, now: () => new Date(0) },
    });
    await opened.close();
    expect((await readProvenance(at('single')))?.processes).toHaveLength(1);
  });

  it('may be absent, and damage to it is named', async () => {
    await store(plan, { into: 'single' });
    await rm(at('single', 'provenance.json'));
    expect(await readProvenance(at('single'))).toBeUndefined();
    await writeFile(at('single', 'provenance.json'), '{');
    expect(await refusal(merge(['single']))).toMatch(/^RecordError: DIR\/single\/provenance\.json/);
    await writeFile(at('single', 'provenance.json'), '{"schema":2,"processes":[]}');
    expect(await refusal(readProvenance(at('single')))).toContain('schema must be 1. Received 2');
  });
});

describe('what is no source', () => {
  it('is refused by name', async () => {
    await mkdir(at('empty'));
    await mkdir(at('empty', 'deep', 'deeper'), { recursive: true });
    expect(await refusal(merge(['empty']))).toBe(
      'RecordError: no shards and no records in DIR/empty',
    );
    expect(await refusal(merge(['none']))).toMatch(/^RecordError: cannot read DIR\/none: ENOENT/);
    await store(plan, { into: 'single' });
    expect(await merge([at('single', 'records.jsonl')])).toMatchObject({ records: 6 });
  });

  it('leaves a folder alone that another process writes into', async () => {
    await storeShards(2);
    const opened = await RecordStore.open(at('merged'), plan);
    expect(await refusal(merge(['shards']))).toBe(
      `ConfigError: process ${process.pid} is writing into DIR/merged`,
    );
    await opened.close();
    expect(await merge(['shards'])).toMatchObject({ status: 'complete' });
  });
});
