import type { AutofocusStep } from '../../../harness/algorithm/index.ts';
import type { FocusLimits, FocusState, Frame, Spent } from '../../../harness/microscope/index.ts';
import { EventFeed } from '../server/EventFeed.ts';
import { type Handler, LoopbackServer } from '../server/LoopbackServer.ts';
import { pageRoutes } from '../server/pageRoutes.ts';
import { sendFrame } from '../server/sendFrame.ts';
import { type ShownFrame, shownFrame } from '../server/shownFrame.ts';

/** One iteration, for the page and for the document of `--json`. */
export type FocusStepNote = Omit<AutofocusStep, 'framesUsed' | 'diagnostics'> & Spent;

/** A page that looks on while a microscope is focused. */
export interface FocusServer {
  readonly url: string;
  frame(frame: Frame): void;
  step(note: FocusStepNote): void;
  end(verdict: string): void;
  close(): Promise<void>;
}

/** What the page knows from the beginning. */
export interface FocusPicture {
  readonly title: string;
  readonly algorithm: string;
  readonly start: FocusState;
  readonly margins: FocusLimits;
  readonly stigmatorUnit: string;
  /** At most so many. */
  readonly iterations: number;
}

/** A frame as the page is told of it, without its pixels. */
export type FocusFrame = Omit<ShownFrame, 'grey'> & { readonly spent: Spent };

/** What the page is told, by name of the event. */
export interface FocusFeed {
  readonly picture: FocusPicture & {
    readonly steps: readonly FocusStepNote[];
    readonly verdict: string | undefined;
    readonly frame: FocusFrame | undefined;
  };
  readonly step: FocusStepNote;
  readonly frame: FocusFrame;
  readonly end: { readonly verdict: string };
}

/** The longest side of what a page shows, px. */
const shownSidePx = 1024;

/**
 * Starts a server that shows how a microscope is focused, on 127.0.0.1 and read-only.
 *
 * @param spent - Asked after every frame.
 * @throws ConfigError if the port cannot be had.
 */
export async function startFocusServer(
  about: FocusPicture,
  spent: () => Spent,
  port: number,
): Promise<FocusServer> {
  const steps: FocusStepNote[] = [];
  let verdict: string | undefined;
  let latest: ShownFrame | undefined;
  let count = 0;
  /** What is told of a frame; its pixels are fetched. */
  const told = ({ grey: _, ...frame }: ShownFrame): FocusFrame => ({ ...frame, spent: spent() });
  const feed = new EventFeed<FocusFeed>(() => ({
    ...about,
    steps,
    verdict,
    frame: latest && told(latest),
  }));
  const server = await LoopbackServer.start(
    {
      exact: new Map<string, Handler>([
        ['GET /events', ({ response }) => feed.add(response)],
        ['GET /frame', ({ response }) => sendFrame(response, latest)],
      ]),
      otherwise: pageRoutes('focus', [about.algorithm]),
    },
    port,
  );
  return {
    url: server.url,
    frame(frame) {
      count += 1;
      latest = shownFrame(frame, count, shownSidePx);
      feed.publish('frame', told(latest));
    },
    step(note) {
      steps.push(note);
      feed.publish('step', note);
    },
    end(text) {
      verdict = text;
      feed.publish('end', { verdict: text });
    },
    async close() {
      feed.close();
      await server.close();
    },
  };
}
