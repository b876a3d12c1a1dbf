import type { FrameRequest, Microscope } from '../../harness/microscope/index.ts';

/**
 * Exposes one pixel of a frame: an instrument that cannot expose the frame refuses its first pixel
 * as well, and says why.
 */
export async function assertExposable(
  microscope: Microscope,
  frame: Omit<FrameRequest, 'region'>,
): Promise<void> {
  await microscope.acquireFrame({ ...frame, region: { x: 0, y: 0, width: 1, height: 1 } });
}
