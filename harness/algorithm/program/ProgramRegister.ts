import { killGroup } from './killGroup.ts';

/** More programs than can run at once: one per worker thread. */
const places = 1024;

/**
 * The programs that are running, in memory that threads share.
 *
 * A thread that is ended from outside ends none of its child processes; whoever ends it finds them
 * here. A process is entered in the same breath in which it is started.
 */
export class ProgramRegister {
  /** What a worker thread is handed, to make a register of it that is the same one. */
  readonly shared: SharedArrayBuffer;
  readonly #pids: Int32Array;

  constructor(shared = new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#pids = new Int32Array(shared);
  }

  /** @throws RangeError if there are as many as there are places. */
  add(pid: number): void {
    const taken = this.#pids.findIndex(
      (_, i) => Atomics.compareExchange(this.#pids, i, 0, pid) === 0,
    );
    if (taken < 0) throw new RangeError(`no more than ${places} programs can run at once`);
  }

  remove(pid: number): void {
    this.#pids.forEach((_, i) => {
      Atomics.compareExchange(this.#pids, i, pid, 0);
    });
  }

  get running(): readonly number[] {
    return [...this.#pids].filter((pid) => pid !== 0);
  }

  /** Kills every program with all that it has started. */
  killAll(): void {
    for (const pid of this.running) {
      killGroup(pid);
      this.remove(pid);
    }
  }
}
