import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './isRunning.ts';
import { uniqueName } from './uniqueName.ts';

/**
 * A name beside a file for what becomes it, or a lock, in a moment. It says whose it is, so that what
 * a process leaves behind that is killed can be told from what another is just writing.
 */
export function temporaryFile(path: string): string {
  return `${path}.${ownName()}.tmp`;
}

/** Removes what processes of this machine have left in a folder that are no more. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => isLeftover(one, /\.tmp$/))) {
    // Another process may be tidying up as well.
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

/**
 * Makes a folder for this process among the temporary files of the machine, and removes those of
 * processes that are no more.
 */
export function makeTemporaryFolder(): string {
  const parent = tmpdir();
  for (const name of readdirSync(parent).filter((one) => isLeftover(one, /^semfocus\./))) {
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // It belongs to another user.
    }
  }
  const folder = join(parent, `semfocus.${ownName()}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** On a file system that several machines share, the number of a process says nothing elsewhere. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

function ownName(): string {
  return `${machine}-${process.pid}-${uniqueName().slice(0, 8)}`;
}

function isLeftover(name: string, kind: RegExp): boolean {
  const [, of, pid] = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}(?:\.tmp)?$/.exec(name) ?? [];
  return kind.test(name) && of === machine && !isRunning(Number(pid));
}
