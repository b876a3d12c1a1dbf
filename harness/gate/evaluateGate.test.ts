import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateGate, type GateOptions, type GateReport } from './evaluateGate.ts';
import { type EvidenceProblem, problemKinds } from './evidence/checkEvidence.ts';
import type { GateRule, GateRules } from './gateRules.ts';
import { loadGateRules } from './loadGateRules.ts';
import type { RunEvidence } from './RunEvidence.ts';
import { type SyntheticRun, syntheticRun } from './testing/syntheticRun.ts';

const quick: GateOptions = { resampling: { seed: 1, resamples: 250 } };
let release: GateRules;
beforeAll(async () => {
  release = await loadGateRules();
});

const base = syntheticRun({ name: 'base' });
const candidate = (changes: SyntheticRun = {}) =>
  syntheticRun({ name: 'candidate', modelSha256: 'bb'.repeat(32), ...changes });
const held = (changes?: SyntheticRun, options: GateOptions = quick): GateReport =>
  evaluateGate(base, candidate(changes), release, options);

const rule: GateRule = {
  metric: 'success',
  direction: 'higher-is-better',
  margin: 0.05,
  floor: 0.02,
  severity: 'fail',
  minN: 100,
  inconclusive: 'fail',
};
/** The gate of a single rule, with something of it changed. */
const gateOf = (change: Partial<GateRule>, other: RunEvidence = candidate()): GateReport =>
  evaluateGate(base, other, { ...release, rules: [{ ...rule, ...change }] }, quick);
const only = ({ results }: GateReport) => {
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
};
const kinds = (problems: readonly EvidenceProblem[]) => problems.map(({ kind }) => kind);

describe('the release gate', () => {
  it('passes an identical model in every row, and says that nothing differs', () => {
    const report = held();
    expect(report.verdict).toBe('pass');
    expect(report.sameness).toEqual([
      { algorithm: 'net', pairs: 180, differing: 0, isSameAlgorithm: false },
    ]);
    for (const { effect, comparison } of report.results) {
      expect(effect).toBe(comparison.metric === 'computeMs' ? 'skipped' : 'pass');
    }
  });

  it('passes another model that is as good', () => {
    expect(held({ luck: 2 }).verdict).toBe('pass');
  });

  it('fails a model with twice the error, and names what broke', () => {
    const report = held({ scale: 2 });
    expect(report.verdict).toBe('fail');
    const failed = report.results.filter(({ effect }) => effect === 'fail');
    expect(failed.map(({ comparison }) => comparison.metric)).toContain('focalErrorUm');
  });

  it('fails a model that loses every tenth trajectory', () => {
    const report = held({ lost: 0.1 });
    expect(report.verdict).toBe('fail');
    expect(report.flips.filter(({ direction }) => direction === 'lost').length).toBeGreaterThan(9);
  });

  it('catches a regression of five points that is seeded into otherwise equal records', () => {
    const { records } = candidate();
    // Every twentieth success of the baseline is lost: 9 of 180 and the tenth by the count.
    let seen = 0;
    const worse = records.map((record) => {
      if (record.failureClass !== undefined || seen++ % 17 !== 0) return record;
      return { ...record, outcome: 'missed' as const, failureClass: 'false-optimum' as const };
    });
    const report = evaluateGate(base, { ...candidate(), records: worse }, release, quick);
    expect(report.verdict).toBe('fail');
    expect(report.flips).toHaveLength(11);
  });

  it('passes a better one', () => {
    const report = held({ scale: 0.6 });
    expect(report.verdict).toBe('pass');
    const errors = report.results.find(({ rule }) => rule.metric === 'focalErrorUm');
    expect(errors?.comparison.difference?.worseBy).toBeLessThan(0);
  });

  it('gives the same bytes twice', () => {
    expect(JSON.stringify(held({ luck: 2 }))).toBe(JSON.stringify(held({ luck: 2 })));
  });
});

describe('missing evidence', () => {
  const lacking = (count: number): RunEvidence => {
    const whole = candidate();
    const keys = whole.records.slice(-count).map(({ key }) => key);
    return { ...whole, records: whole.records.slice(0, -count), missing: keys };
  };

  it('of a half-finished run fails closed, though all that is there is equal', () => {
    const report = evaluateGate(base, lacking(90), release, quick);
    expect(report.verdict).toBe('evidence-missing');
    expect(report.problems.map(({ message }) => message)).toEqual([
      'candidate is not finished: 90 of 180 trajectories have a record',
      'candidate lacks 90 of 180 scenarios of net',
    ]);
  });

  it('may be allowed; then the report is not valid', () => {
    const tolerate = ['unfinished', 'missing-in-candidate'] as const;
    const report = evaluateGate(base, lacking(10), release, { ...quick, tolerate });
    expect({ verdict: report.verdict, isValid: report.isValid }).toEqual({
      verdict: 'pass',
      isValid: false,
    });
    expect(kinds(report.tolerated)).toEqual(tolerate);
  });

  it('is not covered by a failure that is seen beside it', () => {
    const whole = candidate({ scale: 3 });
    const half = { ...whole, records: whole.records.slice(0, 100), missing: ['x'] };
    expect(evaluateGate(base, half, release, quick).verdict).toBe('evidence-missing');
  });

  it('of the baseline is told apart from that of the candidate', () => {
    const short = { ...base, records: base.records.slice(5) };
    const report = evaluateGate(short, candidate(), release, quick);
    expect(kinds(report.problems)).toEqual(['missing-in-baseline']);
  });

  it('is what two versions of the physics come to', () => {
    const report = held({ physicsVersion: '2' });
    expect(report.verdict).toBe('evidence-missing');
    expect(report.problems[0]).toEqual({
      kind: 'mixed-versions',
      message: 'physics versions must not be mixed: base has 1, candidate has 2',
    });
  });

  it('is what two seeds come to, which are named by their hashes alone', () => {
    const seeded = candidate({ seed: 987654321 });
    const bank = { ...seeded, header: { ...seeded.header, seedBank: '0123456789ab' } };
    const report = evaluateGate(base, bank, release, quick);
    expect(report.problems.map(({ message }) => message)).toEqual([
      'no scenario of net is in both runs: seeds were sha256:6b86b273ff34, are sha256:0123456789ab',
    ]);
    expect(report.candidate).toMatchObject({ fromSeedBank: true, seeds: 'sha256:0123456789ab' });
    expect(JSON.stringify(report)).not.toContain('987654321');
  });

  it('is what differing plans come to, and the report says what differs', () => {
    const wider = candidate({ places: 20 });
    const report = evaluateGate(base, wider, release, quick);
    expect(report.problems[0]?.message).toBe(
      'candidate lacks 60 of 180 scenarios of net: suite.trajectories.count was 30, is 20',
    );
  });

  it('is what algorithms of different names come to where there are several', () => {
    const two = (first: string, second: string): RunEvidence => {
      const [one, other] = [candidate({ algorithm: first }), candidate({ algorithm: second })];
      return { ...one, records: [...one.records, ...other.records] };
    };
    const report = evaluateGate(two('a', 'b'), two('c', 'd'), release, quick);
    expect(kinds(report.problems)).toEqual(['no-common-algorithm']);
    expect(report.verdict).toBe('evidence-missing');
    const partly = evaluateGate(two('a', 'b'), two('a', 'd'), release, quick);
    expect(kinds(partly.problems)).toEqual(['missing-in-candidate', 'missing-in-baseline']);
  });

  it('is what results of different runtimes come to', () => {
    const on = (runtimeClass: string, run: RunEvidence): RunEvidence => ({
      ...run,
      origins: [{ runtimeClass }],
    });
    const other = on('Node 24, arm64', candidate());
    const report = evaluateGate(on('Node 20, x64', base), other, release, quick);
    expect(kinds(report.problems)).toEqual(['mixed-runtime']);
    const tolerate = [...problemKinds];
    expect(evaluateGate(base, other, release, { ...quick, tolerate }).verdict).toBe('pass');
  });

  it('of a rule: too few pairs, no stratum, no value', () => {
    const few = gateOf({ minN: 181 });
    expect(only(few)).toMatchObject({
      verdict: 'not-evaluated',
      effect: 'missing',
      reason: '180 pairs, and 181 are the least',
    });
    expect(few.verdict).toBe('evidence-missing');
    expect(only(gateOf({ stratum: { specimen: ['gold'] } }))).toMatchObject({
      verdict: 'not-evaluated',
      reason: 'no pair lies in this stratum',
    });
    const claims = gateOf({ metric: 'beyondClaim', direction: 'lower-is-better' });
    expect(only(claims)).toMatchObject({ effect: 'missing', reason: 'the records do not tell it' });
    expect(gateOf({ minN: 181, severity: 'warn' }).verdict).toBe('pass');
  });
});

describe('a rule', () => {
  /** The run that declined rightly on a specimen. */
  const refusing = (run: RunEvidence, specimen: string): RunEvidence => ({
    ...run,
    records: run.records.map((record) => {
      if (record.scenario.specimen.name !== specimen) return record;
      const { failureClass: _, ...refused } = record;
      return { ...refused, outcome: 'declined' as const };
    }),
  });
  const losing = (count: number): RunEvidence => {
    const run = candidate();
    let left = count;
    const records = run.records.map((record) => {
      if (record.failureClass !== undefined || left-- <= 0) return record;
      return { ...record, outcome: 'missed' as const, failureClass: 'budget-spent' as const };
    });
    return { ...run, records };
  };

  it('passes below its margin although the difference is proven', () => {
    // 14 of 180 lost: 7.8 points, at most 12.7.
    const report = gateOf({ margin: 0.15 }, losing(14));
    expect(only(report)).toMatchObject({ verdict: 'pass', effect: 'pass' });
    expect(only(report).adjustedP).toBeLessThan(0.001);
  });

  it('fails where the interval reaches over the margin and the difference is proven', () => {
    const report = gateOf({ margin: 0.1, inconclusive: 'warn' }, losing(14));
    expect(only(report)).toMatchObject({ verdict: 'fail', margin: { isBeyondMargin: false } });
    expect(only(gateOf({ margin: 0.03 }, losing(14))).margin?.isBeyondMargin).toBe(true);
  });

  it('is inconclusive where it reaches over and might be nothing; says how many would decide', () => {
    // 5 of 180 lost cannot come below p = 0.05.
    const open = gateOf({ inconclusive: 'warn' }, losing(5));
    expect(only(open)).toMatchObject({
      verdict: 'inconclusive',
      effect: 'warn',
      isOutOfReach: true,
    });
    expect(open.verdict).toBe('pass');
    expect(only(open).margin?.pairsToDecide).toBeGreaterThan(180);
  });

  it('of a share without a discordant pair says how many of that kind exclude the margin', () => {
    const few = { base: syntheticRun({ places: 8 }), other: syntheticRun({ places: 8 }) };
    const rules = { ...release, rules: [{ ...rule, minN: 20, inconclusive: 'warn' as const }] };
    const report = evaluateGate(few.base, few.other, rules, quick);
    // z^2 / (n + z^2) < 0.05 from n = 73 on.
    expect(only(report)).toMatchObject({ verdict: 'inconclusive', margin: { pairsToDecide: 73 } });
  });

  it('that fails what is inconclusive asks for more pairs where an unchanged model would fail', () => {
    const report = gateOf({ inconclusive: 'fail', margin: 0.03 }, losing(5));
    expect(only(report)).toMatchObject({ verdict: 'inconclusive', effect: 'missing' });
    expect(only(report).reason).toMatch(
      /^too few pairs: with 180 an unchanged candidate would be refused in \d+ % of cases; about \d+ would decide$/,
    );
    expect(report.verdict).toBe('evidence-missing');
  });

  it('that fails what is inconclusive fails it where an unchanged model would have passed', () => {
    const report = evaluateGate(
      base,
      losing(7),
      {
        ...release,
        // Nine more tests: the difference is not proven in their company.
        rules: [
          { ...rule, margin: 0.07 },
          { ...rule, metric: 'falseClaim', direction: 'lower-is-better', inconclusive: 'warn' },
          {
            ...rule,
            each: ['specimen', 'dwellTimeNs', 'stratum'],
            minN: 30,
            inconclusive: 'warn',
            margin: 0.3,
          },
        ],
      },
      quick,
    );
    expect(only(report)).toMatchObject({ verdict: 'inconclusive', effect: 'fail' });
    expect(report.verdict).toBe('fail');
  });

  it('counts a difference below its floor for noise, whatever its p', () => {
    const slightly = candidate({ scale: 1.05 });
    const change = {
      metric: 'focalErrorUm',
      direction: 'lower-is-better',
      margin: 0.01,
      floor: 0,
      inconclusive: 'warn',
    } as const;
    const { difference } = only(gateOf(change, slightly)).comparison;
    const { worseBy, interval } = difference ?? { worseBy: 0, interval: { high: 0 } };
    const between = (worseBy + interval.high) / 2;
    const below = only(gateOf({ ...change, floor: between, margin: between }, slightly));
    expect(below.adjustedP).toBeLessThan(1e-6);
    expect(below.verdict).toBe('inconclusive');
    expect(only(gateOf({ ...change, floor: 0 }, slightly)).verdict).toBe('fail');
  });

  it('takes the larger of its margin and its fraction of the baseline', () => {
    const change = { metric: 'focalErrorUm', direction: 'lower-is-better', floor: 0 } as const;
    const value = only(gateOf(change)).comparison.difference?.base ?? 0;
    expect(only(gateOf({ ...change, relativeMargin: 0.5 })).margin?.margin).toBe(value / 2);
    expect(only(gateOf({ ...change, relativeMargin: 0.01 })).margin?.margin).toBe(0.05);
  });

  it('has a row for each part that it asks for, and none where there is one part', () => {
    const labels = (each: GateRule['each']) =>
      gateOf({ each, minN: 30 }).results.map(({ comparison }) => comparison.label);
    expect(labels(['dwellTimeNs', 'stratum'])).toEqual([
      '50 ns',
      '200 ns',
      'far',
      'in-focus',
      'near',
    ]);
    expect(gateOf({ each: ['preset'] }).verdict).toBe('evidence-missing');
  });

  it('that only warns never fails the gate', () => {
    const report = gateOf({ severity: 'warn', margin: 0.03 }, losing(30));
    expect(only(report)).toMatchObject({ verdict: 'fail', effect: 'warn' });
    expect(report.verdict).toBe('pass');
  });

  it('holds the candidate to a limit of its own, whatever the baseline did', () => {
    const limited = (absoluteLimit: number) =>
      only(gateOf({ margin: 0.1, absoluteLimit, inconclusive: 'warn' }));
    expect(limited(0.9).limit?.verdict).toBe('pass');
    expect(limited(0.99)).toMatchObject({ verdict: 'fail', effect: 'fail' });
    expect(limited(0.97)).toMatchObject({ verdict: 'inconclusive', effect: 'warn' });
    const p95 = { metric: 'focalErrorP95Um', direction: 'lower-is-better', margin: 9 } as const;
    expect(only(gateOf({ ...p95, absoluteLimit: 0.1 })).verdict).toBe('fail');
    expect(only(gateOf({ ...p95, absoluteLimit: 20 })).verdict).toBe('pass');
  });

  it('about errors is skipped in a field without structure, and judged in the others', () => {
    const [before, after] = [refusing(base, 'resin'), refusing(candidate(), 'resin')];
    const report = evaluateGate(before, after, release, quick);
    const ofResin = report.results.filter(({ comparison }) => comparison.label === 'resin');
    expect(ofResin.map(({ comparison, effect }) => [comparison.metric, effect])).toEqual([
      ['success', 'pass'],
      ['focalErrorUm', 'skipped'],
    ]);
    expect(report.verdict).toBe('pass');
  });

  it('about errors leaves out pairs of which one side refused rightly, and counts them', () => {
    const change = { metric: 'focalErrorUm', direction: 'lower-is-better' } as const;
    const rules = { ...release, rules: [{ ...rule, ...change }] };
    const { comparison } = only(evaluateGate(refusing(base, 'tin'), candidate(), rules, quick));
    expect(comparison).toMatchObject({ pairs: 120, notApplicable: 60 });
    expect(comparison.candidateValues).toHaveLength(120);
  });

  it('about time is skipped where the machine was shared, and counts where it was not', () => {
    const change = { metric: 'computeMs', direction: 'lower-is-better', margin: 0.1 } as const;
    expect(only(gateOf(change))).toMatchObject({ verdict: 'not-evaluated', effect: 'skipped' });
    const timing = { mode: 'serial', loadAverage: 1 } as const;
    const slow = evaluateGate(
      syntheticRun({ name: 'base', timing }),
      candidate({ timing, computeMs: 150 }),
      { ...release, rules: [{ ...rule, ...change, floor: 0.1 }] },
      quick,
    );
    expect(only(slow)).toMatchObject({ verdict: 'fail', effect: 'fail' });
    expect(only(slow).comparison.difference?.worseBy).toBeCloseTo(0.5, 1);
  });
});

describe('the family of tests', () => {
  it('counts two rules about one thing once, and leaves out those that do not decide', () => {
    const rules = [
      rule,
      { ...rule, margin: 0.1 },
      { ...rule, metric: 'falseClaim', direction: 'lower-is-better', severity: 'warn' },
      { ...rule, metric: 'worseThanStart', direction: 'lower-is-better' },
      { ...rule, metric: 'unsafeRequests', direction: 'lower-is-better', minN: 999 },
    ] as const satisfies readonly GateRule[];
    const report = evaluateGate(base, candidate(), { ...release, rules: [...rules] }, quick);
    expect(report.familySize).toBe(2);
  });
});
