import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinySuite, writeSuite } from '../testing/tinySuite.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'examples', 'cluster');
let folder: string;
let suite: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const algorithms = tinySuite.algorithms.slice(0, 1).map((one) => ({ ...one, iterations: 1 }));
  suite = await writeSuite(folder, 'tiny', { specimens: ['points'], algorithms });
});
afterAll(() => rm(folder, { recursive: true }));

const textOf = (name: string) => readFile(join(examples, name), 'utf8');

async function shardsIn(name: string): Promise<string[]> {
  const names = await readdir(join(folder, name));
  return names.filter((one) => one.startsWith('shard-')).map((one) => one.slice(15));
}

describe('examples/cluster', () => {
  it('holds these files, all of which the page names', async () => {
    const names = await readdir(examples);
    expect(names.sort()).toEqual([
      'github-workflow.yml',
      'kubernetes-job.yaml',
      'local-slurm.sh',
      'slurm-array.sh',
      'try-slurm.sh',
    ]);
    const page = await readFile(join(root, 'docs', 'clusters.md'), 'utf8');
    for (const name of names) expect(page).toContain(`examples/cluster/${name}`);
  });

  it.runIf(process.platform !== 'win32')(
    'slurm-array.sh runs the shard of its task, as long as array and number of shards agree',
    async () => {
      const script = join(examples, 'slurm-array.sh');
      const text = await readFile(script, 'utf8');
      const [, last] = /^#SBATCH --array=0-(\d+)$/m.exec(text) ?? [];
      const [, shards] = /^shards=\$\{SHARDS:-(\d+)\}$/m.exec(text) ?? [];
      expect(Number(last) + 1).toBe(Number(shards));
      // In the place of srun: the command behind its options.
      await mkdir(join(folder, 'bin'));
      await writeFile(
        join(folder, 'bin', 'srun'),
        '#!/bin/bash\nwhile [[ $1 == --* ]]; do shift; done\nexec "$@"\n',
      );
      await chmod(join(folder, 'bin', 'srun'), 0o755);
      const run = (task: number) =>
        spawnSync('bash', [script, suite, join(folder, 'slurm')], {
          cwd: root,
          encoding: 'utf8',
          env: {
            ...process.env,
            PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
            SEMFOCUS: `node ${join(root, 'cli', 'semfocus.js')}`,
            SLURM_CPUS_PER_TASK: '1',
            SLURM_ARRAY_TASK_ID: `${task}`,
          },
        });
      expect(run(1)).toMatchObject({ status: 0 });
      expect(await shardsIn('slurm')).toEqual(['2of7.jsonl.gz']);
      expect(run(7)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(
          '--shard must be I/N with I from 1 to N, e.g. 3/7. Received "8/7"',
        ),
      });
    },
  );

  it.runIf(process.platform !== 'win32')(
    'kubernetes-job.yaml runs the shard of its index, and knows the number of completions',
    async () => {
      const text = await textOf('kubernetes-job.yaml');
      const [, completions] = /^ {2}completions: (\d+)$/m.exec(text) ?? [];
      const [, command = ''] = /^ {12}- >-\n((?: {14}.*\n)+)/m.exec(text) ?? [];
      expect(command).toContain(`--shard $((JOB_COMPLETION_INDEX + 1))/${completions}`);
      const line = command
        .replaceAll(/\n? {14}/g, ' ')
        .replace('run figure-5', `run ${suite}`)
        .replace('/results/figure-5', join(folder, 'pod'));
      const env = { ...process.env, JOB_COMPLETION_INDEX: '0' };
      expect(spawnSync('sh', ['-c', line], { cwd: root, env })).toMatchObject({ status: 0 });
      expect(await shardsIn('pod')).toEqual(['1of7.jsonl.gz']);
    },
  );

  it('github-workflow.yml counts from 1 without a gap, and gives the shard', async () => {
    const text = await textOf('github-workflow.yml');
    const [, list = ''] = /shard: \[(.*)\]/.exec(text) ?? [];
    const numbers = list.split(', ').map(Number);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's.
    expect(text).toContain('--shard ${{ matrix.shard }}/${{ strategy.job-total }}');
  });
});
