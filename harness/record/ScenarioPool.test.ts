import { describe, expect, it } from 'vitest';
import { planSuite } from '../experiment/suite/index.ts';
import { fakeOutcome } from '../experiment/testing/fakeOutcome.ts';
import { fakeRegistry } from '../experiment/testing/fakeRegistry.ts';
import { fakeSuite } from '../experiment/testing/fakeSuite.ts';
import { pairKey } from './pairKey.ts';
import { ScenarioPool } from './ScenarioPool.ts';
import { scenarioKey } from './scenarioKey.ts';
import { trajectoryRecordSchema } from './TrajectoryRecord.ts';

const { scenarios, keys } = planSuite(fakeSuite(), fakeRegistry());
const read = () => structuredClone(scenarios);

describe('ScenarioPool', () => {
  it('changes nothing of a scenario, nor its keys', () => {
    const pool = new ScenarioPool();
    const shared = read().map((scenario) => pool.share(scenario));
    expect(shared).toEqual(scenarios);
    expect(shared.map(scenarioKey)).toEqual(keys);
    expect(shared.map(pairKey)).toEqual(scenarios.map(pairKey));
  });

  it('gives equal parts to all, and they cannot change any more', () => {
    const pool = new ScenarioPool();
    const [first, second] = read().map((scenario) => pool.share(scenario));
    if (first === undefined || second === undefined) throw new Error('no scenarios');
    expect(second.calibration).toBe(first.calibration);
    expect(() => {
      first.calibration.stigmatorMatrixUmPerUnit[0][0] = 9;
    }).toThrow(TypeError);
  });

  it('tells a part apart that differs in one number, and so does the key', () => {
    const pool = new ScenarioPool();
    const [scenario] = read();
    if (scenario === undefined) throw new Error('no scenario');
    const other = structuredClone(scenario);
    other.margins.stigmator *= 2;
    expect(pool.share(other).margins).not.toBe(pool.share(scenario).margins);
    expect(scenarioKey(pool.share(other))).toBe(scenarioKey(other));
    expect(scenarioKey(other)).not.toBe(scenarioKey(scenario));
  });
});

describe('scenarioKey', () => {
  it('takes what is undefined for absent', () => {
    const [scenario] = read();
    if (scenario === undefined) throw new Error('no scenario');
    const unset = { ...scenario, stratum: undefined, presetSha256: undefined };
    unset.algorithm = { ...scenario.algorithm, modelSha256: undefined };
    expect(scenarioKey(unset)).toBe(scenarioKey(JSON.parse(JSON.stringify(unset))));
  });
});

describe('diagnostics of a row', () => {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const { record } = fakeOutcome(scenario);
  const withDiagnostics = (diagnostics: unknown) =>
    trajectoryRecordSchema.safeParse({
      ...record,
      iterations: record.iterations.map((row) => ({ ...row, diagnostics })),
    }).success;

  it.each([[{}], [{ zUm: 1, patches: [1, { x: null }] }]])('%j are taken', (diagnostics) => {
    expect(withDiagnostics(diagnostics)).toBe(true);
  });

  it.each([[[]], [null], ['text'], [1]])('%j are refused', (diagnostics) => {
    expect(withDiagnostics(diagnostics)).toBe(false);
  });
});
