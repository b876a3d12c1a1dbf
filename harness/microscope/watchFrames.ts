import type { Frame } from './Frame.ts';
import { forwardCalls } from './forwardCalls.ts';
import type { Microscope } from './Microscope.ts';

/**
 * The same microscope, with an observer of its frames.
 *
 * @param onFrame - Gets every frame before the caller does. What it returns is waited for, and the call
 *   ends in its error. The frame is not its own: pixels that it wants to keep longer are to be copied.
 */
export function watchFrames(
  inner: Microscope,
  onFrame: (frame: Frame) => void | Promise<void>,
): Microscope {
  return {
    ...forwardCalls(inner),
    async acquireFrame(request, options) {
      const frame = await inner.acquireFrame(request, options);
      await onFrame(frame);
      return frame;
    },
  };
}
