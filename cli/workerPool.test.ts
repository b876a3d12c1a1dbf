import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// A thread that ended in the midst of an inference took the process with it (SIGABRT), which left its
// lock behind and looked like a crash to a cluster.
it('stops a trajectory whose network is at work, and its process goes on', () => {
  const script = fileURLToPath(new URL('./testing/stopNetwork.ts', import.meta.url));
  const args = ['--import', 'tsx', script];
  const { status, signal, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: 'enough\n' });
});
