import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { semfocus, startSemfocus } from '../testing/semfocus.ts';
import { tinySuite, writeSuite } from '../testing/tinySuite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await writeSuite(folder, 'tiny');
  // A user's own TypeScript project there must not disturb the program.
  const compilerOptions = { baseUrl: '.', paths: { zod: ['./none.mjs'], piscina: ['./none.mjs'] } };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  await writeFile(join(folder, 'none.mjs'), '');
  const longer = (count: number) => ({
    specimens: ['points'],
    trajectories: { ...tinySuite.trajectories, count },
    algorithms: tinySuite.algorithms.filter(({ name }) => name === 'spectral'),
  });
  await writeSuite(folder, 'forty', longer(40));
  // Lasts longer than a second process takes to start, on any machine.
  await writeSuite(folder, 'endless', longer(1000));
});
afterAll(() => rm(folder, { recursive: true }));

interface Group {
  readonly trajectories: number;
}

const at = (...names: string[]) => join(folder, ...names);

/** Waits until a run has stored its first trajectory. */
async function firstRecord(out: string): Promise<void> {
  const path = at(out, 'records.partial.jsonl');
  while (!existsSync(path) || !(await readFile(path, 'utf8')).includes('\n')) await setTimeout(20);
}

describe('semfocus run', () => {
  it('writes records, frames and a report, and prints a summary', async () => {
    const args = ['run', at('tiny.json'), '--out', at('a'), '--workers', '1', '--open'];
    const { code, stdout, stderr, shown } = await inProcess(...args);
    expect(shown).toEqual([at('a', 'report.html')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^algorithm +n +success/);
    expect(stdout.endsWith(`\nReport: ${at('a', 'report.html')}\n`)).toBe(true);
    expect((await readdir(at('a'))).sort()).toEqual([
      'plan.json',
      'previews',
      'provenance.json',
      'records.jsonl',
      'report.html',
    ]);
    expect(await readdir(at('a', 'previews'))).toHaveLength(12);
    expect(await recordsOf(at('a'))).toHaveLength(4);
  });

  it('computes the same from a cache of rasters', async () => {
    for (const out of ['filled', 'read']) {
      const args = ['--out', at(out), '--cache', at('rasters')];
      expect(await inProcess('run', at('tiny.json'), ...args)).toMatchObject({ code: 0 });
      expect(await recordsOf(at(out))).toEqual(await recordsOf(at('a')));
    }
    expect((await readdir(at('rasters'))).length).toBeGreaterThan(0);
  });

  it('as a process prints one document with --json; more workers lead to the same records', async () => {
    const args = ['run', 'tiny.json', '--out', 'w', '--workers', '2', '--json'];
    const { code, stdout, stderr } = await semfocus(folder, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const summary = JSON.parse(stdout);
    expect(summary.schema).toBe(1);
    const counts = summary.groups.map(({ trajectories }: Group) => trajectories);
    expect(counts).toEqual([2, 2]);
    expect(await recordsOf(at('w'))).toEqual(await recordsOf(at('a')));
  });

  it('runs nothing again that is there, and nothing into the folder of another plan', async () => {
    const before = await readFile(at('a', 'records.jsonl'), 'utf8');
    const again = await inProcess('run', at('tiny.json'), '--out', at('a'), '--workers', '1');
    expect(again.code).toBe(0);
    expect(again.stderr).toBe(
      '4 of 4 trajectories were done before; --force would run them again\n',
    );
    const other = await inProcess('run', at('tiny.json'), '--out', at('a'), '--seed', '4');
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain(
      `${at('a')} holds the results of another plan: suite.seed was 3, is 4`,
    );
    expect(await readFile(at('a', 'records.jsonl'), 'utf8')).toBe(before);
  });

  it('does as the options say', async () => {
    const { code } = await inProcess(
      ...['run', at('tiny.json'), '--out', at('b'), '--algorithms', 'spectral'],
      ...['--preset', 'ideal', '--psf', 'disc', '--specimen', 'tin', '--seed', '9'],
      ...['--workers', '1'],
    );
    expect(code).toBe(0);
    const records = await recordsOf(at('b'));
    expect(records).toHaveLength(2);
    for (const { scenario } of records as { scenario: object }[]) {
      expect(scenario).toMatchObject({
        ...{ preset: 'ideal', psf: 'disc', seed: 9 },
        algorithm: { name: 'spectral' },
        specimen: { name: 'tin' },
      });
    }
  });
});

describe('an interrupted run', () => {
  it('keeps what has ended, says so with 130, and is completed by the same command', async () => {
    const args = ['run', 'forty.json', '--out', 'c'];
    const { child, ended } = startSemfocus(folder, args);
    await firstRecord('c');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(
      /^interrupted: keeping the trajectories that have ended \(again to leave at once\)\n\d+ of 40 trajectories are in c; the same command goes on with the others\n$/,
    );
    expect((await readdir(at('c'))).sort()).toEqual([
      'plan.json',
      'previews',
      'provenance.json',
      'records.partial.jsonl',
    ]);

    const report = await inProcess('report', at('c'), '--format', 'html');
    expect(report).toMatchObject({ code: 0 });
    expect(report.stderr.replace(at('c'), 'c')).toMatch(
      /^c is incomplete: \d+ of 40 trajectories have a record\n$/,
    );
    expect(await readFile(at('c', 'report.html'), 'utf8')).toContain('c is incomplete: ');

    const resumed = await inProcess('run', at('forty.json'), '--out', at('c'));
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/^\d+ of 40 trajectories were done before;/);
    expect(await readFile(at('c', 'report.html'), 'utf8')).not.toContain('is incomplete');
    const whole = await inProcess('run', at('forty.json'), '--out', at('d'));
    expect(whole).toMatchObject({ code: 0 });
    expect(await recordsOf(at('c'))).toEqual(await recordsOf(at('d')));
  });

  it('by SIGTERM is the same; meanwhile no other process may write into its folder', async () => {
    const args = ['run', 'endless.json', '--out', 'e', '--workers', '1'];
    const { child, ended } = startSemfocus(folder, args);
    await firstRecord('e');
    const second = await inProcess('run', at('endless.json'), '--out', at('e'));
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toContain(`error: process ${child.pid} is writing into ${at('e')}\n`);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
    expect(existsSync(at('e', 'run.lock'))).toBe(false);
  });
});
