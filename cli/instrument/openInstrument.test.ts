import { describe, expect, it } from 'vitest';
import { logFileOf } from './openInstrument.ts';

const now = new Date('2024-02-29T12:00:00.500Z');

describe('logFileOf', () => {
  it.each([
    [undefined, false, 'semfocus-20240229T120000Z.jsonl'],
    [undefined, true, undefined],
    ['calls.jsonl', false, 'calls.jsonl'],
    ['calls.jsonl', true, 'calls.jsonl'],
    ['none', false, undefined],
    ['none', true, undefined],
  ])('--log %s, simulated %s: %s', (flag, isSimulated, file) => {
    expect(logFileOf(flag, { isSimulated }, now)).toBe(file);
  });
});
