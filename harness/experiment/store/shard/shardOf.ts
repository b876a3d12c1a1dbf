import type { Scenario } from '../../../record/index.ts';
import type { ExpectedCost, Plan } from '../../suite/index.ts';
import { assignShards } from './assignShards.ts';
import type { Shard, ShardNumber } from './Shard.ts';

/**
 * The part of a plan that one of several processes runs. The parts have no trajectory in common,
 * together they are the plan, and they take about equally long.
 *
 * @param costOf - Expected cost of a trajectory; must depend on nothing but its arguments, because
 *   the other processes assign for themselves.
 * @throws RangeError if the number is outside 1 to count.
 */
export function shardOf(
  plan: Plan,
  { number, count }: ShardNumber,
  costOf: (scenario: Scenario, expected: ExpectedCost) => number,
): Shard {
  if (!Number.isInteger(number) || number < 1 || number > count) {
    throw new RangeError(`number must be a whole number from 1 to ${count}. Received ${number}`);
  }
  const costs = plan.expected.map((expected, i) => {
    const scenario = plan.scenarios[i];
    return scenario === undefined ? Number.NaN : costOf(scenario, expected);
  });
  const assignment = assignShards(plan.keys, costs, count);
  const ours = <T>(all: readonly T[]): T[] => all.filter((_, i) => assignment[i] === number);
  return {
    ...plan,
    scenarios: ours(plan.scenarios),
    keys: ours(plan.keys),
    expected: ours(plan.expected),
    whole: plan,
    number,
    count,
    assignment,
  };
}
