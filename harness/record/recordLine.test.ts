import { describe, expect, it } from 'vitest';
import { planSuite } from '../experiment/suite/index.ts';
import { fakeOutcome } from '../experiment/testing/fakeOutcome.ts';
import { fakeRegistry } from '../experiment/testing/fakeRegistry.ts';
import { fakeSuite } from '../experiment/testing/fakeSuite.ts';
import { checkedJson, recordLine } from './recordLine.ts';

const [scenario] = planSuite(fakeSuite({ name: 'µ' }), fakeRegistry()).scenarios;
if (scenario === undefined) throw new Error('no scenario');
const { record } = fakeOutcome(scenario);

describe('a stored line', () => {
  it('is one line of JSON with a checksum as its last field', () => {
    const line = recordLine(record);
    expect(JSON.parse(line)).toEqual({
      ...record,
      sha256: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(Object.keys(JSON.parse(line)).at(-1)).toBe('sha256');
    expect(line).not.toContain('\n');
    expect(checkedJson(Buffer.from(line))).toBe(JSON.stringify(record));
  });

  it('is known to be damaged whatever bit of it is another', () => {
    const line = Buffer.from(recordLine(record));
    const accepted: number[] = [];
    for (let bit = 0; bit < 8 * line.length; bit++) {
      const spoilt = Buffer.from(line);
      spoilt[bit >> 3]! ^= 1 << (bit & 7);
      if (checkedJson(spoilt) !== undefined) accepted.push(bit);
    }
    expect(accepted).toEqual([]);
  });

  it.each(['', '{}', '{"schema":4}', ',"sha256":"0123456789abcdef"}'])('%j is none', (text) => {
    expect(checkedJson(Buffer.from(text))).toBeUndefined();
  });
});
