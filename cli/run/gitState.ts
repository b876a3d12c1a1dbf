import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProcessProvenance } from '../../harness/record/index.ts';

const run = promisify(execFile);

/**
 * The commit of a checkout, and whether its sources differ from it. Networks and frames of the user's that lie in
 * the checkout are no sources.
 *
 * @param sources - Folders and files, from `root` on.
 * @returns nothing where `root` is no checkout of its own, as in an installed package, or git is not there.
 */
export async function gitState(
  root: string,
  sources: readonly string[],
): Promise<Pick<ProcessProvenance, 'gitSha' | 'gitDirty'>> {
  if (!existsSync(join(root, '.git'))) return {};
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: root, timeout: 10_000 })).stdout.trim();
  try {
    const gitSha = await git('rev-parse', 'HEAD');
    return { gitSha, gitDirty: (await git('status', '--porcelain', '--', ...sources)) !== '' };
  } catch {
    // The hash of the sources tells.
    return {};
  }
}
