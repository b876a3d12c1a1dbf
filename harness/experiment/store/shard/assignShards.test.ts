import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignShards } from './assignShards.ts';

const jobs = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[0-9a-f]{4,8}$/), cost()), {
  selector: ([key]) => key,
  maxLength: 40,
});

function cost() {
  return fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1e6, noNaN: true }));
}

/** What each shard has to do. */
function loadsOf(costs: readonly number[], assignment: readonly number[], count: number): number[] {
  const loads = new Array<number>(count).fill(0);
  for (const [i, shard] of assignment.entries()) loads[shard - 1]! += costs[i] ?? Number.NaN;
  return loads;
}

describe('assignShards', () => {
  it('takes the longest first, each into the shard with the least to do', () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    expect(assignShards(keys, [2, 9, 4, 4, 3], 2)).toEqual([1, 1, 2, 2, 2]);
  });

  it('takes equal costs in the order of their keys, equal shards in that of their numbers', () => {
    expect(assignShards(['c', 'a', 'd', 'b'], [1, 1, 1, 1], 3)).toEqual([3, 1, 1, 2]);
  });

  it('spreads trajectories that cost nothing', () => {
    expect(assignShards(['a', 'b', 'c', 'd'], [0, 0, 0, 0], 4)).toEqual([1, 2, 3, 4]);
  });

  it('leaves shards without work where there are more of them than trajectories', () => {
    expect(assignShards(['a', 'b'], [1, 2], 5)).toEqual([2, 1]);
    expect(assignShards([], [], 3)).toEqual([]);
  });

  it('says of each trajectory the same whatever order they come in', () => {
    fc.assert(
      fc.property(jobs, fc.integer({ min: 1, max: 9 }), (list, count) => {
        const keys = list.map(([key]) => key);
        const costs = list.map(([, each]) => each);
        const forward = assignShards(keys, costs, count);
        const backward = assignShards(keys.toReversed(), costs.toReversed(), count);
        expect(backward.toReversed()).toEqual(forward);
      }),
    );
  });

  it('leaves no shard with more than an equal share and the longest trajectory', () => {
    fc.assert(
      fc.property(jobs, fc.integer({ min: 1, max: 9 }), (list, count) => {
        const costs = list.map(([, each]) => each);
        const loads = loadsOf(
          costs,
          assignShards(
            list.map(([key]) => key),
            costs,
            count,
          ),
          count,
        );
        const share = costs.reduce((sum, each) => sum + each, 0) / count;
        expect(Math.max(...loads)).toBeLessThanOrEqual(
          (share + Math.max(0, ...costs)) * (1 + 1e-9),
        );
      }),
    );
  });

  it.each([
    [[1, Number.NaN], 2, 'costs[1] must be finite and at least 0. Received NaN'],
    [[1], 2, 'costs[1] must be finite and at least 0. Received NaN'],
    [[-1, 1], 2, 'costs[0] must be finite and at least 0. Received -1'],
    [[1, 1], 0, 'count must be a whole number of at least 1. Received 0'],
    [[1, 1], 1.5, 'count must be a whole number of at least 1. Received 1.5'],
  ])('refuses costs %j for %d shards', (costs, count, message) => {
    expect(() => assignShards(['a', 'b'], costs, count)).toThrow(new RangeError(message));
  });
});
