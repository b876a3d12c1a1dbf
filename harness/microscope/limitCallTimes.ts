import { setTimeout as wait } from 'node:timers/promises';
import { isSemfocusError, Timeout } from './errors.ts';
import { focusParameters } from './FocusState.ts';
import type { FrameRequest } from './Frame.ts';
import type { CallOptions, Microscope } from './Microscope.ts';
import type { MicroscopeDescription, ParameterName } from './MicroscopeDescription.ts';

/** How long an answer may take beyond the times that the instrument states, ms. */
export const defaultCallMarginMs = 30_000;

/** Overheads of lines and frames are not described: a frame may take so many times its beam time. */
const frameTimeFactor = 2;
/** Before a command that was refused as busy is sent once more, ms: doubled each time. */
const firstBusyWaitMs = 50;

/** A microscope that answers in time, one call after the other. */
export interface TimedMicroscope {
  readonly microscope: Microscope;
  /**
   * Whether the instrument may still carry out a move whose call has ended: it was given up, or ended
   * in an error after it had begun. Asked again, only of moves since then.
   */
  takeDoubt(): boolean;
}

/**
 * The same microscope, whose every call ends in time:
 *
 * - a call without an answer is given up. It has the time that the instrument states for it (settle
 *   time of what is set, twice the beam time of a frame) and the margin;
 * - a call begins when the one before has been answered or given up, so that what an aborted caller
 *   does next cannot overtake a set that is still on its way;
 * - a command that was refused as busy is repeated until its time is over. Nothing has moved then.
 *
 * @param marginMs - Above 0.
 * @returns a microscope whose calls also throw Timeout.
 */
export function limitCallTimes(
  inner: Microscope,
  marginMs: number = defaultCallMarginMs,
): TimedMicroscope {
  if (!(marginMs > 0)) throw new RangeError(`marginMs must be above 0. Received ${marginMs}`);
  let previous: Promise<unknown> = Promise.resolve();
  let isInDoubt = false;
  let described: MicroscopeDescription | undefined;

  /** @param statedS - What the instrument says that the call takes, s. */
  function timed<T>(
    name: keyof Microscope,
    run: () => Promise<T>,
    { signal, isMove = false, statedS = async () => 0 }: TimedOptions = {},
  ): Promise<T> {
    const before = previous;
    const call = (async () => {
      await before;
      signal?.throwIfAborted();
      const limitMs = marginMs + 1e3 * (await statedS());
      try {
        return await answerWithin(name, limitMs, (over) => untilFree(run, over, signal));
      } catch (error) {
        if (isMove && !isRefusal(error)) isInDoubt = true;
        throw error;
      }
    })();
    previous = call.catch(() => {});
    return call;
  }
  async function description(): Promise<MicroscopeDescription> {
    described ??= await answerWithin('describe', marginMs, () => inner.describe());
    return described;
  }
  const settleS = (names: readonly ParameterName[]) => async (): Promise<number> => {
    const { parameters } = await description();
    return Math.max(0, ...names.map((name) => parameters[name].settleTimeS));
  };

  const microscope: Microscope = {
    describe: () => timed('describe', () => inner.describe()),
    readFocus: (options) => timed('readFocus', () => inner.readFocus(options), options),
    readStage: (options) => timed('readStage', () => inner.readStage(options), options),
    writeFocus: (target, options) =>
      timed('writeFocus', () => inner.writeFocus(target, options), {
        ...options,
        isMove: true,
        statedS: settleS(focusParameters.filter((parameter) => target[parameter] !== undefined)),
      }),
    moveStage: (position, options) =>
      timed('moveStage', () => inner.moveStage(position, options), {
        ...options,
        isMove: true,
        statedS: settleS(['stageXUm', 'stageYUm']),
      }),
    acquireFrame: (request, options) =>
      timed('acquireFrame', () => inner.acquireFrame(request, options), {
        ...options,
        statedS: async () => frameTimeFactor * beamTimeS(request, await description()),
      }),
    blankBeam: (blanked, options) =>
      timed('blankBeam', () => inner.blankBeam(blanked, options), options),
    close: () => timed('close', () => inner.close()),
  };
  return {
    microscope,
    takeDoubt() {
      const taken = isInDoubt;
      isInDoubt = false;
      return taken;
    },
  };
}

interface TimedOptions extends CallOptions {
  readonly isMove?: boolean;
  readonly statedS?: () => Promise<number>;
}

function beamTimeS(
  { width, height, dwellTimeNs, region }: FrameRequest,
  { passes }: MicroscopeDescription,
): number {
  const part = region ?? { width, height };
  return part.width * part.height * dwellTimeNs * 1e-9 * passes;
}

/** What was refused has not moved. */
function isRefusal(error: unknown): boolean {
  return isSemfocusError(error, 'OutOfRange', 'Unsupported', 'Busy');
}

/** @param run - Is handed a signal that is aborted when its time is over. */
async function answerWithin<T>(
  name: string,
  limitMs: number,
  run: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const answer = run(over.signal);
  // An error that comes after the call was given up has no reader.
  answer.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const given = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over.abort();
      reject(
        new Timeout(`${name} was not answered within ${(limitMs / 1e3).toFixed(1)} s`, {
          hint: 'the instrument may be frozen, or needs a longer --call-timeout',
        }),
      );
    }, limitMs);
  });
  try {
    return await Promise.race([answer, given]);
  } finally {
    clearTimeout(timer);
  }
}

async function untilFree<T>(
  run: () => Promise<T>,
  over: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let waitMs = firstBusyWaitMs; ; waitMs *= 2) {
    try {
      return await run();
    } catch (error) {
      if (!isSemfocusError(error, 'Busy')) throw error;
    }
    // What was given up or aborted must not be sent once more: it would land after the way back.
    await wait(waitMs, undefined, {
      signal: AbortSignal.any([over, ...(signal ? [signal] : [])]),
    }).catch((error) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
