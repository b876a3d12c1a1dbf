import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editLine } from '../../harness/experiment/testing/editLine.ts';
import { failureClassOf, outcomeOf } from '../../harness/record/index.ts';
import { parseCsv } from '../../reports/testing/parseCsv.ts';
import { inProcess } from '../testing/inProcess.ts';
import { writeSuite } from '../testing/tinySuite.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const suite = await writeSuite(folder, 'tiny', { specimens: ['points'] });
  for (const seed of ['3', '4']) {
    const args = ['--seed', seed, '--algorithms', 'spectral', '--workers', '1'];
    const { code } = await inProcess('run', suite, ...args, '--out', at(seed));
    expect(code).toBe(0);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Fails for one trajectory in two. */
const anyLoss = {
  schema: 1,
  name: 'any loss',
  description: 'For this test.',
  familyErrorRate: 0.05,
  rules: [
    {
      metric: 'success',
      direction: 'higher-is-better',
      margin: 0.01,
      floor: 0.01,
      severity: 'warn',
      minN: 1,
      inconclusive: 'warn',
    },
  ],
};

describe('semfocus report', () => {
  it('writes a page, prints a table or one JSON document', async () => {
    await rm(at('3', 'report.html'));
    expect(await inProcess('report', at('3'))).toEqual({
      code: 0,
      stdout: `Report: ${at('3', 'report.html')}\n`,
      stderr: '',
      shown: [],
    });
    expect((await inProcess('report', at('3'), '--open')).shown).toEqual([at('3', 'report.html')]);
    const html = await readFile(at('3', 'report.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('data:image/png;base64,');
    const table = await inProcess('report', at('3'), '--format', 'console');
    expect(table.stdout).toMatch(/^algorithm +n +success/);
    const json = await inProcess('report', at('3'), '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 1,
      groups: [{ algorithm: 'spectral', condition: { suite: 'tiny', dwellTimeNs: 200 } }],
    });
    expect(json.stdout).toBe((await inProcess('report', at('3'), '--format', 'json')).stdout);
  });

  it('writes several formats at once, and prints one of them', async () => {
    const table = at('tables', 'all');
    const { code, stdout, stderr } = await inProcess(
      ...['report', at('3'), '--format', 'github', '--format', 'markdown,parquet'],
      ...['--out', `markdown=${at('a.md')},junit=${at('a.xml')}`],
      ...['--out', `csv=${table}.csv`, '--out', `json=${at('a.json')}`],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^::notice title=Tiny%3A \d of 2 trajectories succeeded::/);
    const written = [
      at('3', 'report.parquet'),
      at('3', 'report.iterations.parquet'),
      at('a.md'),
      at('a.xml'),
      `${table}.csv`,
      `${table}.iterations.csv`,
      `${table}.dictionary.csv`,
      at('a.json'),
    ];
    expect(stderr).toBe(written.map((file) => `Report: ${file}\n`).join(''));
    expect(await readFile(at('a.md'), 'utf8')).toMatch(/^\*\*Tiny: \d of 2 trajectories succeeded/);
    const [, first] = parseCsv(await readFile(`${table}.csv`, 'utf8'));
    const parquet = await readFile(at('3', 'report.parquet'));
    const [row] = await parquetReadObjects({ file: new Uint8Array(parquet).buffer });
    const stored = JSON.parse(
      (await readFile(at('3', 'records.jsonl'), 'utf8')).split('\n')[0] ?? '',
    );
    expect([first?.[0], row?.key]).toEqual([stored.key, stored.key]);
    expect(row?.finalWorkingDistanceUm).toBe(stored.iterations.at(-1).residual.workingDistanceUm);
    expect((await inProcess('report', at('3'), '--json')).stdout).toBe(
      await readFile(at('a.json'), 'utf8'),
    );
  });

  it('writes what it can where one file cannot be written', async () => {
    const { code, stdout, stderr } = await inProcess(
      ...['report', at('3'), '--out', `markdown=${at('4')},junit=${at('whole.xml')}`],
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: cannot write .*4: /);
    expect(await readFile(at('whole.xml'), 'utf8')).toMatch(/<\/testsuites>\n$/);
  });

  it('gives the seed of a seed bank away in no format', async () => {
    await writeFile(at('bank.txt'), 'a secret of more than sixteen bytes\n');
    const args = ['--algorithms', 'spectral', '--seed-bank', at('bank.txt'), '--workers', '1'];
    expect((await inProcess('run', at('tiny.json'), ...args, '--out', at('bank'))).code).toBe(0);
    const { scenario } = JSON.parse(
      (await readFile(at('bank', 'records.jsonl'), 'utf8')).split('\n')[0] ?? '',
    );
    const secrets = [String(scenario.seed), String(scenario.specimen.seed)];
    const formats = ['html', 'console', 'markdown', 'junit', 'github', 'csv', 'json'];
    const outputs = formats.map((name) => `${name}=${at('public', `report.${name}`)}`);
    expect((await inProcess('report', at('bank'), '--out', outputs.join(','))).code).toBe(0);
    const files = await readdir(at('public'));
    expect(files).toHaveLength(formats.length + 2);
    for (const name of files) {
      const text = await readFile(at('public', name), 'utf8');
      for (const secret of secrets) expect(text.includes(secret), name).toBe(false);
    }
    const { stdout } = await inProcess('report', at('bank'), '--format', 'csv');
    expect(stdout).toContain('seed bank ');
  });

  it('writes figures for an article, alone or beside reports', async () => {
    const alone = await inProcess('report', at('3'), '--figures', at('figures'));
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    const names = await readdir(at('figures'));
    expect(names).toEqual(
      expect.arrayContaining(['captions.md', 'median-iteration-89mm.svg', 'ecdf-dose-183mm.svg']),
    );
    expect(alone.stdout.trimEnd().split('\n')).toHaveLength(names.length);
    const both = await inProcess(
      ...['report', at('3'), '--figures', at('more'), '--format', 'console'],
    );
    expect(both.stdout).toMatch(/^algorithm +n +success/);
    expect(await readdir(at('more'))).toEqual(names);
  });

  it('puts several runs together, but counts none twice', async () => {
    const json = await inProcess('report', at('3'), at('4'), '--json');
    expect(JSON.parse(json.stdout).groups[0].trajectories).toBe(4);
    await cp(at('3'), at('copy'), { recursive: true });
    const { code, stdout, stderr } = await inProcess('report', at('3'), at('copy'));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: folders must have different trajectories\. Received .*\n$/);
  });

  it('holds a run against a baseline by rules of its own, with frames of both', async () => {
    // Equal scenarios, equal results: what is lost is made up in the records of the candidate.
    await cp(at('3'), at('worse'), { recursive: true });
    const path = at('worse', 'records.jsonl');
    const [first = '', ...others] = (await readFile(path, 'utf8')).split('\n');
    const record = JSON.parse(first);
    const isGood = record.failureClass === undefined;
    const turned = editLine(first, (copy) => {
      const last = copy.iterations.at(-1)!;
      const residual = { workingDistanceUm: isGood ? 5 : 0, stigmatorX: 0, stigmatorY: 0 };
      Object.assign(last, { residual, insideMargins: !isGood });
      copy.outcome = outcomeOf(copy);
      const failureClass = failureClassOf(copy);
      if (failureClass === undefined) delete copy.failureClass;
      else copy.failureClass = failureClass;
    });
    await writeFile(path, [turned, ...others].join('\n'));
    await rm(at('worse', 'provenance.json'));
    await writeFile(at('rules.json'), JSON.stringify(anyLoss));
    const args = ['report', at('worse'), '--baseline', at('3'), '--out', at('against.html')];
    expect(await inProcess(...args, '--rules', at('rules.json'))).toMatchObject({ code: 0 });
    const html = await readFile(at('against.html'), 'utf8');
    const flips = /<section id="flips">.*?<\/section>/s.exec(html)?.[0] ?? '';
    expect(flips.match(/<article class="flip"/g)).toHaveLength(1);
    expect(flips).toContain(isGood ? '>lost<' : '>won<');
    expect(flips.match(/<img/g)?.length).toBeGreaterThanOrEqual(4);
    expect(flips).toContain(`--only ${record.key.slice(0, 12)}`);
    // A page is passed on: where on a disk the runs lie stays here.
    expect(html).toContain('Baseline: 3: suite tiny');
    expect(html).not.toContain(folder);
    expect(html).toContain('WARN');
    const alone = await inProcess('report', at('3'), '--rules', at('rules.json'));
    expect(alone).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--rules must come with --baseline'),
    });
    const printed = await inProcess(...args.slice(0, 4), '--format', 'markdown');
    expect(printed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--baseline needs a page'),
    });
  });

  it('makes the folder it writes into', async () => {
    expect((await inProcess('report', at('3'), '--out', at('new/page.html'))).code).toBe(0);
    expect(await readdir(at('new'))).toEqual(['page.html']);
  });

  it('does without frames that were removed', async () => {
    await cp(at('3'), at('bare'), { recursive: true });
    await rm(at('bare', 'previews'), { recursive: true });
    expect(await inProcess('report', at('bare'))).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(at('bare', 'report.html'), 'utf8')).toContain('No frames were kept');
  });
});

describe('a damaged record', () => {
  it('is named with file and line, for 3, and nothing is touched', async () => {
    await cp(at('3'), at('damaged'), { recursive: true });
    const path = at('damaged', 'records.jsonl');
    const [first = '', second = ''] = (await readFile(path, 'utf8')).split('\n');
    const damaged = `${first}\n${second.slice(0, -20)}\n`;
    await writeFile(path, damaged);
    const page = await readFile(at('damaged', 'report.html'), 'utf8');
    for (const args of [
      ['report'],
      ['report', '--json'],
      ['run', at('tiny.json'), '--algorithms', 'spectral', '--out'],
    ]) {
      const { code, stdout, stderr } = await inProcess(...args, at('damaged'));
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(`error: ${path} line 2 is damaged: `);
    }
    expect(await readFile(path, 'utf8')).toBe(damaged);
    expect(await readFile(at('damaged', 'report.html'), 'utf8')).toBe(page);
  });
});

describe('a report that cannot be written whole', () => {
  it('leaves no part of it behind where the place is taken', async () => {
    const { code, stderr } = await inProcess('report', at('3'), '--out', `html=${at('4')}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot write .*4: it is a folder\n$/);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  // A limit on the size of files ends the program in the middle of writing.
  it.runIf(process.platform !== 'win32')('does not take the place of an earlier one', async () => {
    const before = await readFile(at('3', 'report.html'), 'utf8');
    const program = fileURLToPath(new URL('../semfocus.js', import.meta.url));
    const command = `ulimit -f 64; exec "${process.execPath}" "${program}" report 3`;
    const { status } = spawnSync('sh', ['-c', command], { cwd: folder });
    expect(status).not.toBe(0);
    expect(await readFile(at('3', 'report.html'), 'utf8')).toBe(before);
  });
});
