import { describe, expect, it } from 'vitest';
import { planSuite } from '../../suite/index.ts';
import { fakeRegistry } from '../../testing/fakeRegistry.ts';
import { fakeSuite } from '../../testing/fakeSuite.ts';
import { parseShardFileName, shardFileNames } from './shardFileNames.ts';
import { shardOf } from './shardOf.ts';

const plan = planSuite(fakeSuite(), fakeRegistry());
const pixels = (_: unknown, { pixels: each }: { pixels: number }) => each;

describe('shardOf', () => {
  it.each([1, 2, 3, 7])('divides a plan into %d parts that are the plan together', (count) => {
    const parts = Array.from({ length: count }, (_, i) =>
      shardOf(plan, { number: i + 1, count }, pixels),
    );
    const keys = parts.flatMap((part) => part.keys);
    expect(keys.toSorted()).toEqual(plan.keys.toSorted());
    for (const part of parts) {
      expect(part.planHash).toBe(plan.planHash);
      expect(part.keys).toEqual(plan.keys.filter((key) => part.keys.includes(key)));
      expect(part.scenarios).toEqual(
        plan.scenarios.filter((_, i) => part.keys.includes(plan.keys[i] ?? '')),
      );
      expect(part.expected).toHaveLength(part.keys.length);
      expect(part.assignment.filter((number) => number === part.number)).toHaveLength(
        part.keys.length,
      );
    }
    const sizes = parts.map(({ keys: its }) => its.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('follows the costs', () => {
    const [first] = plan.scenarios;
    const costOf = (scenario: unknown) => (scenario === first ? 100 : 1);
    const sizes = [1, 2].map((number) => shardOf(plan, { number, count: 2 }, costOf).keys.length);
    expect(sizes.toSorted()).toEqual([1, plan.keys.length - 1]);
  });

  it.each([0, 4, 1.5, Number.NaN])('refuses part %d of 3', (number) => {
    expect(() => shardOf(plan, { number, count: 3 }, pixels)).toThrow(
      `number must be a whole number from 1 to 3. Received ${number}`,
    );
  });
});

describe('the names of a shard', () => {
  it('sort by number, and are read back', () => {
    const names = shardFileNames('0123456789abcdef', { number: 3, count: 12 });
    expect(names.complete).toBe('shard-01234567-03of12.jsonl.gz');
    expect(names.lock).toBe('shard-01234567-03of12.lock');
    const partial = names.partial('a1b2c3d4-0000');
    expect(partial).toBe('shard-01234567-03of12.a1b2c3d4.partial.jsonl');
    const which = { plan8: '01234567', number: 3, count: 12 };
    expect(parseShardFileName(names.complete)).toEqual({ ...which, kind: 'complete' });
    expect(parseShardFileName(partial)).toEqual({ ...which, kind: 'partial' });
  });

  it.each([
    'records.jsonl',
    'shard-01234567-3of12.jsonl.gz.tmp',
    'shard-01234567-03of12.lock',
    'shard-0123456-1of2.jsonl.gz',
    'xshard-01234567-1of2.jsonl.gz',
  ])('are no others: %s', (name) => expect(parseShardFileName(name)).toBeUndefined());
});
