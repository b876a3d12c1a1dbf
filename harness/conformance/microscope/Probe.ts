import type { Session } from '../../focusing/index.ts';
import {
  addFocus,
  type FocusChange,
  type FocusState,
  type Frame,
  type FrameRequest,
  isSemfocusError,
  reasonOf,
} from '../../microscope/index.ts';
import type { MicroscopeCheckName } from './MicroscopeCheck.ts';

/** What a part of the check came to, or why there is nothing. */
export type Part<T> = { readonly value: T } | { readonly missing: string };

/** An error of the instrument, as the first of its kind was met, and how many there were. */
export interface Trouble {
  readonly message: string;
  readonly hint: string | undefined;
  count: number;
}

/** An instrument that fails to answer as often is left alone. */
const mostLostAnswers = 3;

/**
 * Asks an instrument for the parts of a check. An error ends the part in which it is met and is noted
 * for the check that it belongs to; the next part sets a state of its own.
 */
export class Probe {
  readonly #session: Session;
  readonly #frame: FrameRequest;
  readonly #signal: AbortSignal;
  readonly #troubles = new Map<MicroscopeCheckName, Trouble>();
  readonly #frames: Frame[] = [];

  constructor(session: Session, frame: FrameRequest, signal: AbortSignal) {
    this.#session = session;
    this.#frame = frame;
    this.#signal = signal;
  }

  /** All frames exposed so far. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  troubleOf(name: MicroscopeCheckName): Trouble | undefined {
    return this.#troubles.get(name);
  }

  /**
   * @param blamed - The check that an error belongs to, whatever its kind.
   * @throws `signal.reason`; errors that are none of the instrument's.
   */
  async part<T>(run: () => Promise<T>, blamed?: MicroscopeCheckName): Promise<Part<T>> {
    this.#signal.throwIfAborted();
    const lost = this.#troubles.get('answers')?.count ?? 0;
    if (lost >= mostLostAnswers) return { missing: 'the instrument was given up: see answers' };
    try {
      return { value: await run() };
    } catch (error) {
      this.#signal.throwIfAborted();
      return { missing: this.note(error, blamed) };
    }
  }

  /**
   * Notes an error for its check.
   *
   * @returns why something is missing, for the checks that need it.
   * @throws an error that is none of the instrument's.
   */
  note(error: unknown, blamed = blameOf(error)): string {
    if (!isSemfocusError(error)) throw error;
    if (blamed === undefined) return reasonOf(error);
    const known = this.#troubles.get(blamed);
    if (known === undefined) {
      this.#troubles.set(blamed, { message: reasonOf(error), hint: error.hint, count: 1 });
    } else known.count += 1;
    return `see ${blamed}`;
  }

  /** Sets a state by its distance from the start. */
  async set(change: Partial<FocusChange>): Promise<FocusState> {
    const whole = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0, ...change };
    const target = addFocus(this.#session.start, whole);
    return this.#session.microscope.writeFocus(target, { signal: this.#signal });
  }

  /** A frame that can be used; one that cannot is noted, and exposed once more. */
  async expose(differently: Partial<FrameRequest> = {}): Promise<Frame> {
    const once = () =>
      this.#session.microscope.acquireFrame(
        { ...this.#frame, ...differently },
        { signal: this.#signal },
      );
    let frame: Frame;
    try {
      frame = await once();
    } catch (error) {
      if (!(isSemfocusError(error, 'DeviceError') && error.code.startsWith('frame-'))) throw error;
      this.note(error);
      frame = await once();
    }
    this.#frames.push(frame);
    return frame;
  }
}

/** The check that an error belongs to; none for what is no fault of the instrument. */
function blameOf(error: unknown): MicroscopeCheckName | undefined {
  if (isSemfocusError(error, 'OutOfRange')) return 'range';
  if (isSemfocusError(error, 'Timeout', 'Busy', 'Disconnected')) return 'answers';
  if (!isSemfocusError(error, 'DeviceError')) return undefined;
  switch (error.code) {
    case 'read-back':
      return 'read-back';
    case 'frame-format':
      return 'frame-format';
    case 'frame-empty':
      return 'picture';
    case 'frame-repeated':
      return 'fresh-frames';
    default:
      return 'answers';
  }
}
