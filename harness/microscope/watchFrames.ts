import type { Frame } from './Frame.ts';
import type { Microscope } from './Microscope.ts';

/**
 * The same microscope, with an observer of its frames.
 *
 * @param onFrame - Gets every frame before the caller does, and is not waited for. The
 *   frame is not its own: pixels that it wants to keep are to be copied.
 */
export function watchFrames(inner: Microscope, onFrame: (frame: Frame) => void): Microscope {
  return {
    describe: () => inner.describe(),
    readFocus: (options) => inner.readFocus(options),
    writeFocus: (target, options) => inner.writeFocus(target, options),
    readStage: (options) => inner.readStage(options),
    moveStage: (position, options) => inner.moveStage(position, options),
    blankBeam: (blanked, options) => inner.blankBeam(blanked, options),
    close: () => inner.close(),
    async acquireFrame(request, options) {
      const frame = await inner.acquireFrame(request, options);
      onFrame(frame);
      return frame;
    },
  };
}
