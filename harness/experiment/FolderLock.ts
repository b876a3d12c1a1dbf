import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../microscope/index.ts';
import { cannotWrite } from './cannotWrite.ts';

/** Of this process: with its pid, tells it from an earlier one. */
// biome-ignore lint/plugin: names this process; no result depends on it.
const processStartMs = Math.round(performance.timeOrigin);

/** A name nobody else has. */
function uniqueName(): string {
  // biome-ignore lint/plugin: names a lock; no result depends on it.
  return randomUUID();
}

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started: tells it from an earlier one with the same pid. */
  readonly since: number;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

/** The right to write into a folder, held by one process at a time: a file made exclusively. */
export class FolderLock {
  readonly #path: string;
  readonly #owner: Owner;

  private constructor(path: string, owner: Owner) {
    this.#path = path;
    this.#owner = owner;
  }

  /**
   * @param onNotice - Told when the lock of a process that is no more was taken over.
   * @throws ConfigError if another process holds it, or the folder cannot be written to.
   */
  static async acquire(folder: string, onNotice: (message: string) => void): Promise<FolderLock> {
    const path = join(folder, 'run.lock');
    const owner = {
      pid: process.pid,
      host: hostname(),
      since: processStartMs,
      token: uniqueName(),
    };
    const lock = new FolderLock(path, owner);
    if (await lock.#create()) return lock;
    const holder = await readOwner(path);
    if (holder !== undefined && !isGone(holder)) throw heldBy(holder, folder, path);
    if (!(await takeAway(path, holder)) || !(await lock.#create())) {
      throw new ConfigError(`another process has just begun to write into ${folder}`);
    }
    onNotice(
      `took over ${folder} from ${holder ? `process ${holder.pid}` : 'a process'}, which is no more`,
    );
    return lock;
  }

  /** Gives the folder free, unless somebody else has taken it over meanwhile. */
  async release(): Promise<void> {
    const holder = await readOwner(this.#path);
    if (holder?.token === this.#owner.token) await unlink(this.#path);
  }

  async #create(): Promise<boolean> {
    try {
      await writeFile(this.#path, `${JSON.stringify(this.#owner)}\n`, { flag: 'wx' });
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw cannotWrite(this.#path, cause);
    }
  }
}

function heldBy({ pid, host }: Owner, folder: string, path: string): ConfigError {
  const where = host === hostname() ? '' : ` on ${host}`;
  return new ConfigError(`process ${pid}${where} is writing into ${folder}`, {
    hint: `Wait for it or choose another folder with --out. If it is no more, delete ${path}.`,
  });
}

/** Of a process on another machine nobody here can tell. */
function isGone({ pid, host, since }: Owner): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return since !== processStartMs;
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Removes the lock of `holder`. Renaming comes first, because of two processes that found the same
 * stale lock only one can rename it; whoever catches the other's fresh lock instead puts it back.
 */
async function takeAway(path: string, holder: Owner | undefined): Promise<boolean> {
  const aside = `${path}.${uniqueName()}`;
  try {
    await rename(path, aside);
    const caught = await readOwner(aside);
    const isIt = caught?.token === holder?.token;
    if (!isIt) await link(aside, path);
    await unlink(aside);
    return isIt;
  } catch {
    return false;
  }
}

/** The holder, or `undefined` where there is none or its process died while writing its name. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as Owner;
    return typeof owner.pid === 'number' && typeof owner.host === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}
