import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SyntheticRun, syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import { recordLine } from '../../harness/record/index.ts';
import type { History } from '../../reports/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { writeSuite } from '../testing/tinySuite.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

/** A run that began on a day of January, as `semfocus run` would have left it. */
async function write(
  name: string,
  day: number,
  change: SyntheticRun,
  suite?: string,
): Promise<void> {
  const { header, records } = syntheticRun({ places: 20, ...change });
  const own = { ...header, suite: { ...header.suite, ...(suite && { name: suite }) } };
  const startedAt = `2026-01-0${day}T12:00:00.000Z`;
  await mkdir(at(name));
  await writeFile(at(name, 'plan.json'), JSON.stringify(own));
  await writeFile(
    at(name, 'records.jsonl'),
    records
      .map((record) => ({ ...record, timing: { ...record.timing, startedAt } }))
      .map((record) => `${recordLine(record)}\n`)
      .join(''),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await write('r1', 1, {});
  await write('r2', 2, { modelSha256: 'bb'.repeat(32) });
  await write('r10', 3, { modelSha256: 'cc'.repeat(32), scale: 3, lost: 0.1 });
});
afterAll(() => rm(folder, { recursive: true }));

const data = async (...args: string[]): Promise<History> =>
  JSON.parse((await inProcess('history', ...args, '--json')).stdout) as History;

describe('semfocus history', () => {
  it('has the runs in the order in which they began, each judged against the one before', async () => {
    const { runs } = await data(at('r10'), at('r1'), at('r2'));
    expect(runs.map(({ name }) => name)).toEqual(['r1', 'r2', 'r10']);
    expect(runs.map(({ gate }) => gate && [gate.against, gate.verdict])).toEqual([
      null,
      ['r1', 'pass'],
      ['r2', 'fail'],
    ]);
  });

  it('says of every run what its own report says', async () => {
    const { courses } = await data(at('r1'), at('r10'));
    const { stdout } = await inProcess('report', at('r10'), '--json');
    const { groups } = JSON.parse(stdout) as { groups: { success: { fraction: number } }[] };
    expect(courses.map(({ points }) => points[1]?.success.fraction)).toEqual(
      groups.map(({ success }) => success.fraction),
    );
    expect(courses.length).toBeGreaterThan(0);
  });

  it('gives the sentence of semfocus gate', async () => {
    const { runs } = await data(at('r2'), at('r10'));
    const { stdout } = await inProcess('gate', at('r10'), '--baseline', at('r2'), '--json');
    expect(runs[1]?.gate?.sentence).toBe((JSON.parse(stdout) as { sentence: string }).sentence);
  });

  it('prints tables, and writes page and data', async () => {
    const files = [at('h.html'), at('h.json')];
    const { code, stdout, stderr } = await inProcess(
      ...['history', at('r1'), at('r10'), '--out', files.join(',')],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 runs, the oldest first\n/);
    expect(stdout).toMatch(/^2 r10 against r1: FAIL: /m);
    expect(stderr).toContain('History: ');
    expect(await readFile(at('h.html'), 'utf8')).toContain('History of 2 runs');
    expect(JSON.parse(await readFile(at('h.json'), 'utf8'))).toEqual(
      await data(at('r1'), at('r10')),
    );
  });

  it('judges nothing where the suites differ', async () => {
    await write('other', 4, {}, 'another');
    const { runs } = await data(at('r1'), at('other'));
    expect(runs.map(({ gate }) => gate)).toEqual([null, null]);
    await inProcess('history', at('r1'), at('other'), '--out', at('apart.html'));
    const page = await readFile(at('apart.html'), 'utf8');
    expect(page).toContain('There is no earlier run of the same suite.');
  });

  it('does not call unchanged what has nothing before it', async () => {
    await inProcess('history', at('r1'), '--out', at('alone.html'));
    const page = await readFile(at('alone.html'), 'utf8');
    expect(page).toContain('Success: no run has one before it');
    expect(page).not.toContain('unchanged');
  });

  it('calls a run what its user does', async () => {
    const suite = await writeSuite(folder, 'tiny');
    const out = at('named');
    await inProcess('run', suite, '--out', out, '--name', '1.3.0 <b>', '--tags', 'nightly,cpu');
    const { runs } = await data(out);
    expect(runs[0]).toMatchObject({ givenName: '1.3.0 <b>', tags: ['nightly', 'cpu'] });
    const [one] = (await data(out, '--algorithms', 'spectral')).runs;
    expect(one?.planned).toBe(one?.trajectories);
    expect(one?.trajectories).toBeLessThan(runs[0]?.trajectories ?? 0);
    await inProcess('history', out, '--out', at('named.html'));
    const page = await readFile(at('named.html'), 'utf8');
    expect(page).toContain('1.3.0 &lt;b&gt;');
    expect(page).toContain('nightly, cpu');
  });

  it.each([
    [['r1', 'r1'], /must be different ones\. Received .*r1 twice/],
    [['r1', 'none'], /no records in .*none/],
    [['r1', '--algorithms', 'mapfots'], /--algorithms .*mapfots/],
    [['r1', '--out', 'x.csv'], /--out must be .*x\.csv/],
    [['r1', '--rules', 'none.json'], /none\.json/],
  ])('refuses %j', async (args, message) => {
    const given = args.map((arg) => (/^r1$|^none$/.test(arg) ? at(arg) : arg));
    const { code, stdout, stderr } = await inProcess('history', ...given);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });
});
