import { Busy, DeviceError, Disconnected } from '../../harness/microscope/index.ts';

/** A command in flight. */
interface InFlight {
  readonly path: string;
  readonly owner: string | undefined;
  readonly abort: AbortController;
  readonly ended: Promise<unknown>;
}

/** One command at a time: another one is refused, not kept waiting. */
export class CommandGate {
  #inFlight: InFlight | undefined;
  #stopped: string | undefined;

  /** Route of the command in flight. */
  get busy(): string | undefined {
    return this.#inFlight?.path;
  }

  /**
   * @param act - Handed a signal that is aborted with the command.
   * @throws Busy if another command is in flight; DeviceError with the code `Aborted` if it was aborted.
   */
  async run<T>(
    path: string,
    owner: string | undefined,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#stopped !== undefined) throw new Disconnected(`${path} is refused: ${this.#stopped}`);
    if (this.#inFlight !== undefined) {
      throw new Busy(`${path} must wait: ${this.#inFlight.path} is in flight`, {
        hint: 'send it again when that has been answered',
      });
    }
    const abort = new AbortController();
    const acting = act(abort.signal);
    const mine = { path, owner, abort, ended: acting.catch(() => {}) };
    this.#inFlight = mine;
    try {
      const answer = await acting;
      abort.signal.throwIfAborted();
      return answer;
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      if (this.#inFlight === mine) this.#inFlight = undefined;
    }
  }

  /**
   * Aborts the command in flight.
   *
   * @param owner - Aborts only a command of this owner, where it is given.
   * @returns its route; undefined if there is none.
   */
  abort(why: string, owner?: string): string | undefined {
    const { path, abort, owner: its } = this.#inFlight ?? {};
    if (path === undefined || (owner !== undefined && owner !== its)) return undefined;
    abort?.abort(new DeviceError(`${path} was aborted: ${why}`, { code: 'Aborted' }));
    return path;
  }

  /** Refuses every further command, and waits for the one in flight, aborted. */
  async stop(why: string): Promise<void> {
    this.#stopped = why;
    this.abort(why);
    await this.#inFlight?.ended;
  }

  /** As {@link run}, when the command in flight has ended. */
  async runNext<T>(
    path: string,
    owner: string | undefined,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    while (this.#inFlight !== undefined) await this.#inFlight.ended;
    return this.run(path, owner, act);
  }
}
