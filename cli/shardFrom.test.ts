import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../harness/microscope/index.ts';
import { type Environment, type ShardOptions, shardFrom } from './shardFrom.ts';

/** What Slurm 22.05 sets in a task of `--array=...`, recorded there. */
function slurm(id: number, min: number, max: number, step: number, count: number): Environment {
  return {
    SLURM_JOB_ID: '17',
    SLURM_ARRAY_JOB_ID: '17',
    SLURM_ARRAY_TASK_ID: `${id}`,
    SLURM_ARRAY_TASK_MIN: `${min}`,
    SLURM_ARRAY_TASK_MAX: `${max}`,
    SLURM_ARRAY_TASK_STEP: `${step}`,
    SLURM_ARRAY_TASK_COUNT: `${count}`,
  };
}

/** `3/7: reason`, or the message of the refusal. */
function answer(options: Partial<ShardOptions>, environment: Environment = {}): string {
  try {
    const { number, count, reason } = shardFrom({ shard: 'auto', ...options }, environment);
    return `${number}/${count}: ${reason}`;
  } catch (error) {
    if (!isSemfocusError(error, 'ConfigError')) throw error;
    return `refused: ${error.message}`;
  }
}

const seven = { shardCount: 7 };

describe('--shard I/N', () => {
  it.each<[string, string]>([
    ['3/7', '3/7: --shard 3/7'],
    ['1/1', '1/1: --shard 1/1'],
    ['7/7', '7/7: --shard 7/7'],
  ])('%s is taken as it is', (shard, expected) => expect(answer({ shard })).toBe(expected));

  it.each(['0/3', '4/3', '3', '1/0', '-1/3', '1.5/3', '1/3/5', 'a/b', '/', 'Auto', '1 / 3', ''])(
    '%j is refused',
    (shard) =>
      expect(answer({ shard })).toBe(
        `refused: --shard must be I/N with I from 1 to N, e.g. 3/7, or auto. Received ${JSON.stringify(shard)}`,
      ),
  );

  it('wins over the environment, but not over another number of shards', () => {
    expect(answer({ shard: '2/3' }, slurm(5, 0, 6, 1, 7))).toBe('2/3: --shard 2/3');
    expect(answer({ shard: '2/3', shardCount: 3 })).toBe('2/3: --shard 2/3');
    expect(answer({ shard: '2/3', shardCount: 7 })).toBe(
      'refused: --shard must divide by 7 (--shard-count 7). Received 2/3',
    );
    expect(answer({ shard: '2/3' }, { SEMFOCUS_SHARD_COUNT: '4' })).toBe(
      'refused: --shard must divide by 4 (SEMFOCUS_SHARD_COUNT=4). Received 2/3',
    );
  });
});

describe('--shard auto as a task of a Slurm array', () => {
  it.each<[string, Partial<ShardOptions>, Environment, string]>([
    [
      'of as many tasks as shards',
      seven,
      slurm(2, 0, 6, 1, 7),
      '3/7: SLURM_ARRAY_TASK_ID=2, --shard-count 7',
    ],
    [
      'that begins at 1',
      { ...seven, shardBase: 1 },
      slurm(7, 1, 7, 1, 7),
      '7/7: SLURM_ARRAY_TASK_ID=7, --shard-count 7, --shard-base 1',
    ],
    [
      'submitted again in part',
      seven,
      slurm(5, 3, 5, 1, 2),
      '6/7: SLURM_ARRAY_TASK_ID=5, --shard-count 7; partial resubmission: 2 of 7 tasks',
    ],
    [
      'of one task, submitted again',
      seven,
      slurm(5, 5, 5, 1, 1),
      '6/7: SLURM_ARRAY_TASK_ID=5, --shard-count 7; partial resubmission: 1 of 7 tasks',
    ],
    [
      'with the count in the environment',
      {},
      { ...slurm(2, 0, 6, 1, 7), SEMFOCUS_SHARD_COUNT: '7' },
      '3/7: SLURM_ARRAY_TASK_ID=2, SEMFOCUS_SHARD_COUNT=7',
    ],
    [
      'of a Slurm that tells no more',
      seven,
      { SLURM_ARRAY_TASK_ID: '6' },
      '7/7: SLURM_ARRAY_TASK_ID=6, --shard-count 7',
    ],
    [
      'without a count, where the array has no holes',
      {},
      slurm(2, 0, 6, 1, 7),
      '3/7: SLURM_ARRAY_TASK_ID=2, an array of 7 from 0',
    ],
    [
      'without a count, that begins anywhere and has steps',
      {},
      slurm(9, 1, 9, 4, 3),
      '3/3: SLURM_ARRAY_TASK_ID=9, an array of 3 from 1',
    ],
  ])('%s', (_, options, environment, expected) =>
    expect(answer(options, environment)).toBe(expected),
  );

  it.each<[string, Partial<ShardOptions>, Environment, string]>([
    [
      'without a count, with holes',
      {},
      slurm(7, 3, 7, 1, 2),
      'refused: --shard auto needs --shard-count N: the array has 2 tasks from 3 to 7 in steps of 1, so it has holes',
    ],
    [
      'without a count, of one task: it would run everything',
      {},
      slurm(5, 5, 5, 1, 1),
      'refused: --shard auto needs --shard-count N: this is an array of one task, perhaps one that is run again',
    ],
    [
      'without a count, of a Slurm that tells no more',
      {},
      { SLURM_ARRAY_TASK_ID: '5' },
      'refused: --shard auto needs --shard-count N: SLURM_ARRAY_TASK_COUNT, _MIN, _MAX and _STEP are not all set',
    ],
    [
      'that begins at 1 without saying so: shard 1 would never run',
      seven,
      slurm(2, 1, 7, 1, 7),
      'refused: --shard auto: --shard-count 7 needs --array=0-6. Received 7 tasks from 1 to 7',
    ],
    [
      'of as many tasks as shards, with steps',
      seven,
      slurm(2, 0, 12, 2, 7),
      'refused: --shard auto: --shard-count 7 needs --array=0-6. Received 7 tasks from 0 to 12',
    ],
    [
      'of more tasks than shards',
      seven,
      slurm(2, 0, 9, 1, 10),
      'refused: --shard auto: --shard-count 7 needs --array=0-6. Received 10 tasks from 0 to 9',
    ],
    [
      'beyond the shards',
      seven,
      slurm(7, 3, 7, 1, 2),
      'refused: --shard auto: --shard-count 7 needs a task from 0-6. Received SLURM_ARRAY_TASK_ID=7',
    ],
    [
      'before the base',
      { ...seven, shardBase: 10 },
      slurm(3, 3, 12, 1, 2),
      'refused: --shard auto: --shard-count 7 needs a task from 10-16. Received SLURM_ARRAY_TASK_ID=3',
    ],
    [
      'with a number that is none',
      seven,
      { SLURM_ARRAY_TASK_ID: 'two' },
      'refused: SLURM_ARRAY_TASK_ID must be a whole number of at least 0. Received "two"',
    ],
    [
      'of a job that is no array',
      seven,
      { SLURM_JOB_ID: '17' },
      'refused: --shard auto must run as a task of an array. Received a Slurm job that is no array (sbatch --array=0-6)',
    ],
  ])('%s is refused', (_, options, environment, expected) =>
    expect(answer(options, environment)).toBe(expected),
  );
});

describe('--shard auto as a pod of an Indexed Job', () => {
  it.each<[string, Partial<ShardOptions>, Environment, string]>([
    [
      'with the completions given',
      seven,
      { JOB_COMPLETION_INDEX: '0' },
      '1/7: JOB_COMPLETION_INDEX=0, --shard-count 7',
    ],
    [
      'with the completions in the environment',
      {},
      { JOB_COMPLETION_INDEX: '6', SEMFOCUS_SHARD_COUNT: '7' },
      '7/7: JOB_COMPLETION_INDEX=6, SEMFOCUS_SHARD_COUNT=7',
    ],
    [
      'without the completions, which nobody injects',
      {},
      { JOB_COMPLETION_INDEX: '6' },
      'refused: --shard auto needs --shard-count N: JOB_COMPLETION_INDEX=6 does not say how many completions the job has',
    ],
    [
      'beyond the completions',
      seven,
      { JOB_COMPLETION_INDEX: '7' },
      'refused: --shard auto: JOB_COMPLETION_INDEX must be below 7 (--shard-count 7). Received 7',
    ],
  ])('%s', (_, options, environment, expected) =>
    expect(answer(options, environment)).toBe(expected),
  );
});

describe('--shard auto in GitLab and GitHub', () => {
  it.each<[string, Partial<ShardOptions>, Environment, string]>([
    [
      'with parallel',
      {},
      { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '7' },
      '3/7: CI_NODE_INDEX=3, CI_NODE_TOTAL=7',
    ],
    [
      'without parallel, where the total is 1',
      {},
      { CI_NODE_TOTAL: '1' },
      'refused: --shard auto must run as a task of an array. Received a GitLab job without parallel',
    ],
    [
      'with both variables empty',
      {},
      { CI_NODE_INDEX: '', CI_NODE_TOTAL: '' },
      'refused: --shard auto must run as a task of an array. Received none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and CI_NODE_INDEX',
    ],
    [
      'with another total than the plan',
      seven,
      { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '5' },
      'refused: --shard auto: CI_NODE_TOTAL must be 7 (--shard-count 7). Received 5',
    ],
    [
      'with an index beyond the total',
      {},
      { CI_NODE_INDEX: '8', CI_NODE_TOTAL: '7' },
      'refused: --shard auto: CI_NODE_INDEX must be from 1 to CI_NODE_TOTAL=7. Received 8',
    ],
    [
      'counting from 0',
      {},
      { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '7' },
      'refused: CI_NODE_INDEX must be a whole number of at least 1. Received "0"',
    ],
    [
      'of GitHub, which sets nothing',
      seven,
      { GITHUB_ACTIONS: 'true' },
      'refused: --shard auto must run as a task of an array. Received GitHub Actions, which sets no variable: give the values of the matrix as --shard I/N',
    ],
  ])('%s', (_, options, environment, expected) =>
    expect(answer(options, environment)).toBe(expected),
  );
});

describe('--shard auto', () => {
  it('is refused where there is nothing to tell from', () => {
    expect(answer(seven)).toContain('refused: --shard auto must run as a task of an array');
  });

  it('is refused where two environments disagree, and not where they agree', () => {
    const gitLab = { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '7' };
    expect(answer(seven, { ...slurm(2, 0, 6, 1, 7), ...gitLab })).toContain('3/7: SLURM');
    expect(answer(seven, { ...slurm(4, 0, 6, 1, 7), ...gitLab })).toBe(
      'refused: --shard auto: the environment says both shard 5 of 7 (SLURM_ARRAY_TASK_ID=4, --shard-count 7) and shard 3 of 7 (CI_NODE_INDEX=3, CI_NODE_TOTAL=7)',
    );
  });

  it('is refused where the count is given twice and differently, or is none', () => {
    const env = (count: string) => ({ ...slurm(2, 0, 6, 1, 7), SEMFOCUS_SHARD_COUNT: count });
    expect(answer(seven, env('7'))).toContain('3/7');
    expect(answer(seven, env('8'))).toBe(
      'refused: --shard-count must be that of the environment, SEMFOCUS_SHARD_COUNT=8. Received 7',
    );
    expect(answer({}, env('0'))).toBe(
      'refused: SEMFOCUS_SHARD_COUNT must be a whole number of at least 1. Received "0"',
    );
  });
});
