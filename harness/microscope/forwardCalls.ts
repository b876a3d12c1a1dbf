import type { Microscope } from './Microscope.ts';

/**
 * A microscope that hands every call on as it is: what a wrapper starts from that changes a few. The
 * instrument behind it cannot be reached through it.
 */
export function forwardCalls(inner: Microscope): Microscope {
  return {
    describe: () => inner.describe(),
    readFocus: (options) => inner.readFocus(options),
    writeFocus: (target, options) => inner.writeFocus(target, options),
    acquireFrame: (request, options) => inner.acquireFrame(request, options),
    readStage: (options) => inner.readStage(options),
    moveStage: (position, options) => inner.moveStage(position, options),
    blankBeam: (blanked, options) => inner.blankBeam(blanked, options),
    close: () => inner.close(),
  };
}
