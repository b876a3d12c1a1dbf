// Waits for the end of semfocus, whatever that is, and cleans up behind it: node start.js watchdog FOLDER
import { endPrograms } from '../../harness/algorithm/running/index.ts';

const [folder = ''] = process.argv.slice(3);
// A terminal tells all the processes in front of it to end; this one is the last.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
process.stdin
  .on('error', () => {})
  .on('close', () => endPrograms(folder))
  .resume();
