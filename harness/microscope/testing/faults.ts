import { setTimeout as wait } from 'node:timers/promises';
import ndarray from 'ndarray';
import { Busy, DeviceError, Disconnected } from '../errors.ts';
import type { FocusState } from '../FocusState.ts';
import type { Frame, GreyPixels } from '../Frame.ts';
import { forwardCalls } from '../forwardCalls.ts';
import type { Microscope } from '../Microscope.ts';

/** A way in which instruments fail. */
export interface Fault {
  readonly summary: string;
  /** Whether frames or read-back can show it. Where not, a wrong result may go unnoticed. */
  readonly isVisible: boolean;
  /**
   * @param from - The frame, or the set, from which on it fails, counted from 1.
   * @returns the instrument with the fault.
   */
  readonly of: (inner: Microscope, from: number) => Microscope;
}

type FrameChange = (frame: Frame, before: Frame | undefined) => Frame;

/** Changes the frame of that number, or all from there on. */
function frames(
  summary: string,
  change: FrameChange,
  { isVisible = true, isOnce = false } = {},
): Fault {
  return {
    summary,
    isVisible,
    of(inner, from) {
      let count = 0;
      let before: Frame | undefined;
      return {
        ...forwardCalls(inner),
        async acquireFrame(request, options) {
          const frame = await inner.acquireFrame(request, options);
          count += 1;
          const isFaulty = isOnce ? count === from : count >= from;
          const given = isFaulty ? change(frame, before) : frame;
          before = given;
          return given;
        },
      };
    },
  };
}

/** Instead of a call that would be carried out: `act` does it. */
type CallChange = <T>(act: () => Promise<T>, count: number) => Promise<T>;

function calls(
  name: 'acquireFrame' | 'writeFocus',
  summary: string,
  change: CallChange,
  { isOnce = false } = {},
): Fault {
  return {
    summary,
    isVisible: true,
    of(inner, from) {
      let count = 0;
      const changed = <T>(act: () => Promise<T>): Promise<T> => {
        count += 1;
        const isFaulty = isOnce ? count === from : count >= from;
        return isFaulty ? change(act, count - from + 1) : act();
      };
      return {
        ...forwardCalls(inner),
        acquireFrame: (...asked) =>
          name === 'acquireFrame'
            ? changed(() => inner.acquireFrame(...asked))
            : inner.acquireFrame(...asked),
        writeFocus: (...asked) =>
          name === 'writeFocus'
            ? changed(() => inner.writeFocus(...asked))
            : inner.writeFocus(...asked),
      };
    },
  };
}

/** What the column does in place of what it is told, from that set on. */
type ColumnChange = (state: {
  readonly asked: FocusState;
  readonly now: FocusState;
  readonly start: FocusState;
  /** What was asked for before. */
  readonly previous: FocusState;
}) => FocusState;

/**
 * A column that does not do what it is told.
 *
 * @param isHonest - Whether read-back tells the truth, or repeats what was asked for.
 */
function column(
  summary: string,
  change: ColumnChange,
  { isHonest, isVisible = true }: { isHonest: boolean; isVisible?: boolean },
): Fault {
  return {
    summary: `${summary}; read-back ${isHonest ? 'tells the truth' : 'repeats the request'}`,
    isVisible,
    of(inner, from) {
      let count = 0;
      let asked: FocusState | undefined;
      let start: FocusState | undefined;
      const told = (real: FocusState) => (isHonest ? real : (asked ?? real));
      return {
        ...forwardCalls(inner),
        readFocus: async (options) => told(await inner.readFocus(options)),
        async writeFocus(target, options) {
          const now = await inner.readFocus(options);
          start ??= now;
          count += 1;
          const previous = asked ?? now;
          asked = { ...previous, ...target };
          const real = count < from ? asked : change({ asked, now, start, previous });
          return told(await inner.writeFocus(real, options));
        },
        async acquireFrame(request, options) {
          const frame = await inner.acquireFrame(request, options);
          return { ...frame, actual: { ...frame.actual, focus: told(frame.actual.focus) } };
        },
      };
    },
  };
}

function withPixels(frame: Frame, grey: (x: number, y: number) => number): Frame {
  const [height = 0, width = 0] = frame.pixels.shape;
  const { data } = frame.pixels;
  const values = data instanceof Uint16Array ? new Uint16Array(data) : new Uint8Array(data);
  values.forEach((_, i) => {
    values[i] = grey(i % width, Math.floor(i / width));
  });
  return { ...frame, pixels: ndarray(values, [height, width]) };
}

function mixed(part: number): FrameChange {
  return (frame, before) => {
    const rows = Math.floor((1 - part) * (frame.pixels.shape[0] ?? 0));
    return withPixels(frame, (x, y) => (y < rows ? frame : (before ?? frame)).pixels.get(y, x));
  };
}

const never = (): Promise<never> => new Promise(() => {});
const wdOf = ({ workingDistanceUm }: FocusState) => workingDistanceUm;
const at = (state: FocusState, workingDistanceUm: number): FocusState => ({
  ...state,
  workingDistanceUm,
});
const clamped: ColumnChange = ({ asked, start }) =>
  at(asked, Math.min(Math.max(wdOf(asked), wdOf(start) - 2), wdOf(start) + 2));
const ignored: ColumnChange = ({ now }) => now;
const lagging: ColumnChange = ({ previous }) => previous;
const quantised: ColumnChange = ({ asked }) => at(asked, 2 * Math.round(wdOf(asked) / 2));

/** Longer than the call margin of a test or study of faults has to be, ms. */
export const lateMs = 600;

/** Every fault that was seen at an instrument or in its software, by name. */
export const faults = {
  none: frames('no fault', (frame) => frame),
  'stale-once': frames('one frame is the one before', (frame, before) => before ?? frame, {
    isOnce: true,
  }),
  'stale-frozen': frames('every frame is the same', (frame, before) => before ?? frame),
  'mixed-half': frames('the lower half is of the frame before', mixed(0.5)),
  'mixed-rows': frames('the last 5 % of the rows are of the frame before', mixed(0.05), {
    isOnce: true,
  }),
  'black-once': frames('one frame is black', (frame) => withPixels(frame, () => 0), {
    isOnce: true,
  }),
  saturated: frames('frames are saturated', (frame) => withPixels(frame, () => 255)),
  'cut-off': frames('the lower 40 % of a frame are missing', (frame) => {
    const rows = 0.6 * (frame.pixels.shape[0] ?? 0);
    return withPixels(frame, (x, y) => (y < rows ? frame.pixels.get(y, x) : 0));
  }),
  'wrong-size': frames('frames have half the rows', (frame) => ({
    ...frame,
    pixels: frame.pixels.hi(Math.floor((frame.pixels.shape[0] ?? 0) / 2), -1) as GreyPixels,
  })),
  '16-bit': frames('frames have 16 bit', (frame) => {
    const [height = 0, width = 0] = frame.pixels.shape;
    const values = Uint16Array.from(
      { length: width * height },
      (_, i) => 257 * frame.pixels.get(Math.floor(i / width), i % width),
    );
    return { ...frame, pixels: ndarray(values, [height, width]) };
  }),
  'bottom-up': frames(
    'frames are upside down',
    (frame) => {
      const [height = 0] = frame.pixels.shape;
      return withPixels(frame, (x, y) => frame.pixels.get(height - 1 - y, x));
    },
    { isVisible: false },
  ),
  'data-bar': frames('a data bar covers the last 10 % of the rows', (frame) => {
    const rows = 0.9 * (frame.pixels.shape[0] ?? 0);
    return withPixels(frame, (x, y) =>
      y < rows ? frame.pixels.get(y, x) : (x * 7 + y * 13) % 11 < 3 ? 255 : 0,
    );
  }),
  dimmed: frames('frames lose 30 % of their brightness', (frame) =>
    withPixels(frame, (x, y) => Math.round(0.7 * frame.pixels.get(y, x))),
  ),
  'frame-busy': calls('acquireFrame', 'a frame is refused as busy, twice', (act, count) => {
    if (count <= 2) throw new Busy('another command is in flight');
    return act();
  }),
  'frame-error': calls('acquireFrame', 'a frame ends in an error of the device', () => {
    throw new DeviceError('the detector is off', { code: '17' });
  }),
  'frame-hang': calls('acquireFrame', 'a frame is never answered', never, { isOnce: true }),
  'frame-late': calls(
    'acquireFrame',
    'a frame is answered when it was given up',
    async (act) => {
      await wait(lateMs);
      return act();
    },
    { isOnce: true },
  ),
  'frame-lost': calls(
    'acquireFrame',
    'the connection is lost in the midst of a frame, and comes back',
    async () => {
      throw new Disconnected('the connection is gone');
    },
    { isOnce: true },
  ),
  'connection-lost': {
    summary: 'the connection is lost in the midst of a frame',
    isVisible: true,
    of: disconnecting,
  },
  'blanker-stuck': {
    summary: 'the beam cannot be blanked',
    isVisible: true,
    of: (inner) => ({
      ...forwardCalls(inner),
      async blankBeam() {
        throw new DeviceError('the blanker is stuck', { code: '9' });
      },
    }),
  },
  'knob-turned': {
    summary: 'another user turns the working distance by 4 um',
    isVisible: true,
    of(inner, from) {
      let count = 0;
      return {
        ...forwardCalls(inner),
        async acquireFrame(request, options) {
          count += 1;
          if (count === from) {
            const { workingDistanceUm } = await inner.readFocus(options);
            await inner.writeFocus({ workingDistanceUm: workingDistanceUm + 4 }, options);
          }
          return inner.acquireFrame(request, options);
        },
      };
    },
  },
  'set-busy': calls('writeFocus', 'a set is refused as busy, twice', (act, count) => {
    if (count <= 2) throw new Busy('another command is in flight');
    return act();
  }),
  'set-error': calls(
    'writeFocus',
    'a set ends in an error although it was carried out',
    async (act) => {
      await act();
      throw new DeviceError('not acknowledged', { code: '4' });
    },
    { isOnce: true },
  ),
  'set-hang': calls('writeFocus', 'a set is never answered and never carried out', never, {
    isOnce: true,
  }),
  'set-lands': calls(
    'writeFocus',
    'a set is never answered, and carried out at once',
    async (act) => {
      await act();
      return never();
    },
    { isOnce: true },
  ),
  'set-late': calls(
    'writeFocus',
    'a set is carried out when it was given up',
    async (act) => {
      await wait(lateMs);
      return act();
    },
    { isOnce: true },
  ),
  'set-lags': column('every set is carried out with the next one', lagging, { isHonest: false }),
  'set-lags-honest': column('every set is carried out with the next one', lagging, {
    isHonest: true,
  }),
  clamped: column('the lens stops 2 um from the start', clamped, { isHonest: true }),
  'clamped-lying': column('the lens stops 2 um from the start', clamped, { isHonest: false }),
  ignored: column('sets are ignored', ignored, { isHonest: true }),
  'ignored-lying': column('sets are ignored', ignored, { isHonest: false }),
  'stigmators-ignored-lying': column(
    'sets of the stigmators are ignored',
    ({ asked, now }) => at(now, wdOf(asked)),
    { isHonest: false },
  ),
  quantised: column('the lens takes steps of 2 um', quantised, { isHonest: true }),
  'quantised-lying': column('the lens takes steps of 2 um', quantised, {
    isHonest: false,
    isVisible: false,
  }),
  drifting: column(
    'the lens drifts by 3 um while it settles',
    ({ asked, now }) => at(asked, wdOf(asked) + (wdOf(asked) === wdOf(now) ? 0 : 3)),
    { isHonest: false },
  ),
  hysteresis: column(
    'the lens lags 1 um behind the direction it comes from',
    ({ asked, now }) => at(asked, wdOf(asked) - Math.sign(wdOf(asked) - wdOf(now))),
    { isHonest: false, isVisible: false },
  ),
} as const satisfies Record<string, Fault>;

/** From that frame on no call is answered any more. */
function disconnecting(inner: Microscope, from: number): Microscope {
  let count = 0;
  const through = <T>(act: () => Promise<T>): Promise<T> =>
    count < from ? act() : Promise.reject(new Disconnected('the connection is gone'));
  return {
    ...forwardCalls(inner),
    readFocus: (options) => through(() => inner.readFocus(options)),
    writeFocus: (target, options) => through(() => inner.writeFocus(target, options)),
    blankBeam: (blanked, options) => through(() => inner.blankBeam(blanked, options)),
    acquireFrame(request, options) {
      count += 1;
      return through(() => inner.acquireFrame(request, options));
    },
  };
}
