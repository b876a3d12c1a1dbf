import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Registry } from '../../../harness/experiment/suite/index.ts';
import { EventFeed } from '../server/EventFeed.ts';
import { type Handler, LoopbackServer } from '../server/LoopbackServer.ts';
import { pageRoutes } from '../server/pageRoutes.ts';
import { sendJson } from '../server/send.ts';
import { sendFrame } from '../server/sendFrame.ts';
import { CommandQueue } from './CommandQueue.ts';
import type { ExploreWorkerSetup } from './exploreWorker.ts';
import {
  commandSchema,
  type ExploreCommand,
  type ExploreEvent,
  type ExploreFeed,
  type ExploreFrame,
  type ExploreOptions,
  type ExploreRun,
  type ExploreState,
  leaveMessage,
} from './protocol.ts';

/** The page of the virtual microscope, and the microscope behind it. */
export interface ExploreServer {
  readonly url: string;
  close(): Promise<void>;
}

/** How the microscope is set up in the beginning, and again should its thread have to be ended. */
export type FirstSetup = Extract<ExploreCommand, { type: 'choose' }>;

/** A knob that was not turned for so long rests. */
const restMs = 150;
/** An algorithm that has not noticed after this time that it is to stop never will. */
const patienceMs = 8_000;

/**
 * Starts the virtual microscope in a thread of its own, and a server on 127.0.0.1 that shows it.
 *
 * @param options - What the page offers.
 * @param port - 0: any that is free.
 * @throws ConfigError if the port cannot be had.
 */
export async function startExploreServer(
  options: ExploreOptions,
  first: FirstSetup,
  setup: Omit<ExploreWorkerSetup, 'framesBefore'>,
  port: number,
): Promise<ExploreServer> {
  let state: ExploreState | undefined;
  let frame: ExploreFrame | undefined;
  let run: ExploreRun | undefined;
  const frames = new Map<number, ExploreFrame & { readonly grey: Uint8Array }>();
  const feed = new EventFeed<ExploreFeed>(() => ({ options, state, frame, run }));
  let worker = startWorker();
  let queue = newQueue();
  let patience: NodeJS.Timeout | undefined;
  let rest: NodeJS.Timeout | undefined;
  let last: FirstSetup = first;
  queue.offer(first);

  function newQueue(): CommandQueue {
    return new CommandQueue((command) => worker.postMessage(command));
  }
  function startWorker(): Worker {
    const started = new Worker(new URL('./exploreWorker.js', import.meta.url), {
      // A page knows frames by their numbers, which go on counting.
      workerData: { ...setup, framesBefore: frame?.number ?? 0 },
    });
    started.on('message', (event: ExploreEvent) => {
      if (started === worker) take(event);
    });
    started.on('error', (error) => {
      if (started === worker) restart(`the microscope broke down: ${error.message}`);
    });
    return started;
  }
  /** A new microscope in the place of one that does not answer. */
  function restart(message: string): void {
    clearTimeout(patience);
    clearTimeout(rest);
    void endOf(worker);
    queue.close();
    worker = startWorker();
    queue = newQueue();
    feed.publish('problem', { message, hint: 'it was started again' });
    queue.offer(last);
  }
  function take(event: ExploreEvent): void {
    switch (event.type) {
      case 'state':
        state = event.state;
        // What could be set up: a name that there is not must not come again with a new thread.
        last = { type: 'choose', ...state.setup };
        feed.publish('state', state);
        break;
      case 'frame':
        frame = event.frame;
        frames.set(frame.number, { ...frame, grey: event.pixels });
        forget();
        feed.publish('frame', frame);
        break;
      case 'run':
        run = event.run;
        if (run?.state !== 'running') {
          clearTimeout(patience);
          queue.runEnded();
        }
        feed.publish('run', { run });
        break;
      case 'problem': {
        const { message, hint } = event;
        feed.publish('problem', { message, hint });
        break;
      }
      case 'done': {
        const ended = queue.done();
        if (ended !== undefined && isPreview(ended))
          rest = setTimeout(() => queue.offer({ type: 'turn' }), restMs);
        break;
      }
    }
  }
  /** Frames of the steps of a run can be looked at again, and a few of the latest may be on their way. */
  function forget(): void {
    const steps = new Set(run?.steps.map((step) => step.frame));
    const newest = frame?.number ?? 0;
    for (const number of frames.keys()) {
      if (newest - number >= framesKept && !steps.has(number)) frames.delete(number);
    }
  }

  const command: Handler = ({ body, response }) => {
    const parsed = commandSchema.safeParse(body);
    if (!parsed.success) {
      sendJson(response, 400, { message: 'no such command' });
      return;
    }
    const wanted = parsed.data;
    // Whoever turns a knob asks again when this is answered: no more than one preview is on its way.
    const over = () => {
      if (isPreview(wanted)) sendFrame(response, frames.get(frame?.number ?? 0), true);
    };
    if (!queue.offer(wanted, over)) {
      sendJson(response, 409, { message: 'an algorithm has the microscope; stop it first' });
      return;
    }
    if (wanted.type !== 'stop' && wanted.type !== 'pace') clearTimeout(rest);
    if (wanted.type === 'stop' && run?.state === 'running') {
      clearTimeout(patience);
      patience = setTimeout(
        () => restart(`${run?.algorithm} did not stop within ${patienceMs / 1e3} s`),
        patienceMs,
      );
    }
    if (!isPreview(wanted)) sendJson(response, 202, {});
  };
  const showFrame: Handler = ({ query, response }) => {
    const number = Number(query.get('number'));
    sendFrame(response, frames.get(number), number >= 1 && number <= (frame?.number ?? 0));
  };
  const server = await LoopbackServer.start(
    {
      exact: new Map<string, Handler>([
        ['GET /events', ({ response }) => feed.add(response)],
        ['GET /frame', showFrame],
        ['POST /command', command],
      ]),
      otherwise: pageRoutes(
        'explore',
        options.algorithms.map(({ name }) => name),
      ),
    },
    port,
  ).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return {
    url: server.url,
    async close() {
      clearTimeout(patience);
      clearTimeout(rest);
      feed.publish('end', {});
      feed.close();
      await server.close();
      await endOf(worker);
    },
  };
}

/** Asks a thread to end, and ends it where it does not hear. */
async function endOf(worker: Worker): Promise<void> {
  // It has ended already, and will not say so again.
  if (worker.threadId === -1) return;
  const ended = once(worker, 'exit');
  worker.postMessage(leaveMessage);
  const timer = setTimeout(() => void worker.terminate(), patienceMs);
  await ended;
  clearTimeout(timer);
}

function isPreview(command: ExploreCommand): boolean {
  return command.type === 'turn' && command.isMoving === true;
}

const framesKept = 8;

/** What the page offers: all that the registry has, with what was asked for on the command line. */
export function exploreOptions(
  registry: Registry,
  lists: Pick<ExploreOptions, 'presets' | 'specimens' | 'psfs'>,
): ExploreOptions {
  const listed = ({ name, summary }: { name: string; summary: string }) => ({ name, summary });
  return {
    presets: lists.presets.map(listed),
    specimens: lists.specimens.map(listed),
    psfs: lists.psfs,
    algorithms: [...registry.algorithms.values()]
      .map(listed)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
