import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ProgramRegister } from './ProgramRegister.ts';

it('finds the programs of a thread that is gone, and kills them', async () => {
  const mine = new ProgramRegister();
  const theirs = new ProgramRegister(mine.shared);
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });
  const ended = once(child, 'exit');
  theirs.add(child.pid ?? 0);
  theirs.add(999_999_999);
  theirs.remove(999_999_999);
  expect(mine.running).toEqual([child.pid]);
  mine.killAll();
  expect((await ended)[1]).toBe('SIGKILL');
  expect(theirs.running).toEqual([]);
});
