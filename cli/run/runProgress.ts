import type { RunEvent } from '../../harness/experiment/run/index.ts';
import type { Plan } from '../../harness/experiment/suite/index.ts';
import { type Progress, progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Turns the events of a run into a bar and lines on stderr. */
export function runProgress(
  terminal: Terminal,
  { expected }: Plan,
): {
  event: (event: RunEvent) => void;
  say: (line: string) => void;
  end: () => void;
} {
  let bar: Progress | undefined;
  const say = (line: string) => (bar === undefined ? terminal.err(`${line}\n`) : bar.say(line));
  const pixelsDone = new Map<number, number>();
  return {
    event(event) {
      switch (event.type) {
        case 'planned':
          bar = progressBar(terminal, `${event.trajectories} trajectories`, event.pixelsToDo);
          break;
        case 'resumed':
          say(
            `${event.stored} of ${event.trajectories} trajectories were done before; --force would run them again`,
          );
          break;
        case 'step': {
          const before = pixelsDone.get(event.index) ?? 0;
          // More than was reckoned would have to be taken back in the end.
          const done = Math.min(event.row.pixelsTotal, expected[event.index]?.pixels ?? 0);
          pixelsDone.set(event.index, done);
          const { algorithm, trajectory } = event.scenario;
          bar?.advance(
            done - before,
            `${algorithm.name} ${trajectory + 1}, iteration ${event.row.iteration}`,
          );
          break;
        }
        case 'trajectory-end':
          // What the plan had reckoned and the algorithm did not use is done as well.
          bar?.advance(event.expectedPixels - (pixelsDone.get(event.index) ?? 0));
          break;
        case 'warning':
          say(event.message);
          break;
        case 'trajectory-start':
          break;
      }
    },
    say,
    end: () => bar?.end(),
  };
}
