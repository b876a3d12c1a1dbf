import { beforeAll, describe, expect, it } from 'vitest';
import {
  compareRuns,
  evaluateGate,
  type GateReport,
  loadGateRules,
  type RunEvidence,
  ruledRows,
} from '../../harness/gate/index.ts';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import { comparisonConsole, comparisonMarkdown } from './comparisonText.ts';
import { gateConsole } from './gateConsole.ts';
import { effectWords } from './gateHeadline.ts';
import { comparisonJson, gateJson } from './gateJson.ts';
import { gateJunit } from './gateJunit.ts';
import { gateMarkdown } from './gateMarkdown.ts';
import { rerunCommand } from './rerunCommand.ts';

const resampling = { seed: 1, resamples: 200 };
const secret = 424242424242;
const rules = await loadGateRules();
const base: RunEvidence = {
  ...syntheticRun({ name: 'base', seed: secret }),
  origins: [
    {
      gitSha: '0123456789abcdef0123456789abcdef01234567',
      gitDirty: true,
      runtimeClass: 'Node 20, x64',
      commandLine: ['run', 'made-up', '--seed', String(secret), '--out', 'results/base'],
    },
  ],
};
const candidate = (change: Parameters<typeof syntheticRun>[0] = {}): RunEvidence => ({
  ...syntheticRun({ name: 'candidate', seed: secret, modelSha256: 'bb'.repeat(32), ...change }),
  origins: base.origins,
});

let passed: GateReport;
let failed: GateReport;
let missing: GateReport;
beforeAll(() => {
  const gate = (other: RunEvidence) => evaluateGate(base, other, rules, { resampling });
  passed = gate(candidate());
  failed = gate(candidate({ scale: 2, lost: 0.1, luck: 2 }));
  const whole = candidate();
  missing = gate({ ...whole, records: whole.records.slice(0, 90), missing: ['x', 'y'] });
});

const all = (report: GateReport) => [
  gateConsole(report, { colour: false }),
  gateMarkdown(report),
  gateJunit(report),
  JSON.stringify(gateJson(report)),
];

describe('every report on a gate', () => {
  it('names both sides by commit, date, model and seeds, and holds no seed', () => {
    for (const text of [passed, failed, missing].flatMap(all)) {
      for (const name of ['0123456789ab', '2024-02-29', 'bbbbbbbbbbbb', 'Node 20']) {
        expect(text).toContain(name);
      }
      expect(text).toMatch(/sha256:[0-9a-f]{12}/);
      expect(text).not.toContain(String(secret));
    }
  });

  it('says what was not recorded', () => {
    const old = evaluateGate({ ...base, origins: [] }, candidate(), rules, { resampling });
    expect(gateMarkdown(old)).toContain('git commit not recorded');
  });

  it('states how often it errs', () => {
    const measured = /of 20 comparisons of deepfocus-spectral-384 .* 0 failed, so at most 17 % do/;
    for (const text of [passed, failed, missing].flatMap(all).slice(0, 12)) {
      expect(text.replaceAll(/\s+/g, ' ').replaceAll('\\', '')).toMatch(
        text.startsWith('{') ? /"falseAlarms":\{"model":"deepfocus-spectral-384"/ : measured,
      );
    }
    expect(gateConsole(passed, { colour: false })).toMatch(
      /An unchanged candidate fails in at most 5 % of cases \(p adjusted after Holm over \d+\s+tests\)/,
    );
  });

  it('lists flips with a command that runs each again', () => {
    const lost = failed.flips.find(({ direction }) => direction === 'lost');
    const command = `semfocus run made-up --seed <seed> --algorithms net --only ${lost?.key.slice(0, 12)}`;
    expect(gateConsole(failed, { colour: false })).toContain(`      ${command}\n`);
    expect(gateMarkdown(failed)).toContain(`\`${command}\``);
    expect(gateConsole(passed, { colour: false })).not.toContain('Flips');
  });
});

describe('gateConsole', () => {
  it('says the verdict in the first line', () => {
    const first = (report: GateReport) => gateConsole(report, { colour: false }).split('\n')[0];
    expect(first(passed)).toBe(
      'PASS: success rate is 96.1 % as before: 0 lost, 0 won; a loss of 5 points is ruled out, no row is open',
    );
    expect(first(failed)).toMatch(
      /^FAIL: success rate fell from 96\.1 to [\d.]+ %: \d+ lost, \d+ won, most on resin; p\(Holm\) = [\d.]+; \d+ more rows fail$/,
    );
    expect(first(missing)).toMatch(
      /^EVIDENCE MISSING: candidate is not finished: 90 of 180 trajectories have a record; and 1 more$/,
    );
    expect(gateConsole(passed, { colour: false })).toContain(
      '\ncandidate against base, by the rules release. No regressions.\n',
    );
  });

  it('shows the ten worst rows within the columns of the terminal, and all where asked for', () => {
    const rowsOf = (text: string) => text.match(/^(FAIL|MISSING|WARN|pass|skipped) /gm) ?? [];
    const text = gateConsole(failed, { colour: false, width: 80 });
    for (const line of text.split('\n')) {
      if (!line.includes('semfocus run')) expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(rowsOf(text)).toHaveLength(10);
    expect(rowsOf(text).map((word) => word.trim())).toEqual(
      ruledRows(failed)
        .slice(0, 10)
        .map(({ effect }) => effectWords[effect]),
    );
    const everything = gateConsole(failed, { colour: false, all: true });
    expect(rowsOf(everything)).toHaveLength(ruledRows(failed).length);
    expect(everything.match(/^ {6}semfocus run /gm)).toHaveLength(failed.flips.length);
  });

  it('tells two rules about one thing in one row, the graver', () => {
    const text = gateConsole(failed, { colour: false, all: true });
    expect(text.match(/success rate, all 180 pairs/g)).toHaveLength(1);
  });

  it('has one sentence per row', () => {
    const text = gateConsole(failed, { colour: false, width: 1000, all: true });
    expect(text).toMatch(
      /^FAIL {5}final focal error, all 180 pairs: worse by [\d.]+ µm \[[\d.]+, [\d.]+\], n = 180, \d+ ties, p < 0\.0001, p\(Holm\) < 0\.0001: regression (beyond|not within) the margin of 0\.25 µm\.$/m,
    );
    expect(gateConsole(passed, { colour: false })).toMatch(
      /^pass {5}success rate, all 180 pairs: no change: all 180 pairs tie: within the margin of 5 points\.$/m,
    );
  });

  it('is coloured where asked for, and a name cannot move the cursor', () => {
    expect(gateConsole(failed, { colour: true })).toContain('\u001b[31m');
    const evil = { ...base, name: 'base\u001b[2J' };
    const text = gateConsole(evaluateGate(evil, candidate(), rules, { resampling }), {
      colour: false,
    });
    expect(text).not.toContain('\u001b');
  });

  it('stamps what was tolerated', () => {
    const whole = candidate();
    const half = { ...whole, records: whole.records.slice(10), missing: ['x'] };
    const report = evaluateGate(base, half, rules, {
      resampling,
      tolerate: ['unfinished', 'missing-in-candidate'],
    });
    const [first] = gateConsole(report, { colour: false }).split('\n');
    expect(first).toContain('(INVALID: missing evidence was allowed)');
    expect(gateMarkdown(report).split('\n')[0]).toContain('INVALID');
  });
});

describe('gateMarkdown', () => {
  it('has the verdict in its first line and says when there are no regressions', () => {
    expect(gateMarkdown(passed)).toMatch(
      /^\*\*PASS: success rate is 96\.1 % as before: .*\*\*\n\n/,
    );
    expect(gateMarkdown(passed)).toContain('by the rules release. No regressions.\n');
    expect(gateMarkdown(failed)).toMatch(/^- \*\*FAIL\*\* /m);
  });

  it('escapes what names could do to a table', () => {
    const evil = { ...candidate(), name: 'a|b<script>`*' };
    const text = gateMarkdown(evaluateGate(base, evil, rules, { resampling }));
    expect(text).toContain('a\\|b\\<script\\>\\`\\*');
  });
});

describe('gateJunit', () => {
  it('counts failures, errors and what is only tried out', () => {
    const totals = (report: GateReport) =>
      /<testsuite [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/
        .exec(gateJunit(report))
        ?.slice(1)
        .map(Number);
    const rows = passed.results.length;
    expect(totals(passed)).toEqual([rows + 1, 0, 0, 1]);
    const broken = failed.results.filter(({ effect }) => effect === 'fail').length;
    expect(broken).toBeGreaterThan(3);
    expect(totals(failed)).toEqual([rows + 1, broken, expect.any(Number), 1]);
    const [, failures, errors] = totals(missing) ?? [];
    expect({ failures, hasErrors: (errors ?? 0) > 0 }).toEqual({ failures: 0, hasErrors: true });
  });

  it('gives every case one system-out and one system-err', () => {
    const xml = gateJunit(failed);
    const count = (pattern: RegExp) => xml.match(pattern)?.length;
    const cases = failed.results.length + 1;
    expect(count(/<testcase /g)).toBe(cases);
    expect(count(/<system-out>/g)).toBe(cases);
    expect(count(/<system-err>/g)).toBe(cases);
    const names = [...xml.matchAll(/<testcase name="([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(cases);
  });

  it('holds nothing that XML has no place for', () => {
    const name = 'a\u0000b\u001b[31m\ud800]]>"<&';
    const xml = gateJunit(evaluateGate({ ...base, name }, candidate(), rules, { resampling }));
    expect(xml).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    expect(xml).not.toMatch(/\]\]>"<&/);
    expect(xml).toContain(']]]]><![CDATA[>"<&');
  });
});

describe('rerunCommand', () => {
  const [flip] = compareRuns(base, candidate({ lost: 0.2, luck: 3 }), rules, resampling).flips;
  if (flip === undefined) throw new Error('no flip');
  const of = (commandLine: readonly string[] | null, fromSeedBank = false) =>
    rerunCommand({ ...passed.candidate, commandLine, fromSeedBank }, flip);
  const only = `--algorithms net --only ${flip.key.slice(0, 12)}`;

  it('repeats what was run, not where or how', () => {
    const commandLine = ['run', 'release', '--out', 'x', '--model', 'my model.onnx', '--workers=2'];
    expect(of([...commandLine, '--force', '--algorithms', 'a,b'])).toBe(
      `semfocus run release --model 'my model.onnx' ${only}`,
    );
  });

  it('is made of the suite if the command was not recorded', () => {
    expect(of(null)).toBe(`semfocus run made-up ${only}`);
    expect(of(null, true)).toBe(`semfocus run made-up --seed-bank <file> ${only}`);
  });
});

describe('reports on a comparison', () => {
  it('of a run with itself say no change in every row', () => {
    const comparison = compareRuns(base, base, rules, resampling);
    const text = comparisonConsole(comparison, { all: true });
    expect(text).toMatch(/^EVIDENCE MISSING: the same model: net is sha256:/);
    const rows = text
      .split('\n')
      .filter((line) => /, (all 180 pairs|tin|50 ns|near starts) /.test(line));
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows) expect(row).toMatch(/ no change$/);
    expect(text).toContain(`${comparison.rows.length} rows: ${comparison.rows.length} no change.`);
    const { rows: inJson } = comparisonJson(comparison) as { rows: { sentence: string }[] };
    for (const { sentence } of inJson)
      expect(sentence).toMatch(/: no change: all \d+ pairs tie[.:]/);
  });

  it('have a sentence for what changed', () => {
    const comparison = compareRuns(base, candidate({ scale: 2, luck: 2 }), rules, resampling);
    const sentence =
      /FAIL: final focal error, all 180 pairs: worse by [\d.]+ µm \[[\d.]+, [\d.]+\], n = 180, \d+ ties, p < 0\.0001, p\(Holm\) < 0\.0001: regression/;
    expect(comparisonConsole(comparison, { width: 1000 })).toMatch(sentence);
    const back = compareRuns(candidate({ scale: 2, luck: 2 }), base, rules, resampling);
    expect(comparisonConsole(back, { all: true })).toMatch(
      /^final focal error, all 180 pairs .* better$/m,
    );
  });

  it('tell the ten worst rows in the columns of a terminal, and none of which nothing is to tell', () => {
    const worse = compareRuns(base, candidate({ scale: 2, lost: 0.1, luck: 2 }), rules, resampling);
    const text = comparisonConsole(worse, { width: 80 });
    expect(text.match(/^(FAIL|WARN|MISSING|worse|better)[^:\n]*: /gm)).toHaveLength(10 + 1);
    for (const line of text.split('\n')) {
      if (!line.includes('semfocus run')) expect(line.length).toBeLessThanOrEqual(80);
    }
    const equal = comparisonConsole(compareRuns(base, candidate(), rules, resampling));
    expect(equal).toMatch(/^PASS: .*\n.*\n\nand \d+ more rows: --all shows them\n/);
  });

  it('begin with the line of the gate, whatever it is', () => {
    const whole = candidate();
    for (const other of [
      candidate(),
      candidate({ scale: 2, lost: 0.1, luck: 2 }),
      { ...whole, records: whole.records.slice(0, 90) },
      base,
    ]) {
      const comparison = compareRuns(base, other, rules, resampling);
      const [first] = gateConsole(comparison.gate, { colour: false }).split('\n');
      expect(comparisonConsole(comparison).split('\n')[0]).toBe(first);
      expect(comparisonMarkdown(comparison)).toMatch(new RegExp(`^\\*\\*${first?.split(':')[0]}`));
      const gate = evaluateGate(base, other, rules, { resampling });
      expect(comparison.gate.verdict).toBe(gate.verdict);
    }
  });
});
