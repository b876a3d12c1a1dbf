import { type ShardNumber, shardText } from '../harness/experiment/index.ts';
import { ConfigError } from '../harness/microscope/index.ts';

/** What the command line says of the division of a plan. */
export interface ShardOptions {
  /** `I/N`, or `auto`: ask the environment. */
  readonly shard: string;
  /** Into how many parts the plan is divided; belongs to the plan, not to the environment. */
  readonly shardCount?: number;
  /** Index of the first task of a Slurm array. */
  readonly shardBase?: number;
}

/** Which part this process runs. */
export interface ResolvedShard extends ShardNumber {
  /** How that was found out, for people. */
  readonly reason: string;
}

/** Environment variables, of which an empty one counts as none. */
export type Environment = { readonly [name: string]: string | undefined };

/**
 * Which part of a plan this process runs. The environment of a cluster says which task this is;
 * into how many parts the plan is divided it does not know reliably: a resubmission of failed tasks
 * is an array of other length. So that number is given, with `--shard-count` or
 * `SEMFOCUS_SHARD_COUNT`, wherever the environment's may be another.
 *
 * @throws ConfigError if the environment says nothing, too little, or two different things: running
 *   everything in every task would look like success.
 */
export function shardFrom(options: ShardOptions, environment: Environment): ResolvedShard {
  const env = new Map(Object.entries(environment).filter(([, value]) => value));
  const given = givenCount(options, env);
  if (options.shard !== 'auto') return explicit(options.shard, given);
  const found = [slurm(env, given, options.shardBase), kubernetes(env, given), gitLab(env, given)];
  const answers = found.flatMap((answer) => answer ?? []);
  const [first] = answers;
  if (first === undefined) throw nothingFound(env);
  const other = answers.find(
    ({ number, count }) => number !== first.number || count !== first.count,
  );
  if (other !== undefined) {
    throw new ConfigError(
      `--shard auto: the environment says both ${shardText(first)} (${first.reason}) and ${shardText(other)} (${other.reason})`,
      { hint: 'Give the shard as --shard I/N.' },
    );
  }
  return first;
}

type Variables = ReadonlyMap<string, string | undefined>;

/** How many parts were asked for, and where. */
interface Given {
  readonly count: number;
  readonly by: string;
}

function givenCount({ shardCount }: ShardOptions, env: Variables): Given | undefined {
  const name = 'SEMFOCUS_SHARD_COUNT';
  const fromEnv = env.has(name) ? wholeNumber(env, name, 1) : undefined;
  if (shardCount === undefined) {
    return fromEnv === undefined ? undefined : { count: fromEnv, by: `${name}=${fromEnv}` };
  }
  if (fromEnv !== undefined && fromEnv !== shardCount) {
    throw new ConfigError(
      `--shard-count must be that of the environment, ${name}=${fromEnv}. Received ${shardCount}`,
    );
  }
  return { count: shardCount, by: `--shard-count ${shardCount}` };
}

function explicit(text: string, given: Given | undefined): ResolvedShard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [number, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || number < 1 || number > count) {
    throw new ConfigError(
      `--shard must be I/N with I from 1 to N, e.g. 3/7, or auto. Received ${JSON.stringify(text)}`,
    );
  }
  if (given !== undefined && given.count !== count) {
    throw new ConfigError(`--shard must divide by ${given.count} (${given.by}). Received ${text}`);
  }
  return { number, count, reason: `--shard ${text}` };
}

/** An array may begin anywhere, have steps and holes, and be submitted again in part. */
function slurm(
  env: Variables,
  given: Given | undefined,
  base: number | undefined,
): ResolvedShard | undefined {
  if (!env.has('SLURM_ARRAY_TASK_ID')) return undefined;
  const task = (name: string): number => wholeNumber(env, `SLURM_ARRAY_TASK_${name}`, 0);
  const id = task('ID');
  const told = ['COUNT', 'MIN', 'MAX', 'STEP'].every((name) => env.has(`SLURM_ARRAY_TASK_${name}`));
  const array = told
    ? { count: task('COUNT'), min: task('MIN'), max: task('MAX'), step: task('STEP') }
    : undefined;
  if (given !== undefined) return slurmOfPlan(id, given, base ?? 0, array);
  if (array === undefined || array.count === 1) {
    throw needsCount(
      array === undefined
        ? 'SLURM_ARRAY_TASK_COUNT, _MIN, _MAX and _STEP are not all set'
        : 'this is an array of one task, perhaps one that is run again',
    );
  }
  const { count, min, max, step } = array;
  const index = (id - min) / step;
  if (max - min !== step * (count - 1) || !Number.isInteger(index) || index >= count) {
    throw needsCount(
      `the array has ${count} tasks from ${min} to ${max} in steps of ${step}, so it has holes`,
    );
  }
  return { number: index + 1, count, reason: `${slurmText(id)}, an array of ${count} from ${min}` };
}

interface SlurmArray {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

function slurmOfPlan(
  id: number,
  { count, by }: Given,
  base: number,
  array: SlurmArray | undefined,
): ResolvedShard {
  const expected = `${base}-${base + count - 1}`;
  // A whole submission shows whether base and count fit, before a part of it is submitted again.
  const isWhole = array !== undefined && array.count === count;
  const fits = array?.min === base && array.max === base + count - 1;
  if ((isWhole && !fits) || (array !== undefined && array.count > count)) {
    throw new ConfigError(
      `--shard auto: ${by} needs --array=${expected}. Received ${array.count} tasks from ${array.min} to ${array.max}`,
      { hint: `An array that begins at 1 needs --shard-base 1.` },
    );
  }
  const index = id - base;
  if (index < 0 || index >= count) {
    throw new ConfigError(
      `--shard auto: ${by} needs a task from ${expected}. Received SLURM_ARRAY_TASK_ID=${id}`,
      { hint: `An array that begins at 1 needs --shard-base 1.` },
    );
  }
  const partial =
    array !== undefined && array.count < count
      ? `; partial resubmission: ${array.count} of ${count} tasks`
      : '';
  return {
    number: index + 1,
    count,
    reason: `${slurmText(id)}, ${by}${base === 0 ? '' : `, --shard-base ${base}`}${partial}`,
  };
}

function slurmText(id: number): string {
  return `SLURM_ARRAY_TASK_ID=${id}`;
}

/** The number of completions is not among a pod's variables. */
function kubernetes(env: Variables, given: Given | undefined): ResolvedShard | undefined {
  const name = 'JOB_COMPLETION_INDEX';
  if (!env.has(name)) return undefined;
  const index = wholeNumber(env, name, 0);
  if (given === undefined) {
    throw needsCount(`${name}=${index} does not say how many completions the job has`);
  }
  if (index >= given.count) {
    throw new ConfigError(
      `--shard auto: ${name} must be below ${given.count} (${given.by}). Received ${index}`,
      { hint: 'Give the completions of the job as --shard-count.' },
    );
  }
  return { number: index + 1, count: given.count, reason: `${name}=${index}, ${given.by}` };
}

/** A job without `parallel` has a total of 1 and no index: not a shard. */
function gitLab(env: Variables, given: Given | undefined): ResolvedShard | undefined {
  if (!env.has('CI_NODE_INDEX') || !env.has('CI_NODE_TOTAL')) return undefined;
  const number = wholeNumber(env, 'CI_NODE_INDEX', 1);
  const count = wholeNumber(env, 'CI_NODE_TOTAL', 1);
  if (number > count) {
    throw new ConfigError(
      `--shard auto: CI_NODE_INDEX must be from 1 to CI_NODE_TOTAL=${count}. Received ${number}`,
    );
  }
  if (given !== undefined && given.count !== count) {
    throw new ConfigError(
      `--shard auto: CI_NODE_TOTAL must be ${given.count} (${given.by}). Received ${count}`,
    );
  }
  return { number, count, reason: `CI_NODE_INDEX=${number}, CI_NODE_TOTAL=${count}` };
}

function needsCount(why: string): ConfigError {
  return new ConfigError(`--shard auto needs --shard-count N: ${why}`, {
    hint: 'The number of shards belongs to the plan. It may stand in SEMFOCUS_SHARD_COUNT as well.',
  });
}

function nothingFound(env: Variables): ConfigError {
  const near = env.has('SLURM_JOB_ID')
    ? 'a Slurm job that is no array (sbatch --array=0-6)'
    : env.has('CI_NODE_TOTAL')
      ? 'a GitLab job without parallel'
      : env.has('GITHUB_ACTIONS')
        ? 'GitHub Actions, which sets no variable: give the values of the matrix as --shard I/N'
        : 'none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and CI_NODE_INDEX';
  return new ConfigError(`--shard auto must run as a task of an array. Received ${near}`, {
    hint: 'Give the shard as --shard I/N. Nothing is run.',
  });
}

function wholeNumber(env: Variables, name: string, from: number): number {
  const text = env.get(name) ?? '';
  if (/^\d{1,9}$/.test(text) && Number(text) >= from) return Number(text);
  throw new ConfigError(
    `${name} must be a whole number of at least ${from}. Received ${JSON.stringify(text)}`,
  );
}
