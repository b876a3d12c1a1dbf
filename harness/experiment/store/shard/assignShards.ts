/**
 * Which shard runs what: the longest first, each into the shard that has least to do so far, which
 * leaves no shard with more than 4/3 of the best possible. Equal costs are taken in the order of
 * their keys, equally loaded shards in the order of their numbers: whoever has the same keys and
 * costs comes to the same answer.
 *
 * @param keys - Different ones, in any order.
 * @param costs - Expected cost of each, finite and at least 0, in any unit.
 * @param count - Shards, at least 1; more than keys leave some without work.
 * @returns for each key the number of its shard, from 1 to `count`.
 * @throws RangeError for a cost or count outside these ranges.
 * @see Graham 1969, SIAM J. Appl. Math. 17:416 (longest processing time)
 */
export function assignShards(
  keys: readonly string[],
  costs: readonly number[],
  count: number,
): number[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`count must be a whole number of at least 1. Received ${count}`);
  }
  const jobs = keys.map((key, index) => {
    const cost = costs[index] ?? Number.NaN;
    if (!(Number.isFinite(cost) && cost >= 0)) {
      throw new RangeError(`costs[${index}] must be finite and at least 0. Received ${cost}`);
    }
    return { key, cost, index };
  });
  jobs.sort((p, q) => q.cost - p.cost || (p.key < q.key ? -1 : 1));
  const loads = new Array<number>(count).fill(0);
  const tasks = new Array<number>(count).fill(0);
  const assignment = new Array<number>(keys.length).fill(0);
  for (const { cost, index } of jobs) {
    let least = 0;
    for (let shard = 1; shard < count; shard++) {
      const difference = loads[shard]! - loads[least]! || tasks[shard]! - tasks[least]!;
      if (difference < 0) least = shard;
    }
    loads[least]! += cost;
    tasks[least]! += 1;
    assignment[index] = least + 1;
  }
  return assignment;
}
