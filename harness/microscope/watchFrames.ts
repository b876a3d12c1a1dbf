import type { Frame } from './Frame.ts';
import { forwardCalls } from './forwardCalls.ts';
import type { Microscope } from './Microscope.ts';

/**
 * The same microscope, followed by an onlooker.
 *
 * @param onFrame - Told of every frame before it is handed on, and not waited for. The frame is not its
 *   own: pixels that it wants to keep are to be copied.
 */
export function watchFrames(inner: Microscope, onFrame: (frame: Frame) => void): Microscope {
  return {
    ...forwardCalls(inner),
    async acquireFrame(request, options) {
      const frame = await inner.acquireFrame(request, options);
      onFrame(frame);
      return frame;
    },
  };
}
