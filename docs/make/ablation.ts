/** Runs the ablation and makes docs/ablation.md of its records: `npm run docs:ablation`. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readRecords } from '../../harness/experiment/store/layout/index.ts';
import { ablationPage } from './ablationPage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suite = 'docs/make/ablation.json';

/** One run per specimen: a suite would combine each with every preset. */
const runs = [
  { out: 'results/ablation', options: [] },
  {
    out: 'results/ablation-dense',
    options: ['--preset', 'merlin-real', '--specimen', 'tissue-dense'],
  },
] as const;

for (const { out, options } of runs) {
  const args = ['cli/semfocus.js', 'run', suite, '--out', out, ...options];
  const { status } = spawnSync('node', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
const found = await Promise.all(runs.map(({ out }) => readRecords(`${root}${out}`)));
const page = ablationPage(found.flatMap(({ records }) => records));
await writeFile(`${root}docs/ablation.md`, page);
