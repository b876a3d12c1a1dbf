import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alarmsAmong } from './alarmsAmong.ts';

/**
 * How often the gate fails for nothing: runs of one model that differ in their seed alone, each held
 * against the next. `npm run study:alarms -- --suite release --runs 20 --out results/alarms`; goes on
 * where it was interrupted.
 */
const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'release' },
    runs: { type: 'string', default: '20' },
    'first-seed': { type: 'string', default: '9001' },
    out: { type: 'string', default: 'results/alarms' },
  },
});
const program = fileURLToPath(new URL('../semfocus.js', import.meta.url));
const folders: string[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  const seed = String(Number(values['first-seed']) + run);
  const folder = join(values.out, seed);
  const args = [program, 'run', values.suite, '--seed', seed, '--out', folder];
  const { status } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  folders.push(folder);
}
process.stdout.write(`${JSON.stringify(await alarmsAmong(folders), null, 2)}\n`);
