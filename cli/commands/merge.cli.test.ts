import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { tinySuite, writeSuite } from '../testing/tinySuite.ts';

let folder: string;
let suite: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const algorithms = tinySuite.algorithms.map((one) => ({ ...one, iterations: 1 }));
  suite = await writeSuite(folder, 'tiny', { specimens: ['points'], algorithms });
});
afterAll(() => rm(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);

async function shards(): Promise<string[]> {
  return (await readdir(at('shards'))).filter((name) => name.startsWith('shard-')).sort();
}

describe('semfocus run --shard', () => {
  it('runs its part, says first which, and writes one file', async () => {
    const args = ['run', suite, '--out', at('shards'), '--shard', '1/2', '--workers', '1'];
    const { code, stdout, stderr } = await inProcess(...args);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^shard 1 of 2: 2 of 4 trajectories, about \d+ % of the work\n$/,
      ),
    });
    const [file] = await shards();
    expect(stdout).toBe(`shard 1 of 2: 2 trajectories in ${at('shards', file ?? '')}\n`);
    expect((await readdir(at('shards'))).sort()).toEqual(['previews', file]);
    const again = await inProcess(...args, '--json');
    expect(again.stderr).toContain('2 of 2 trajectories were done before');
    expect(JSON.parse(again.stdout)).toMatchObject({
      shard: { number: 1, count: 2 },
      trajectories: 2,
      file: at('shards', file ?? ''),
    });
  });

  it.each<[string[], string]>([
    [
      ['--shard', '3/2'],
      'error: --shard must be I/N with I from 1 to N, e.g. 3/7. Received "3/2"\n',
    ],
    [['--shard', '/7'], 'error: --shard must be I/N with I from 1 to N, e.g. 3/7. Received "/7"\n'],
    [['--shard', '1/3'], 'divides this plan into 2 shards. Received 3\n'],
  ])('%j is refused with 2, and nothing is run', async (args, message) => {
    const { code, stdout, stderr } = await inProcess('run', suite, '--out', at('shards'), ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('semfocus merge', () => {
  it('comes to 3 as long as a shard is missing, and lists it', async () => {
    const { code, stdout, stderr } = await inProcess('merge', at('shards'), '--out', at('merged'));
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^2 of 4 trajectories from 1 source\nshard 2 of 2: 2 trajectories missing \(\w{16}, \w{16}\)\nerror: trajectories are missing; nothing was written\n/,
    );
    const json = await inProcess('merge', at('shards'), '--out', at('merged'), '--json');
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout).merge).toMatchObject({
      status: 'incomplete',
      missing: [{ shard: { number: 2, count: 2 }, keys: [expect.any(String), expect.any(String)] }],
    });
    expect(await readdir(folder)).not.toContain('merged');
  });

  it('writes what there is with --allow-partial, marked as partial on report and summary', async () => {
    const args = ['merge', at('shards'), '--out', at('partial'), '--allow-partial'];
    const { code, stdout, stderr } = await inProcess(...args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^PARTIAL: 2 of 4 trajectories from 1 source\n/);
    expect(stdout).toMatch(/^algorithm +n +success/);
    const html = await readFile(at('partial', 'report.html'), 'utf8');
    expect(html).toContain('PARTIAL: 2 of 4 trajectories');
    const report = await inProcess('report', at('partial'), '--format', 'console');
    expect(report.stderr).toContain('is incomplete: 2 of 4 trajectories have a record');
  });

  it('makes of all shards what a single process makes', async () => {
    const args = ['run', suite, '--out', at('shards'), '--shard', '2/2', '--workers', '1'];
    expect(await inProcess(...args)).toMatchObject({ code: 0 });
    const merged = await inProcess('merge', at('shards'), '--out', at('merged'));
    expect(merged).toMatchObject({ code: 0, stderr: '4 of 4 trajectories from 2 sources\n' });
    expect(merged.stdout).toMatch(/^algorithm +n +success/);
    expect(merged.stdout.endsWith(`\nReport: ${at('merged', 'report.html')}\n`)).toBe(true);

    await inProcess('run', suite, '--out', at('single'), '--workers', '1');
    expect(await recordsOf(at('merged'))).toEqual(await recordsOf(at('single')));
    expect(await readFile(at('merged', 'plan.json'), 'utf8')).toBe(
      await readFile(at('single', 'plan.json'), 'utf8'),
    );
    expect((await readdir(at('merged', 'previews'))).sort()).toEqual(
      (await readdir(at('single', 'previews'))).sort(),
    );
    expect((await readdir(at('merged'))).sort()).toEqual((await readdir(at('single'))).sort());
    const { processes } = JSON.parse(await readFile(at('merged', 'provenance.json'), 'utf8'));
    expect(processes).toMatchObject([
      { shard: { number: 1, count: 2 }, trajectories: 2, endedAt: expect.any(String) },
      { shard: { number: 2, count: 2 }, trajectories: 2, endedAt: expect.any(String) },
    ]);
    // Whatever machine it is: no folder of it is written down.
    expect(JSON.stringify(processes)).not.toContain(folder);
  });

  it('prints one document with --json', async () => {
    const args = ['merge', at('shards'), at('merged'), '--out', at('again'), '--json'];
    const { code, stdout, stderr } = await inProcess(...args);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        '4 of 4 trajectories from 3 sources, 4 of them more than once, with the same result\n',
    });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      groups: [{ trajectories: 2 }, { trajectories: 2 }],
      merge: { status: 'complete', sources: 3, records: 4, duplicates: 4, missing: [] },
    });
  });

  it('comes to 3 for a shard that was cut off, naming it', async () => {
    const [first = '', second = ''] = await shards();
    await mkdir(at('cut'));
    await copyFile(at('shards', first), at('cut', first));
    await copyFile(at('shards', second), at('cut', second));
    await truncate(at('cut', second), 400);
    const { code, stderr } = await inProcess('merge', at('cut'), '--out', at('never'));
    expect(code).toBe(3);
    expect(stderr).toContain(`${second} does not count: it has no footer: it was cut off\n`);
  });

  it('comes to 3 for what is no shard, to 2 for a command line that is wrong', async () => {
    await writeFile(at('text.txt'), 'no shard');
    const text = await inProcess('merge', at('text.txt'), '--out', at('never'));
    expect(text.code).toBe(3);
    expect(text.stderr).toContain('error: no source can be read. ');
    expect(await inProcess('merge', at('none'), '--out', at('never'))).toMatchObject({ code: 3 });
    const noOut = await inProcess('merge', at('shards'));
    expect(noOut).toMatchObject({ code: 2, stdout: '' });
    expect(noOut.stderr).toContain('merge needs --out <folder>: folder of records and report');
    expect(await inProcess('merge')).toMatchObject({ code: 2 });
    const below = at('text.txt', 'out');
    expect(await inProcess('merge', at('shards'), '--out', below)).toMatchObject({ code: 2 });
  });
});
