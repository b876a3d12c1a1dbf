import { readFileSync } from 'node:fs';
import { decodeImage } from '../../image/index.ts';
import {
  assertFiniteFocus,
  type CallOptions,
  Disconnected,
  errorOfRefusal,
  type Frame,
  type GreyPixels,
  type Microscope,
  type Refusal,
} from '../../microscope/index.ts';
import type { PluginChannel } from './PluginChannel.ts';

/** What semfocus says of a frame. */
type Exposed = Frame['actual'] &
  Pick<Frame, 'doseElectronsPerNm2' | 'frameTimeS'> & {
    /** Path of its pixels. */
    readonly frame: string;
    readonly acquiredAt: string;
  };

/**
 * The microscope of the other side of a channel. A signal that is aborted in a call lets the call end
 * first: the instrument is not to be asked for the next thing before.
 */
export function hostedMicroscope(channel: PluginChannel): {
  readonly microscope: Microscope;
  /** Whether this is a refusal of the microscope, as it was thrown. */
  readonly isRefusal: (error: unknown) => boolean;
} {
  const refusals = new WeakSet<object>();
  let isClosed = false;

  /** What the answer to a request holds. */
  async function call<T>(
    field: 'description' | 'focus' | 'stage' | 'exposed' | 'ok',
    request: { readonly do: string; readonly [name: string]: unknown },
    { signal }: CallOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    if (isClosed) throw new Disconnected(`${request.do} is refused: the microscope was closed`);
    const answer = await channel.ask(request);
    signal?.throwIfAborted();
    if (answer.error !== undefined) {
      const error = errorOfRefusal(answer.error as Refusal);
      refusals.add(error);
      throw error;
    }
    return (field === 'exposed' ? answer : answer[field]) as T;
  }

  const microscope: Microscope = {
    describe: () => call('description', { do: 'describe' }),
    readFocus: (options) => call('focus', { do: 'readFocus' }, options),
    async writeFocus(target, options) {
      assertFiniteFocus(target, 'guard');
      return call('focus', { do: 'writeFocus', focus: target }, options);
    },
    async acquireFrame(request, options) {
      const { width, height, pixelSizeNm, dwellTimeNs, region } = request;
      const asked = { width, height, pixelSizeNm, dwellTimeNs, region };
      const answer = await call<Exposed>('exposed', { do: 'acquire', ...asked }, options);
      const { frame, acquiredAt, doseElectronsPerNm2, frameTimeS, ...actual } = answer;
      return {
        pixels: readFrame(frame),
        request,
        actual,
        acquiredAt: new Date(acquiredAt),
        ...{ doseElectronsPerNm2, frameTimeS },
      };
    },
    readStage: (options) => call('stage', { do: 'readStage' }, options),
    moveStage: ({ xUm, yUm }, options) =>
      call('stage', { do: 'moveStage', stage: { xUm, yUm } }, options),
    async blankBeam(blanked, options) {
      await call('ok', { do: 'blankBeam', blanked }, options);
    },
    async close() {
      isClosed = true;
    },
  };
  return {
    microscope,
    isRefusal: (error) => typeof error === 'object' && error !== null && refusals.has(error),
  };
}

/** A frame as semfocus has handed it over. */
export function readFrame(path: string): GreyPixels {
  return decodeImage(readFileSync(path), path);
}
