import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { gateRulesJsonSchema, gateRulesSchema } from './gateRules.ts';
import { loadGateRules } from './loadGateRules.ts';

const rule = {
  metric: 'success',
  direction: 'higher-is-better',
  margin: 0.05,
  floor: 0.02,
  severity: 'fail',
  minN: 100,
  inconclusive: 'warn',
};
const rules = {
  schema: 1,
  name: 'mine',
  description: 'For tests.',
  familyErrorRate: 0.05,
  rules: [rule],
};
const parse = (value: unknown) => parseConfig(gateRulesSchema, value, 'rules.json');

describe('gate rules', () => {
  it('of the release are valid, and their schema is that of the code', async () => {
    expect((await loadGateRules()).name).toBe('release');
    const published = new URL('./rules/rules.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(published, 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(gateRulesJsonSchema())),
    );
  });

  it('take strata, parts, limits and fractions of the baseline', () => {
    const more = {
      ...rule,
      stratum: { specimen: ['tissue'], dwellTimeNs: [50] },
      each: ['stratum'],
      relativeMargin: 0.1,
      absoluteLimit: 0.95,
    };
    expect(parse({ ...rules, rules: [more] }).rules[0]).toEqual(more);
  });

  it.each<[string, object, string]>([
    ['metric', { metric: 'sucess' }, 'rules[0].metric must be success, focalErrorUm, '],
    [
      'direction',
      { direction: 'lower-is-better' },
      'rules[0].direction: must be "higher-is-better", the direction of success. Received "lower-is-better"',
    ],
    ['margin', { margin: 0 }, 'rules[0].margin must be a number above 0. Received 0'],
    ['floor', { floor: 0.1 }, 'rules[0].floor: must be at most the margin, 0.05. Received 0.1'],
    ['severity', { severity: 'error' }, 'rules[0].severity must be fail or warn'],
    ['minN', { minN: 0 }, 'rules[0].minN must be a whole number of at least 1. Received 0'],
    ['stratum', { stratum: { tissue: true } }, 'stratum'],
    ['unknown field', { threshold: 1 }, 'threshold'],
  ])('with a wrong %s are refused in one line that names it', (_field, change, message) => {
    expect(() => parse({ ...rules, rules: [{ ...rule, ...change }] })).toThrow(message);
  });

  it('without a rule are none: an empty gate would always pass', () => {
    expect(() => parse({ ...rules, rules: [] })).toThrow('rules must be a list of at least 1');
  });

  it('of a file that is not there are refused with its name', async () => {
    await expect(loadGateRules('nowhere.json')).rejects.toThrow(
      'cannot read the rules file nowhere.json',
    );
  });
});
