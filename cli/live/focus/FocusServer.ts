import type { AutofocusStep } from '../../../harness/algorithm/index.ts';
import type { FocusState, Frame, Microscope } from '../../../harness/microscope/index.ts';
import { EventFeed } from '../EventFeed.ts';
import { type Handler, LoopbackServer } from '../LoopbackServer.ts';
import { pageRoutes } from '../pageRoutes.ts';
import { send } from '../send.ts';

/** What has been spent so far. */
export interface FocusSpent {
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
  readonly microscopeS: number;
}

/** One iteration, for the page and for the document of `--json`. */
export type FocusStepNote = Omit<AutofocusStep, 'framesUsed' | 'diagnostics'> & FocusSpent;

/** A page that looks on while a microscope is focused. */
export interface FocusServer {
  readonly url: string;
  /** The same microscope; every frame it exposes is shown. */
  watch(microscope: Microscope): Microscope;
  step(note: FocusStepNote): void;
  end(verdict: string): void;
  close(): Promise<void>;
}

/** What the page knows. */
interface FocusPicture {
  readonly title: string;
  readonly start: FocusState;
  readonly margins: { readonly workingDistanceUm: number; readonly stigmator: number };
}

interface ShownFrame {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSizeNm: number;
  readonly focus: FocusState;
  readonly spent: FocusSpent;
}

/**
 * Starts a server that shows how a microscope is focused, on 127.0.0.1 and read-only.
 *
 * @param spent - Asked after every frame.
 * @throws ConfigError if the port cannot be had.
 */
export async function startFocusServer(
  about: FocusPicture,
  spent: () => FocusSpent,
  port: number,
): Promise<FocusServer> {
  const steps: FocusStepNote[] = [];
  let verdict: string | undefined;
  let latest: { readonly shown: ShownFrame; readonly grey: Uint8Array } | undefined;
  let count = 0;
  const feed = new EventFeed(() => ({ ...about, steps, verdict, frame: latest?.shown }));
  const showFrame: Handler = ({ response }) => {
    if (latest === undefined) send(response, 404, 'text/plain; charset=utf-8', 'no frame yet\n');
    else {
      const { number, width, height } = latest.shown;
      send(response, 200, 'application/octet-stream', latest.grey, {
        'X-Frame': `${number} ${width} ${height}`,
      });
    }
  };
  const server = await LoopbackServer.start(
    {
      exact: new Map<string, Handler>([
        ['GET /events', ({ response }) => feed.add(response)],
        ['GET /frame', showFrame],
      ]),
      otherwise: pageRoutes('focus'),
    },
    port,
  );
  function show({ pixels, actual }: Frame): void {
    const [height = 0, width = 0] = pixels.shape;
    const { data } = pixels;
    const grey = data instanceof Uint8Array ? data.slice() : Uint8Array.from(data, (v) => v >> 8);
    count += 1;
    const { pixelSizeNm, focus } = actual;
    latest = { shown: { number: count, width, height, pixelSizeNm, focus, spent: spent() }, grey };
    feed.publish('frame', latest.shown);
  }
  return {
    url: server.url,
    watch: (microscope) => ({
      ...microscope,
      async acquireFrame(request, options) {
        const frame = await microscope.acquireFrame(request, options);
        show(frame);
        return frame;
      },
    }),
    step(note) {
      steps.push(note);
      feed.publish('step', note);
    },
    end(text) {
      verdict = text;
      feed.publish('end', { verdict });
    },
    async close() {
      feed.close();
      await server.close();
    },
  };
}
