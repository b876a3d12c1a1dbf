import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  endPrograms,
  enterProgram,
  programMark,
  removeProgram,
  runningPrograms,
} from './endPrograms.ts';

/** An endless loop that leads a group of its own, once it runs. */
async function endless(mark: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', 'console.log(); for (;;);'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, [programMark]: mark },
  });
  await once(child.stdout, 'data');
  return Object.assign(child, { pid: child.pid ?? 0 });
}
const signalOf = async (child: ChildProcess): Promise<unknown> => {
  if (child.signalCode === null) await once(child, 'exit');
  return child.signalCode;
};

it('ends the programs of a folder, entered or marked, and no others', async () => {
  const [folder = '', other = ''] = await Promise.all(
    [1, 2].map(() => mkdtemp(join(tmpdir(), 'semfocus-test-'))),
  );
  const entered = await endless('');
  const foreign = await endless(join(other, 'program-1'));
  enterProgram(folder, entered.pid);
  enterProgram(folder, 999_999_999);
  removeProgram(folder, 999_999_999);
  expect(runningPrograms(folder)).toEqual([entered.pid]);
  const marked = process.platform === 'linux' ? await endless(join(folder, 'program-1')) : entered;
  endPrograms(folder);
  expect([await signalOf(entered), await signalOf(marked)]).toEqual(['SIGKILL', 'SIGKILL']);
  expect(existsSync(folder)).toBe(false);
  // A folder that is gone holds none.
  endPrograms(folder);
  foreign.kill('SIGTERM');
  expect(await signalOf(foreign)).toBe('SIGTERM');
  await rm(other, { recursive: true });
});
