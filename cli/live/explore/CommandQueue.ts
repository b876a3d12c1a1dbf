import type { ExploreCommand } from './protocol.ts';

/** Commands that wait for their turn; `stop` and `pace` never do. */
type Queued = Exclude<ExploreCommand, { type: 'stop' | 'pace' }>;

interface Entry {
  readonly command: Queued;
  /** Those who asked for it, told when it is over. */
  readonly over: readonly (() => void)[];
}

/**
 * One command at a time, and of those that wait only what still matters: a slider that is dragged
 * asks for more frames than there can be, and nobody wants to see them late.
 */
export class CommandQueue {
  readonly #send: (command: ExploreCommand) => void;
  #current: Entry | undefined;
  #isRunning = false;
  /** One command, or the last turn of the knobs and then one that begins from there. */
  #waiting: readonly Entry[] = [];

  constructor(send: (command: ExploreCommand) => void) {
    this.#send = send;
  }

  /**
   * @param over - Called once the command was carried out, alone or as part of one that came later, or is
   *   dropped; not where it is refused.
   * @returns false where a run is in the way; it has to be stopped first.
   */
  offer(command: ExploreCommand, over: () => void = () => {}): boolean {
    if (command.type === 'stop' || command.type === 'pace') {
      this.#send(command);
      over();
      return true;
    }
    const last = this.#waiting.at(-1);
    if (this.#isRunning || last?.command.type === 'run') return false;
    const entry: Entry = { command, over: [over] };
    if (this.#current === undefined) this.#begin(entry);
    else if (command.type !== 'turn') {
      const isFromThere = command.type === 'run' || command.type === 'fresh';
      if (isFromThere && last?.command.type === 'turn') this.#waiting = [last, entry];
      else {
        tell(this.#waiting);
        this.#waiting = [entry];
      }
    } else if (last?.command.type === 'turn') {
      // Whether it moves is for the later one to say.
      const { isMoving: _, ...before } = last.command;
      this.#waiting = [{ command: { ...before, ...command }, over: [...last.over, over] }];
    } else if (last === undefined) this.#waiting = [entry];
    // What is left is a knob that was turned while another microscope or place is on its way.
    else over();
    return true;
  }

  /** The algorithm is at its end: what is offered from here on waits for the rest of its command. */
  runEnded(): void {
    this.#isRunning = false;
  }

  /**
   * The command before has been carried out.
   *
   * @returns that command, where none follows it.
   */
  done(): Queued | undefined {
    const ended = this.#current;
    this.#current = undefined;
    this.#isRunning = false;
    if (ended !== undefined) tell([ended]);
    const [next, ...others] = this.#waiting;
    this.#waiting = others;
    if (next === undefined) return ended?.command;
    this.#begin(next);
    return undefined;
  }

  /** Nothing will be carried out any more. */
  close(): void {
    if (this.#current !== undefined) tell([this.#current]);
    tell(this.#waiting);
    this.#current = undefined;
    this.#waiting = [];
  }

  #begin(entry: Entry): void {
    this.#current = entry;
    this.#isRunning = entry.command.type === 'run';
    this.#send(entry.command);
  }
}

function tell(ended: readonly Entry[]): void {
  for (const { over } of ended) for (const each of over) each();
}
