import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { summarise } from '../summary/index.ts';
import { dataDictionary } from '../table/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { parseCsv } from '../testing/parseCsv.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { besidePath, type ReportInput } from './Reporter.ts';
import { reporters } from './reporters.ts';

const names = Object.keys(reporters) as (keyof typeof reporters)[];
const printed = names.filter((name) => !['parquet', 'html', 'article'].includes(name));

function inputOf(
  records: readonly TrajectoryRecord[],
  about: Partial<ReportInput> = {},
): ReportInput {
  return {
    title: 'By hand',
    records,
    stored: [],
    runs: [],
    summary: summarise(records),
    seedNames: new Map(),
    missing: 0,
    notices: [],
    provenance: { semfocus: '0.1.0' },
    ...about,
  };
}
const print = (name: (typeof names)[number], input: ReportInput) =>
  reporters[name].print?.(input, { colour: false }) ?? '';

const few = inputOf([
  handMadeRecord({ trajectory: 0, workingDistancesUm: [10, 2, 0.2] }),
  handMadeRecord({ trajectory: 1, workingDistancesUm: [10, 20, 30], outcome: 'diverged' }),
  handMadeRecord({
    trajectory: 2,
    outcome: 'failed',
    message: 'AlgorithmError: 100 %\nof it, \u001b[31mred\u001b[0m, ]]> | `x`',
    workingDistancesUm: [10, 4, 10],
  }),
  handMadeRecord({
    trajectory: 3,
    outcome: 'declined',
    isBlank: true,
    message: 'nothing but noise',
    workingDistancesUm: [10, 10],
  }),
]);
const empty = inputOf([]);
const large = inputOf(
  syntheticRecords({
    trajectories: 30,
    presets: Array.from({ length: 12 }, (_, i) => `preset-${i}`),
  }),
);

describe.each(printed)('the %s report', (name) => {
  it('of nothing is no error', () => {
    expect(print(name, empty)).toMatch(/\n$/);
  });

  it('is what its file holds, and ends in a newline', async () => {
    const [file] = await reporters[name].files(few, 'x');
    expect(file?.content).toBe(print(name, few));
    expect(file?.content).toMatch(/[^\n]\n$/);
  });

  // Tables hold what the record says.
  it.skipIf(name === 'csv')('lets no control character of a record through', () => {
    expect(print(name, few).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('gives no secret seed away', () => {
    const secret = 271828182845;
    const specimen = { name: 'tissue', seed: 987654321 };
    const records = [10, 9].map((start, trajectory) => {
      const seed = secret + trajectory;
      const record = handMadeRecord({ seed, workingDistancesUm: [start, 8] });
      return { ...record, scenario: { ...record.scenario, specimen } };
    });
    const seedNames = new Map([
      [secret, 'seed bank 0123456789ab'],
      [secret + 1, 'seed bank ba01234567cd'],
    ]);
    const text = print(name, inputOf(records, { seedNames }));
    expect(text).not.toMatch(/27182818284|987654321/);
  });
});

describe('the Markdown report', () => {
  it('says the verdict first, then the table, and folds the rest away', () => {
    expect(print('markdown', few)).toMatchInlineSnapshot(`
      "**By hand: 2 of 4 trajectories succeeded, 1 of them by rightly declining**

      - No algorithm reached the margins (1 µm, 0.25 a.u.) in more than half of its runs.
      - With n = 4, even success in all runs only shows a success rate above 51 % (95 % interval).
      - 1 trajectory failed with an error.

      hand, merlin, gaussian PSF, tissue, 50 ns

      | algorithm | n | success, % \\[95 %\\] | rightly declined | \\|wd\\| at the end, µm: median (p95) | frames to margins | dose to margins, e/nm² | compute, ms/iteration |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | alpha | 4 | 50 \\[15, 85\\] | 1 | 10 (27) | – | – | 100 |

      <details><summary>Without success: 2 (1 diverged, 1 exception)</summary>

      - alpha, hand: merlin, gaussian PSF, tissue, 50 ns, trajectory 1: diverged (wd 30 µm, stig x 3, stig y -3 a.u. from focus, focal error 42.8 µm; 2 iterations, 4 frames), key \`a469aec28b9c\`
      - alpha, hand: merlin, gaussian PSF, tissue, 50 ns, trajectory 2: exception: AlgorithmError: 100 % of it, �\\[31mred�\\[0m, \\]\\]\\> \\| \\\`x\\\` (wd 10 µm, stig x 1, stig y -1 a.u. from focus, focal error 14.3 µm; 2 iterations, 4 frames), key \`921e7af61cef\`

      </details>

      <details><summary>Working distance from focus after each iteration, µm, mean ± SD</summary>

      | algorithm | start | 1 | end |
      | --- | --- | --- | --- |
      | alpha | 10.0±0.0 | 9.00±8.08 | 12.6±12.5 |

      </details>

      <details><summary>How it was measured</summary>

      - Success: all residuals inside the margins (1 µm, 0.25 a.u.) at the end, against the hidden truth; to decline where there is nothing to focus on is one of its own kind
      - To margins: median until they were reached for good; – where half of the trajectories or more never did
      - Intervals: 95 %, over trajectories
      - semfocus: 0.1.0
      - Physics version: 1
      - Seeds: 1
      - Algorithms: alpha 1

      </details>
      "
    `);
  });

  it('fits into a comment, whatever there is, and says what it leaves out', () => {
    const text = print('markdown', large);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/^\d+ more rows, all with at least as much success/m);
    expect(text).toMatch(/^- and \d+ more, all in the other formats$/m);
    const [head = '', , ...rows] = text.split('\n').filter((line) => line.startsWith('|'));
    const columns = (line: string) => line.replaceAll('\\|', '').split('|').length;
    for (const row of rows.slice(0, 40)) expect(columns(row)).toBe(columns(head));
  });

  it('names what is missing before anything else', () => {
    const text = print('markdown', { ...few, missing: 2, notices: ['a is incomplete'] });
    expect(text.split('\n').slice(1, 3)).toEqual(['', '- missing: a is incomplete']);
  });
});

describe('the JUnit report', () => {
  it('has a suite per algorithm and condition, a case per trajectory, seconds as time', () => {
    expect(print('junit', few)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="semfocus" tests="5" failures="1" errors="1" skipped="0" time="4">
        <testsuite name="evidence" tests="1" failures="0" errors="0" skipped="0" time="0">
          <testcase name="all trajectories are there" classname="semfocus.evidence" time="0">
            <system-out><![CDATA[By hand: 2 of 4 trajectories succeeded, 1 of them by rightly declining]]></system-out>
            <system-err><![CDATA[]]></system-err>
          </testcase>
        </testsuite>
        <testsuite name="alpha: hand: merlin, gaussian PSF, tissue, 50 ns" tests="4" failures="1" errors="1" skipped="0" time="4" timestamp="2024-01-01T00:00:00">
          <testcase name="trajectory 0" classname="semfocus.alpha: hand: merlin, gaussian PSF, tissue, 50 ns" time="1">
            <system-out><![CDATA[key 718c82bc2bb8b2283907e158b3d2c3696c15f617e994aefaf6440e8402a905c6
      iteration 0: wd 10 µm, stig x 1, stig y -1 a.u., 0 frames, 0 e/nm²
      iteration 1: wd 2 µm, stig x 0.2, stig y -0.2 a.u., 2 frames, 9 e/nm²
      iteration 2: wd 0.2 µm, stig x 0.02, stig y -0.02 a.u., 4 frames, 18 e/nm²
      converged (wd 0.2 µm, stig x 0.02, stig y -0.02 a.u. from focus, focal error 0.285 µm; 2 iterations, 4 frames)]]></system-out>
            <system-err><![CDATA[]]></system-err>
          </testcase>
          <testcase name="trajectory 1" classname="semfocus.alpha: hand: merlin, gaussian PSF, tissue, 50 ns" time="1">
            <failure message="diverged (wd 30 µm, stig x 3, stig y -3 a.u. from focus, focal error 42.8 µm; 2 iterations, 4 frames)" type="diverged"><![CDATA[diverged (wd 30 µm, stig x 3, stig y -3 a.u. from focus, focal error 42.8 µm; 2 iterations, 4 frames)]]></failure>
            <system-out><![CDATA[key a469aec28b9c7c0f9e4446ca3e4c7ae15339855649b72d0cafcdd76e5005b5bf
      iteration 0: wd 10 µm, stig x 1, stig y -1 a.u., 0 frames, 0 e/nm²
      iteration 1: wd 20 µm, stig x 2, stig y -2 a.u., 2 frames, 9 e/nm²
      iteration 2: wd 30 µm, stig x 3, stig y -3 a.u., 4 frames, 18 e/nm²
      diverged (wd 30 µm, stig x 3, stig y -3 a.u. from focus, focal error 42.8 µm; 2 iterations, 4 frames)]]></system-out>
            <system-err><![CDATA[]]></system-err>
          </testcase>
          <testcase name="trajectory 2" classname="semfocus.alpha: hand: merlin, gaussian PSF, tissue, 50 ns" time="1">
            <error message="exception: AlgorithmError: 100 % of it, �[31mred�[0m, ]]&gt; | \`x\` (wd 10 µm, stig x 1, stig y -1 a.u. from focus, focal error 14.3 µm; 2 iterations, 4 frames)" type="exception"><![CDATA[exception: AlgorithmError: 100 %
      of it, �[31mred�[0m, ]]]]><![CDATA[> | \`x\` (wd 10 µm, stig x 1, stig y -1 a.u. from focus, focal error 14.3 µm; 2 iterations, 4 frames)]]></error>
            <system-out><![CDATA[key 921e7af61cefdf017f82bab5837893841198dc97830fdf4e7b76c506180eb52e
      iteration 0: wd 10 µm, stig x 1, stig y -1 a.u., 0 frames, 0 e/nm²
      iteration 1: wd 4 µm, stig x 0.4, stig y -0.4 a.u., 2 frames, 9 e/nm²
      iteration 2: wd 10 µm, stig x 1, stig y -1 a.u., 4 frames, 18 e/nm²
      exception: AlgorithmError: 100 %
      of it, �[31mred�[0m, ]]]]><![CDATA[> | \`x\` (wd 10 µm, stig x 1, stig y -1 a.u. from focus, focal error 14.3 µm; 2 iterations, 4 frames)]]></system-out>
            <system-err><![CDATA[AlgorithmError: 100 %
      of it, �[31mred�[0m, ]]]]><![CDATA[> | \`x\`]]></system-err>
          </testcase>
          <testcase name="trajectory 3" classname="semfocus.alpha: hand: merlin, gaussian PSF, tissue, 50 ns" time="1">
            <system-out><![CDATA[key e75f30b401639611651a14d9a93e325823c00704b7c9eeb6297e210817eaf290
      iteration 0: wd 10 µm, stig x 1, stig y -1 a.u., 0 frames, 0 e/nm²
      iteration 1: wd 10 µm, stig x 1, stig y -1 a.u., 2 frames, 9 e/nm²
      declined rightly: nothing but noise (wd 10 µm, stig x 1, stig y -1 a.u. from focus, focal error 14.3 µm; 1 iteration, 2 frames)]]></system-out>
            <system-err><![CDATA[nothing but noise]]></system-err>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('has what XML and its parsers can take, and counts that are right', () => {
    const text = print('junit', large);
    const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
    const [total = ''] = /<testsuites [^>]*>/.exec(text) ?? [];
    const told = (name: string) => Number(new RegExp(`${name}="(\\d+)"`).exec(total)?.[1]);
    expect(count(/<testcase /g)).toBe(told('tests'));
    expect(told('tests')).toBe(large.records.length + 1);
    expect(count(/<failure /g)).toBe(told('failures'));
    expect(count(/<error /g)).toBe(told('errors'));
    const failed = large.records.filter(({ failureClass }) => failureClass !== undefined);
    expect(told('failures') + told('errors')).toBe(failed.length);
    expect(count(/<system-out>/g)).toBe(told('tests'));
    expect(count(/<system-err>/g)).toBe(told('tests'));
    const ids = [...text.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"/g)];
    expect(new Set(ids.map(([id]) => id)).size).toBe(told('tests'));
  });

  it('is in error where trajectories are missing', () => {
    const text = print('junit', { ...few, missing: 2, notices: ['a is incomplete'] });
    expect(text).toContain('<error message="2 planned trajectories have no record"');
    expect(text).toContain('<system-err><![CDATA[a is incomplete]]></system-err>');
  });

  it('tells seeds apart where there are several', () => {
    const records = [1, 2].map((seed) => handMadeRecord({ seed, workingDistancesUm: [10, 1] }));
    const text = print('junit', inputOf(records, { seedNames: new Map([[2, 'seed bank ab']]) }));
    expect(text).toContain('name="trajectory 0 (seed 1)"');
    expect(text).toContain('name="trajectory 0 (seed bank ab)"');
  });
});

describe('the GitHub report', () => {
  it('is an error where something broke, a warning where it did not get there', () => {
    expect(print('github', few)).toMatchInlineSnapshot(`
      "::notice title=By hand%3A 2 of 4 trajectories succeeded%2C 1 of them by rightly declining::No algorithm reached the margins (1 µm, 0.25 a.u.) in more than half of its runs.
      ::error title=alpha%3A 1 of 4 trajectories broke::hand: merlin, gaussian PSF, tissue, 50 ns: 1 exception. First: trajectory 2, exception: AlgorithmError: 100 %25%0Aof it, �[31mred�[0m, ]]> | \`x\` (wd 10 µm, stig x 1, stig y -1 a.u. from focus, focal error 14.3 µm; 2 iterations, 4 frames)
      ::warning title=alpha%3A 1 of 4 trajectories did not get there::hand: merlin, gaussian PSF, tissue, 50 ns: 1 diverged. First: trajectory 1, diverged (wd 30 µm, stig x 3, stig y -3 a.u. from focus, focal error 42.8 µm; 2 iterations, 4 frames)
      "
    `);
  });

  it('has no more annotations of a kind than GitHub shows', () => {
    const lines = print('github', large).trimEnd().split('\n');
    for (const level of ['notice', 'error', 'warning']) {
      const own = lines.filter((line) => line.startsWith(`::${level} title=`));
      expect(own.length).toBeLessThanOrEqual(10);
    }
    expect(lines.filter((line) => line.includes('more like these'))).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^::(notice|error|warning) title=[^:,]+::.+$/);
  });
});

describe('tables', () => {
  it('lie beside each other: runs, iterations, and what the columns are', async () => {
    const files = await reporters.csv.files(few, 'out/x.csv');
    expect(files.map(({ path }) => path)).toEqual([
      'out/x.csv',
      'out/x.iterations.csv',
      'out/x.dictionary.csv',
    ]);
    const [runs = [], iterations = [], dictionary = []] = files.map(({ content }) =>
      parseCsv(String(content)),
    );
    expect(runs).toHaveLength(1 + few.records.length);
    expect(iterations).toHaveLength(1 + few.records.flatMap((record) => record.iterations).length);
    expect(dictionary.slice(1).map((row) => row.map((cell) => cell ?? ''))).toEqual(
      dataDictionary.map(({ table, column, type, unit, meaning }) => [
        table,
        column,
        type,
        unit,
        meaning,
      ]),
    );
  });

  it('as Parquet are two files that hold the same', async () => {
    const files = await reporters.parquet.files(few, 'x');
    expect(files.map(({ path }) => path)).toEqual(['x', 'x.iterations']);
    const [runs, iterations] = await Promise.all(
      files.map(({ content }) =>
        parquetReadObjects({ file: new Uint8Array(content as Uint8Array).buffer }),
      ),
    );
    expect(runs?.map(({ failureClass }) => failureClass)).toEqual([
      null,
      'diverged',
      'exception',
      null,
    ]);
    expect(iterations).toHaveLength(few.records.flatMap((record) => record.iterations).length);
  });

  it.each([
    ['out.csv', 'out.iterations.csv'],
    ['a.b/out', 'a.b/out.iterations'],
    ['/x/.hidden', '/x/.hidden.iterations'],
    ['C:\\a.b\\out.csv', 'C:\\a.b\\out.iterations.csv'],
  ])('beside %s is %s', (path, beside) => {
    expect(besidePath(path, 'iterations')).toBe(beside);
  });
});
