// Waits for the end of semfocus, whatever that is, and cleans up behind it: node start.js watchdog FOLDER GRACE_MS
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { endPrograms } from '../../harness/program/index.ts';

const [folder = '', graceMs = '0'] = process.argv.slice(3);
// A terminal tells all the processes in front of it to end; this one is the last.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
process.stdin
  .on('error', () => {})
  .on('close', async () => {
    // Where semfocus has cleaned up itself there is nothing to wait for.
    if (existsSync(folder)) await wait(Number(graceMs));
    endPrograms(folder);
  })
  .resume();
