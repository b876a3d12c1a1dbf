import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderLock } from './FolderLock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const dead = spawnSync(process.execPath, ['--version']).pid;
const ownerText = (token: string) =>
  `${JSON.stringify({ pid: dead, host: hostname(), since: 1, token })}\n`;
const path = () => join(folder, 'run.lock');
const acquire = (notices: string[] = []) =>
  FolderLock.acquire({ path: path(), what: 'a place', holderElsewhere: 'refuse' }, (notice) =>
    notices.push(notice),
  );

describe('six processes that want one lock at the same moment', () => {
  // More rounds for a study: LOCK_ROUNDS=1000.
  const rounds = Number(process.env.LOCK_ROUNDS ?? 40);

  it(
    'of a process that has ended, of one that died taking it over, or free: one has it',
    async () => {
      const script = fileURLToPath(new URL('./testing/lockContender.ts', import.meta.url));
      const children = Array.from({ length: 6 }, () =>
        fork(script, [path()], { execArgv: ['--import', 'tsx'] }),
      );
      const answers = (tell: (child: ChildProcess) => void): Promise<unknown[]> =>
        Promise.all(
          children.map(async (child) => {
            const answer = once(child, 'message');
            tell(child);
            return (await answer)[0];
          }),
        );
      try {
        await answers(() => {});
        const holders: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const kind = round % 4;
          if (kind > 0) await writeFile(path(), ownerText(`stale-${round}`));
          if (kind > 1)
            await writeFile(`${path()}.after-stale-${round}`, ownerText(`next-${round}`));
          if (kind > 2) {
            const chain = `${path()}.after-stale-${round}.after-next-${round}`;
            await writeFile(chain, ownerText(`last-${round}`));
          }
          const atMs = performance.timeOrigin + performance.now() + 3;
          const got = await answers((child) => child.send({ atMs }));
          holders.push(got.filter((one) => one === true).length);
          await answers((child) => child.send({}));
          for (const name of await readdir(folder)) await rm(join(folder, name));
        }
        // Of a stale lock it may be that each saw another begin, and none had it.
        expect(holders.filter((count) => count > 1)).toEqual([]);
        expect(holders.filter((_, round) => round % 4 === 0)).toEqual(Array(rounds / 4).fill(1));
        expect(holders.filter((count) => count === 1).length).toBeGreaterThan(rounds / 2);
      } finally {
        for (const child of children) child.kill('SIGKILL');
      }
    },
    60_000 + 100 * rounds,
  );
});

describe('a lock', () => {
  it('leaves nothing behind, also where it was taken over', async () => {
    await writeFile(path(), ownerText('stale'));
    await writeFile(`${path()}.after-stale`, ownerText('next'));
    await writeFile(`${path()}.0123abcd-1-0123abcd.tmp`, 'of another machine');
    const notices: string[] = [];
    const lock = await acquire(notices);
    await expect(acquire()).rejects.toThrow(`process ${process.pid} is writing into a place`);
    await lock.release();
    expect(notices).toEqual([`took over a place from process ${dead}, which has ended`]);
    expect(await readdir(folder)).toEqual(['run.lock.0123abcd-1-0123abcd.tmp']);
    await (await acquire(notices)).release();
    expect(notices).toHaveLength(1);
  });

  it('that does not say whose it is may be just being written; later it is taken over', async () => {
    await writeFile(path(), '');
    await expect(acquire()).rejects.toThrow('another process has just begun');
    await utimes(path(), new Date(0), new Date(0));
    const notices: string[] = [];
    await (await acquire(notices)).release();
    expect(notices).toEqual(['took over a place from a process, which has ended']);
  });
});
