import { forwardCalls, isSemfocusError, type Microscope } from '../../microscope/index.ts';

/** A microscope, and what has gone wrong with it. */
interface WatchedMicroscope {
  readonly microscope: Microscope;
  /**
   * The latest error of the instrument since the last time: it did not answer, refused, did not do
   * as it was told, or has no dose left. What an algorithm asked for and must not have is none.
   */
  takeTrouble(): unknown;
}

/**
 * The same microscope, which keeps in mind that it failed: an algorithm that is told so may go on, decline
 * or break, and none of that would be its own doing.
 */
export function watchTrouble(inner: Microscope): WatchedMicroscope {
  let trouble: unknown;
  const noting =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await call(...args);
      } catch (error) {
        const options = args.at(-1) as { readonly signal?: AbortSignal } | undefined;
        // An abort has a reason of its own, which may be of any kind.
        const isAborted = options?.signal?.aborted === true && error === options.signal.reason;
        if (!isAborted && isTrouble(error)) trouble = error;
        throw error;
      }
    };
  const { describe, readFocus, writeFocus, acquireFrame, readStage, moveStage, blankBeam, close } =
    forwardCalls(inner);
  return {
    microscope: {
      describe: noting(describe),
      readFocus: noting(readFocus),
      writeFocus: noting(writeFocus),
      acquireFrame: noting(acquireFrame),
      readStage: noting(readStage),
      moveStage: noting(moveStage),
      blankBeam: noting(blankBeam),
      close: noting(close),
    },
    takeTrouble() {
      const taken = trouble;
      trouble = undefined;
      return taken;
    },
  };
}

/** What is refused because of its value is the doing of the algorithm that asked for it. */
function isTrouble(error: unknown): boolean {
  return !isSemfocusError(error, 'OutOfRange', 'Unsupported');
}
