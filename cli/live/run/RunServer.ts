import type { RunEvent } from '../../../harness/experiment/run/index.ts';
import { readPreview, recordFiles } from '../../../harness/experiment/store/layout/index.ts';
import type { Clock } from '../../../harness/microscope/index.ts';
import { EventFeed } from '../server/EventFeed.ts';
import { type Handler, LoopbackServer } from '../server/LoopbackServer.ts';
import { pageRoutes } from '../server/pageRoutes.ts';
import { send } from '../server/send.ts';
import { sendFrame } from '../server/sendFrame.ts';
import type { LiveRun } from './LiveRun.ts';
import type { Onlooker } from './Onlooker.ts';
import { RunFollower } from './RunFollower.ts';
import { RunFrames } from './RunFrames.ts';
import type { RunFeed, RunProgress } from './RunSnapshot.ts';

/** A page that follows a run. What happens to the page never reaches the run. */
export interface RunServer {
  readonly url: string;
  /** To be shown frames of what runs; absent where that might disturb what is measured. */
  readonly onlooker?: Onlooker;
  event(event: RunEvent): void;
  say(message: string): void;
  /** Tells open pages how it ended, and closes. */
  end(state: Exclude<RunProgress['state'], 'running'>, report?: string): Promise<void>;
}

/** Pages are told this often, however fast trajectories are. */
const tellMs = 250;
/** The time left changes without anything happening. */
const progressEvery = 8;
/** A trajectory shows at most a frame in so many tellings: two a second. */
const framesEvery = 2;
/** Pages have room for so many trajectories that run. */
const mostShown = 6;

const previewName = /^[0-9a-f]{16}-(before|after|in-focus)\.png$/;

/**
 * Starts a server that shows a run on 127.0.0.1: read-only, no dose, no wait.
 *
 * @param port - 0: any that is free.
 * @throws ConfigError if the port cannot be had.
 */
export async function startRunServer(run: LiveRun, port: number, clock: Clock): Promise<RunServer> {
  const { plan, folder, isTimed } = run;
  const follower = new RunFollower(run, clock);
  const feed = new EventFeed<RunFeed>(() => follower.picture());
  const frames = new RunFrames(plan.scenarios, mostShown, (index, frame) =>
    follower.frame(index, frame),
  );
  const showFrame: Handler = ({ query, response }) =>
    sendFrame(response, frames.see(Number(query.get('index'))));
  const preview: Handler = async ({ query, response }) => {
    const name = query.get('name') ?? '';
    const png = previewName.test(name)
      ? await readPreview(folder, `${recordFiles.previews}/${name}`).catch(() => undefined)
      : undefined;
    if (png === undefined) send(response, 404, 'text/plain; charset=utf-8', 'no such frame\n');
    else send(response, 200, 'image/png', png);
  };
  const server = await LoopbackServer.start(
    {
      exact: new Map<string, Handler>([
        ['GET /events', ({ response }) => feed.add(response)],
        ['GET /frame', showFrame],
        ['GET /preview', preview],
      ]),
      otherwise: pageRoutes('run', follower.picture().algorithms),
    },
    port,
  );
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (feed.pages > 0 && ticks % framesEvery === 0) frames.ask();
    const change = follower.change();
    if (change !== undefined) feed.publish('change', change);
    else if (ticks % progressEvery === 0) {
      feed.publish('change', { ...follower.picture(), trajectories: [] });
    }
  }, tellMs);
  timer.unref();
  return {
    url: server.url,
    ...(!isTimed && { onlooker: frames }),
    event(event) {
      follower.event(event);
      if (event.type === 'trajectory-end') frames.end(event.index);
    },
    say: (message) => follower.say(message),
    async end(state, report) {
      clearInterval(timer);
      follower.end(state, report);
      feed.publish('end', follower.picture());
      feed.close();
      await server.close();
    },
  };
}
