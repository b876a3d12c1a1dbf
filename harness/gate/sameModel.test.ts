import { describe, expect, it } from 'vitest';
import { scenarioKey, type TrajectoryRecord } from '../record/index.ts';
import { evaluateGate } from './evaluateGate.ts';
import { loadGateRules } from './loadGateRules.ts';
import type { RunEvidence } from './RunEvidence.ts';
import { syntheticRun } from './testing/syntheticRun.ts';

const rules = await loadGateRules();
const resampling = { seed: 1, resamples: 150 };
const base = syntheticRun({ name: 'base' });
const other = (change: Parameters<typeof syntheticRun>[0] = {}) =>
  syntheticRun({ name: 'other', modelSha256: 'bb'.repeat(32), ...change });

/** The run with something of every scenario changed. */
function changed(
  run: RunEvidence<TrajectoryRecord>,
  change: (scenario: TrajectoryRecord['scenario']) => Partial<TrajectoryRecord['scenario']>,
): RunEvidence<TrajectoryRecord> {
  const records = run.records.map((record) => {
    const scenario = { ...record.scenario, ...change(record.scenario) };
    return { ...record, scenario, key: scenarioKey(scenario) };
  });
  return { ...run, records };
}

describe('a gate on one model', () => {
  it.each([
    ['a folder and itself', base],
    ['another run of it', syntheticRun({ name: 'again', luck: 2 })],
    ['a copy of it by another name', syntheticRun({ name: 'copy', algorithm: 'copy', luck: 2 })],
  ])('decides nothing: %s', (_name, candidate) => {
    const { verdict, problems } = evaluateGate(base, candidate, rules, { resampling });
    expect(verdict).toBe('evidence-missing');
    expect(problems[0]?.message).toContain('the same model: ');
    expect(problems[0]?.message).toContain('sha256:aaaaaaaaaaaa');
  });

  it('goes by parameters too', () => {
    const tuned = changed(base, ({ algorithm }) => ({
      algorithm: { ...algorithm, parameters: { patches: 12 } },
    }));
    expect(evaluateGate(base, tuned, rules, { resampling }).verdict).toBe('pass');
  });
});

describe('a gate on runs of which nothing pairs', () => {
  it.each<[string, Partial<TrajectoryRecord['scenario']>]>([
    ['iterations 6 against 4', { iterations: 4 }],
    ['preset merlin against zeiss', { preset: 'zeiss' }],
    ['margins.stigmator 0.25 against 0.5', { margins: { workingDistanceUm: 1, stigmator: 0.5 } }],
  ])('names the reason once: %s', (reason, change) => {
    const candidate = changed(other(), () => change);
    const report = evaluateGate(base, candidate, rules, { resampling });
    expect(report.verdict).toBe('evidence-missing');
    expect(report.problems.map(({ message }) => message)).toEqual([
      `no scenario of net is in both runs: ${reason}`,
    ]);
    expect(report.results).toEqual([]);
  });

  it('names seeds by their hashes alone', () => {
    const { problems } = evaluateGate(base, other({ seed: 818181 }), rules, { resampling });
    expect(problems[0]?.message).toMatch(
      /^no scenario of net is in both runs: seeds were sha256:\w{12}, are sha256:\w{12}$/,
    );
  });
});

describe('lostMostOn', () => {
  it('names where most of the losses fell, and nothing where they are everywhere', () => {
    const lost = other();
    const tin = {
      ...lost,
      records: lost.records.map((record) =>
        record.scenario.specimen.name === 'tin'
          ? { ...record, outcome: 'missed' as const, failureClass: 'budget-spent' as const }
          : record,
      ),
    };
    expect(evaluateGate(base, tin, rules, { resampling }).lostMostOn).toMatchObject([
      { axis: 'specimen', position: 'tin' },
    ]);
    const everywhere = evaluateGate(base, other({ lost: 0.5, luck: 2 }), rules, { resampling });
    expect(everywhere.lostMostOn).toEqual([]);
  });
});
