import { readFileSync } from 'node:fs';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { ConfigError } from '../microscope/index.ts';
import { cannotWrite } from './cannotWrite.ts';
import { uniqueName } from './uniqueName.ts';

/** Of this process: with its pid, tells it from an earlier one. */
// biome-ignore lint/plugin: names this process; no result depends on it.
const processStartMs = Math.round(performance.timeOrigin);

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started: tells it from an earlier one with the same pid. */
  readonly since: number;
  /** The same by the kernel's clock, where available: every process can read it. */
  readonly ticks?: string;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

/** The object of a lock, and its rules. */
export interface LockRules {
  /** Of the file that is the lock. */
  readonly path: string;
  /** Name of the place that is written to, for messages. */
  readonly what: string;
  /**
   * It is unknown whether a holder on another machine still runs. `refuse` waits for a
   * person to decide; `take over` is for places in which two writers do no harm.
   */
  readonly holderElsewhere: 'refuse' | 'take over';
}

/**
 * The right to write to a place, held by one process at a time: a file made exclusively, which
 * works across machines as well, on NFS from version 3.
 */
export class FolderLock {
  /** A name that no other lock has. */
  readonly token: string;
  readonly #path: string;
  readonly #owner: Owner;

  private constructor(path: string, owner: Owner) {
    this.token = owner.token;
    this.#path = path;
    this.#owner = owner;
  }

  /**
   * @param onNotice - Told when the lock of a process that is no more, or elsewhere, was taken over.
   * @throws ConfigError if another process holds it, or its folder cannot be written to.
   */
  static async acquire(
    { path, what, holderElsewhere }: LockRules,
    onNotice: (message: string) => void,
  ): Promise<FolderLock> {
    const ticks = startTicks(process.pid);
    const owner = {
      pid: process.pid,
      host: hostname(),
      since: processStartMs,
      ...(ticks !== undefined && { ticks }),
      token: uniqueName(),
    };
    const lock = new FolderLock(path, owner);
    if (await lock.#create()) return lock;
    const holder = await readOwner(path);
    const isElsewhere = holder !== undefined && holder.host !== hostname();
    const mayTakeOver =
      holder === undefined || (isElsewhere ? holderElsewhere === 'take over' : isGone(holder));
    if (!mayTakeOver) throw heldBy(holder, what, path);
    if (!(await takeAway(path, holder)) || !(await lock.#create())) {
      throw new ConfigError(`another process has just started to write into ${what}`);
    }
    onNotice(
      isElsewhere
        ? `took over ${what} from process ${holder.pid} on ${holder.host}, which may still be running`
        : `took over ${what} from ${holder ? `process ${holder.pid}` : 'a process'}, which has ended`,
    );
    return lock;
  }

  /** Releases the lock, unless another process has taken it over meanwhile. */
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

function heldBy({ pid, host }: Owner, what: string, path: string): ConfigError {
  const where = host === hostname() ? '' : ` on ${host}`;
  return new ConfigError(`process ${pid}${where} is writing into ${what}`, {
    hint: `Wait for it or choose another folder with --out. If it has ended, delete ${path}.`,
  });
}

/** Of a process that ran on this machine. */
function isGone({ pid, since, ticks }: Owner): boolean {
  if (pid === process.pid) return since !== processStartMs;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ESRCH';
  }
  // Another process may have got the number, above all in a container that was started anew.
  const now = startTicks(pid);
  return ticks !== undefined && now !== undefined && now !== ticks;
}

/** When a process started, in ticks since the machine did, where the system tells (Linux). */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; the 20th field behind it is the start.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of `holder`. Renaming comes first, because of two processes that found the same
 * stale lock only one can rename it; a process that catches the other's fresh lock puts it back.
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
