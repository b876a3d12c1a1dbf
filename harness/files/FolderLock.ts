import { readFileSync } from 'node:fs';
import { link, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { ConfigError } from '../microscope/index.ts';
import { cannotWrite } from './cannotWrite.ts';
import { isRunning } from './isRunning.ts';
import { removeLeftovers, temporaryFile } from './temporaryFile.ts';
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
 * The right to write to a place, held by one process at a time: a file that is made exclusively and
 * whole, which works across machines as well, on NFS from version 3.
 */
export class FolderLock {
  /** A name that no other lock has. */
  readonly token: string;
  readonly #path: string;

  private constructor(path: string, token: string) {
    this.token = token;
    this.#path = path;
  }

  /**
   * @param onNotice - Told when the lock of a process that has ended, or elsewhere, was taken over.
   * @throws ConfigError if another process holds it, or its folder cannot be written to.
   */
  static async acquire(
    { path, what, holderElsewhere }: LockRules,
    onNotice: (message: string) => void,
  ): Promise<FolderLock> {
    const ticks = startTicks(process.pid);
    const owner: Owner = {
      pid: process.pid,
      host: hostname(),
      since: processStartMs,
      ...(ticks !== undefined && { ticks }),
      token: uniqueName(),
    };
    await removeLeftovers(dirname(path));
    const before = await acquire(path, owner, { what, holderElsewhere });
    if (before !== undefined) onNotice(takenOver(before, what));
    return new FolderLock(path, owner.token);
  }

  /** Releases the lock, unless another process has taken it over meanwhile. */
  async release(): Promise<void> {
    const holder = await readOwner(this.#path);
    if (holder?.token === this.token) await unlink(this.#path);
  }
}

/**
 * Makes the lock, in place of one whose holder has ended.
 *
 * The successor of a lock is a file with a name of its own, `path.after-TOKEN`, which again one process
 * alone can make. It looks whether the old lock is still there, and puts its own in the place of it:
 * between the two no process can make another, and a later one finds another lock than the one
 * it wanted to follow. A process that is killed in between leaves a successor, which is followed in
 * the same way.
 *
 * @returns whose lock was taken over.
 */
async function acquire(
  path: string,
  owner: Owner,
  rules: Omit<LockRules, 'path'>,
): Promise<Owner | 'unknown' | undefined> {
  if (await create(path, owner)) return undefined;
  const holder = await readHolder(path);
  // Given free in this moment.
  if (holder === undefined) throw begun(rules.what);
  if (holder !== 'unknown' && !mayTakeOver(holder, rules)) throw heldBy(holder, rules.what, path);
  const token = tokenOf(holder);
  const successor = `${path}.after-${token}`;
  await acquire(successor, owner, rules);
  const still = await readHolder(path);
  if (still === undefined || tokenOf(still) !== token) {
    await unlink(successor);
    throw begun(rules.what);
  }
  await rename(successor, path);
  return holder;
}

/** A file that is there is there with all that it says. */
async function create(path: string, owner: Owner): Promise<boolean> {
  const whole = temporaryFile(path);
  try {
    await writeFile(whole, `${JSON.stringify(owner)}\n`, { flag: 'wx' });
    try {
      await link(whole, path);
    } finally {
      await unlink(whole);
    }
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS')
      return createInPlace(path, owner);
    throw cannotWrite(path, cause);
  }
}

/** For file systems without hard links: for a moment the file is there and empty. */
async function createInPlace(path: string, owner: Owner): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify(owner)}\n`, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cannotWrite(path, cause);
  }
}

function mayTakeOver(holder: Owner, { holderElsewhere }: Omit<LockRules, 'path'>): boolean {
  return holder.host === hostname() ? isGone(holder) : holderElsewhere === 'take over';
}

/** Of a lock that does not say whose it is, the same for everybody who finds it. */
function tokenOf(holder: Owner | 'unknown'): string {
  return holder === 'unknown' ? holder : holder.token;
}

function takenOver(holder: Owner | 'unknown', what: string): string {
  if (holder === 'unknown') return `took over ${what} from a process, which has ended`;
  return holder.host === hostname()
    ? `took over ${what} from process ${holder.pid}, which has ended`
    : `took over ${what} from process ${holder.pid} on ${holder.host}, which may still be running`;
}

function begun(what: string): ConfigError {
  return new ConfigError(`another process has just begun to write into ${what}`, {
    hint: 'Wait for it, or choose another folder with --out.',
  });
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
  if (!isRunning(pid)) return true;
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

/** The time in which a process surely has written its name, on a file system without hard links. */
const writingMs = 10_000;

/**
 * Who holds a lock; `unknown` where the file has not said it for long, because a machine lost its power
 * while it was written; `undefined` where there is none.
 */
async function readHolder(path: string): Promise<Owner | 'unknown' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const owner = await readOwner(path);
  if (owner !== undefined) return owner;
  // biome-ignore lint/plugin: compares with the time of a file; no result depends on it.
  return Date.now() - found.mtimeMs > writingMs ? 'unknown' : undefined;
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as Owner;
    const isOne = typeof owner.pid === 'number' && typeof owner.host === 'string';
    // The token becomes a part of a name.
    return isOne && /^[\w-]{1,64}$/.test(owner.token) ? owner : undefined;
  } catch {
    return undefined;
  }
}
