import type { Command } from 'commander';
import { type Plan, type Shard, shardOf, shardText } from '../harness/experiment/index.ts';
import { ConfigError } from '../harness/microscope/index.ts';
import { expectedSeconds } from './expectedSeconds.ts';
import { numberOption, textOption } from './options.ts';
import { type ResolvedShard, shardFrom } from './shardFrom.ts';
import type { Terminal } from './terminal.ts';

/** What the command line says of shards. */
export interface ShardRunOptions {
  readonly shard?: string;
  readonly shardCount?: number;
  readonly shardBase?: number;
}

/** The options of a command that may run a part of a plan. */
export function addShardOptions(command: Command): Command {
  return command
    .addOption(
      textOption('--shard <i/n|auto>', 'run one of n parts; auto: the one that a cluster assigns'),
    )
    .addOption(
      numberOption('--shard-count <n>', 'parts of the plan, with --shard auto', {
        isWhole: true,
        from: 1,
        to: 999_999,
      }),
    )
    .addOption(
      numberOption('--shard-base <n>', 'first index of the Slurm array (default: 0)', {
        isWhole: true,
        from: 0,
        to: 1e9,
      }),
    );
}

/**
 * Which part of the plan to run, said on stderr before anything else; undefined for the whole.
 *
 * @throws ConfigError where it cannot be told.
 */
export function chooseShard(
  { shard, shardCount, shardBase }: ShardRunOptions,
  terminal: Terminal,
): ResolvedShard | undefined {
  if (shard === undefined) {
    if (shardCount === undefined && shardBase === undefined) return undefined;
    const option = shardCount === undefined ? '--shard-base' : '--shard-count';
    throw new ConfigError(`${option} must come with --shard auto. Received no --shard`, {
      hint: 'Without --shard the whole plan would be run.',
    });
  }
  if (shardBase !== undefined && shard !== 'auto') {
    throw new ConfigError(
      `--shard-base must come with --shard auto. Received --shard ${shard}, which counts from 1`,
    );
  }
  const resolved = shardFrom(
    {
      shard,
      ...(shardCount !== undefined && { shardCount }),
      ...(shardBase !== undefined && { shardBase }),
    },
    process.env,
  );
  terminal.err(`${shardText(resolved)}: ${resolved.reason}\n`);
  return resolved;
}

/** That part of the plan, with a line on stderr that says how much of the whole it is. */
export function partOf(plan: Plan, shard: ResolvedShard, terminal: Terminal): Shard {
  const part = shardOf(plan, shard, expectedSeconds);
  const secondsOf = ({ scenarios, expected }: Plan): number =>
    scenarios.reduce((sum, scenario, i) => {
      const cost = expected[i];
      return cost === undefined ? sum : sum + expectedSeconds(scenario, cost);
    }, 0);
  const percent = Math.round((100 * secondsOf(part)) / secondsOf(plan));
  terminal.err(
    `${part.keys.length} of ${plan.keys.length} trajectories, about ${percent} % of the work\n`,
  );
  return part;
}
