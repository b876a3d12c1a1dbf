import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editLine } from '../../harness/experiment/testing/editLine.ts';
import type { RunEvidence } from '../../harness/gate/index.ts';
import { type SyntheticRun, syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import {
  recordLine,
  scenarioKey,
  sha256OfJson,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { semfocus } from '../testing/semfocus.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

/** As `semfocus run` would have left it. */
async function write(
  name: string,
  { header, records }: RunEvidence<TrajectoryRecord>,
): Promise<void> {
  await mkdir(at(name));
  await writeFile(at(name, 'plan.json'), JSON.stringify(header));
  await writeFile(
    at(name, 'records.jsonl'),
    records.map((record) => `${recordLine(record)}\n`).join(''),
  );
}
const model = (change: SyntheticRun = {}) =>
  syntheticRun({ places: 20, modelSha256: 'bb'.repeat(32), ...change });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await write('base', syntheticRun({ places: 20 }));
  await write('same', model());
  await write('worse', model({ scale: 3, lost: 0.1 }));
  await write('other-physics', model({ physicsVersion: '2' }));
  // What a process that was killed leaves behind.
  await cp(at('same'), at('half'), { recursive: true });
  const lines = (await readFile(at('half', 'records.jsonl'), 'utf8')).split('\n');
  await writeFile(at('half', 'records.partial.jsonl'), lines.slice(0, 60).join('\n').slice(0, -40));
  await rm(at('half', 'records.jsonl'));
  // Planned, and nothing has ended.
  await cp(at('half'), at('begun'), { recursive: true });
  await truncate(at('begun', 'records.partial.jsonl'));
});
afterAll(() => rm(folder, { recursive: true }));

const gate = (candidate: string, ...args: string[]) =>
  inProcess('gate', at(candidate), '--baseline', at('base'), ...args);

describe('semfocus gate', () => {
  it('passes an equal model with 0, and fails a worse one with 1 as a real process', async () => {
    const equal = await gate('same');
    expect(equal.code).toBe(0);
    expect(equal.stdout.replaceAll(at('/'), '')).toMatch(
      /^PASS: success rate is [\d.]+ % as before: .*\nsame against base, by the rules release\. No regressions\.\n/,
    );
    expect(equal.stderr).toContain('base has no provenance');
    const worse = await semfocus(folder, 'gate', 'worse', '--baseline', 'base');
    expect(worse.code).toBe(1);
    expect(worse.stdout).toMatch(/^FAIL: success rate fell from .*\nworse against base/);
    expect(worse.stdout).toContain('semfocus run made-up --algorithms net --only ');
  });

  it('is not passed by taking the failures out of the records', async () => {
    await cp(at('worse'), at('whitewashed'), { recursive: true });
    const path = at('whitewashed', 'records.jsonl');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const washed = lines.map((line) =>
      editLine(line, (record) => {
        delete record.failureClass;
      }),
    );
    await writeFile(path, `${washed.join('\n')}\n`);
    const { code, stdout, stderr } = await gate('whitewashed');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /records\.jsonl line \d+ contradicts itself: failureClass is absent, the rows say \w+/,
    );
  });

  it.each([
    ['half', /half is not finished: 59 of 120 trajectories have a record/],
    ['other-physics', /physics versions must not be mixed: .*base has 1, .*other-physics has 2/],
  ])('%s: evidence is missing, for 3', async (name, message) => {
    const { code, stdout } = await gate(name);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^EVIDENCE MISSING: /);
    expect(stdout).toMatch(message);
  });

  it.each([
    ['begun', 'no trajectory has ended yet'],
    ['nowhere', 'no records in'],
  ])('%s: nothing to compare, for 3', async (name, message) => {
    expect(await gate(name)).toMatchObject({ code: 3, stdout: '' });
    const asBaseline = await inProcess('gate', at('same'), '--baseline', at(name));
    expect(asBaseline).toMatchObject({ code: 3, stdout: '' });
    expect(asBaseline.stderr).toContain(message);
  });

  it('goes on where missing evidence is allowed, and says so', async () => {
    const { code, stdout } = await gate('half', '--allow-missing', '--rules', at('loose.json'));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const rules = {
      schema: 1,
      name: 'loose',
      description: 'For tests.',
      familyErrorRate: 0.05,
      rules: [
        {
          ...{ metric: 'success', direction: 'higher-is-better', margin: 0.2, floor: 0.02 },
          ...{ severity: 'fail', minN: 20, inconclusive: 'warn' },
        },
      ],
    };
    await writeFile(at('loose.json'), JSON.stringify(rules));
    const allowed = await gate('half', '--allow-missing', '--rules', at('loose.json'));
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).toMatch(/^PASS \(INVALID: missing evidence was allowed\): /);
    const swapped = ['gate', at('base'), '--baseline', at('half'), '--rules', at('loose.json')];
    expect((await inProcess(...swapped, '--baseline-lenient')).code).toBe(3);
    expect((await inProcess(...swapped, '--baseline-lenient', '--allow-missing')).code).toBe(0);
  });

  it('writes several reports at once, and prints one', async () => {
    const files = `junit=${at('out/gate.xml')},markdown=${at('out/gate.md')}`;
    const { code, stdout } = await gate('worse', '--json', '--out', files);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, kind: 'gate', verdict: 'fail' });
    expect(await readFile(at('out/gate.xml'), 'utf8')).toMatch(/^<\?xml .*\n<testsuites /);
    expect(await readFile(at('out/gate.md'), 'utf8')).toMatch(/^\*\*FAIL: /);
    const alone = await gate('same', '--format', 'markdown', '--out', at('alone.md'));
    expect(alone).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(at('alone.md'), 'utf8')).toMatch(/^\*\*PASS: /);
  });

  it.each([
    [['--format', 'html'], '--format must be console, markdown, junit or json. Received "html"'],
    [['--format', 'console,json'], 'one format can be printed; give the others a file'],
    [
      ['--out', 'gate.txt'],
      '--out must be <format>=<file>, or a file that ends in .md, .xml or .json',
    ],
    [['--out', 'junit=a,junit=b'], 'Received two for junit'],
    [['--out', 'pdf=a'], '--out must be console, markdown, junit or json. Received "pdf"'],
    [['--rules', 'nowhere.json'], 'cannot read the rules file nowhere.json'],
    [['--algorithms', 'nett'], '--algorithms must be net'],
  ])('refuses %j for 2', async (args, message) => {
    const { code, stdout, stderr } = await gate('same', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('needs a baseline', async () => {
    const { code, stderr } = await inProcess('gate', at('same'));
    expect(code).toBe(2);
    expect(stderr).toContain('gate needs --baseline <folder>');
  });

  it('names a seed bank by its hash, in every report', async () => {
    const run = model({ seed: 818181818181 });
    const header = { ...run.header, seedBank: 'c0ffee123456' };
    await write('bank', { ...run, header });
    const base = syntheticRun({ places: 20, seed: 818181818181 });
    await write('bank-base', { ...base, header: { ...base.header, seedBank: 'c0ffee123456' } });
    for (const format of ['console', 'markdown', 'junit', 'json']) {
      const args = ['--baseline', at('bank-base'), '--format', format];
      const { code, stdout } = await inProcess('gate', at('bank'), ...args);
      expect(code).toBe(0);
      expect(stdout).toContain('sha256:c0ffee123456');
      expect(stdout).not.toContain('818181818181');
    }
  });
});

describe('semfocus compare', () => {
  it('of a run with itself says no change in every row, for 0', async () => {
    const { code, stdout } = await inProcess('compare', at('base'), at('base'), '--json');
    expect(code).toBe(0);
    const { rows } = JSON.parse(stdout);
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) expect(row).toMatchObject({ change: 'same', adjustedP: 1 });
  });

  it('prints a table with flips, or Markdown; 0 also where everything is worse', async () => {
    const table = await inProcess('compare', at('base'), at('worse'), '--all');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/success rate, all 120 pairs .* FAIL$/m);
    expect(table.stdout).toMatch(/^Flips: \d+ lost, \d+ won$/m);
    const markdown = await inProcess('compare', at('base'), at('worse'), '--format', 'markdown');
    expect(markdown.stdout).toMatch(/^\| metric \| part \| n \|/m);
  });

  it('of damaged records names file and line, for 3', async () => {
    await cp(at('base'), at('damaged'), { recursive: true });
    await truncate(at('damaged', 'records.jsonl'), 1000);
    const { code, stderr } = await inProcess('compare', at('damaged'), at('base'));
    expect(code).toBe(3);
    expect(stderr).toMatch(/records\.jsonl line 1 is damaged/);
  });
});

it('the made-up folders are what semfocus run writes: keys of scenarios, plans of keys', async () => {
  const header = JSON.parse(await readFile(at('base', 'plan.json'), 'utf8'));
  const [line = ''] = (await readFile(at('base', 'records.jsonl'), 'utf8')).split('\n');
  const record = JSON.parse(line);
  expect(record.key).toBe(scenarioKey(record.scenario));
  expect(header.planHash).toBe(sha256OfJson({ recordSchema: header.schema, keys: header.keys }));
});
