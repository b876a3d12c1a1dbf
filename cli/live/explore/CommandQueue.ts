import type { ExploreCommand } from './protocol.ts';

/** Commands that wait for their turn; `stop` and `pace` never do. */
type Waiting = Exclude<ExploreCommand, { type: 'stop' | 'pace' }>;

/**
 * One command at a time, and of those that wait only what still matters: a slider that is dragged
 * asks for more frames than there can be, and nobody wants to see them late.
 */
export class CommandQueue {
  readonly #send: (command: ExploreCommand) => void;
  #isBusy = false;
  #isRunning = false;
  /** One command, or the last turn of the knobs and then one that begins from there. */
  #waiting: readonly Waiting[] = [];

  constructor(send: (command: ExploreCommand) => void) {
    this.#send = send;
  }

  /** @returns false where a run is in the way; it has to be stopped first. */
  offer(command: ExploreCommand): boolean {
    if (command.type === 'stop' || command.type === 'pace') {
      this.#send(command);
      return true;
    }
    const last = this.#waiting.at(-1);
    if (this.#isRunning || last?.type === 'run') return false;
    if (!this.#isBusy) this.#begin(command);
    else if (command.type === 'turn') {
      if (last?.type === 'turn') this.#waiting = [{ ...last, ...command }];
      else if (last === undefined) this.#waiting = [command];
      // What is left is a knob that was turned while another microscope or place is on its way.
    } else {
      const isFromThere = command.type === 'run' || command.type === 'fresh';
      this.#waiting = isFromThere && last?.type === 'turn' ? [last, command] : [command];
    }
    return true;
  }

  /** The algorithm is at its end: what is offered from here on waits for the rest of its command. */
  runEnded(): void {
    this.#isRunning = false;
  }

  /** The command before has been carried out. */
  done(): void {
    this.#isBusy = false;
    this.#isRunning = false;
    const [next, ...others] = this.#waiting;
    this.#waiting = others;
    if (next !== undefined) this.#begin(next);
  }

  #begin(command: Waiting): void {
    this.#isBusy = true;
    this.#isRunning = command.type === 'run';
    this.#send(command);
  }
}
