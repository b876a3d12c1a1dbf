/** Runs docs/make/results.json with each seed, and makes docs/results.md of its records: `npm run docs:results`. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readRecords } from '../../harness/experiment/store/layout/index.ts';
import { resultsPage } from './resultsPage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seeds = [2951, 2952, 2953];
/** A Gaussian probe on `merlin` and a disc on `merlin-real` are the presets' own. */
const conditions = [
  { name: 'own', options: [] },
  { name: 'disc', options: ['--preset', 'merlin', '--psf', 'disc'] },
];

const folders: string[] = [];
for (const { name, options } of conditions) {
  for (const seed of seeds) {
    const out = `results/results/${seed}-${name}`;
    const args = ['run', 'docs/make/results.json', '--seed', String(seed), '--out', out];
    const { status } = spawnSync('node', ['cli/semfocus.js', ...args, ...options], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) process.exit(status ?? 1);
    folders.push(`${root}${out}`);
  }
}
const found = await Promise.all(folders.map((folder) => readRecords(folder)));
await writeFile(`${root}docs/results.md`, resultsPage(found.flatMap(({ records }) => records)));
