import {
  type Shard,
  type ShardNumber,
  shardOf,
  shardText,
} from '../../harness/experiment/store/shard/index.ts';
import type { Plan } from '../../harness/experiment/suite/index.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { expectedSeconds } from './expectedSeconds.ts';

/** That part of the plan, with a line on stderr that says how much of the whole it is. */
export function partOf(plan: Plan, shard: ShardNumber, terminal: Terminal): Shard {
  const part = shardOf(plan, shard, expectedSeconds);
  const secondsOf = ({ scenarios, expected }: Plan): number =>
    scenarios.reduce((sum, scenario, i) => {
      const cost = expected[i];
      return cost === undefined ? sum : sum + expectedSeconds(scenario, cost);
    }, 0);
  const percent = Math.round((100 * secondsOf(part)) / secondsOf(plan));
  terminal.err(
    `${shardText(shard)}: ${part.keys.length} of ${plan.keys.length} trajectories, about ${percent} % of the work\n`,
  );
  return part;
}
