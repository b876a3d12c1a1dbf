import {
  assertRequestInRange,
  type FrameRequest,
  type MicroscopeDescription,
  OutOfRange,
} from '../harness/microscope/index.ts';

/** Larger frames than this do not fit into memory as floats with their margins. */
const largestFramePixels = 64e6;

/**
 * Refuses what cannot be exposed, before anything is allocated.
 *
 * @throws OutOfRange naming the value and the allowed ones.
 */
export function assertRequest(request: FrameRequest, description: MicroscopeDescription): void {
  assertRequestInRange(request, description);
  const pixels = request.width * request.height;
  if (pixels <= largestFramePixels) return;
  throw new OutOfRange({
    parameter: 'width * height',
    requested: pixels,
    allowed: `at most ${largestFramePixels} px`,
  });
}
