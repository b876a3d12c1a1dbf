import {
  type FrameRequest,
  type MicroscopeDescription,
  OutOfRange,
  type ParameterDescription,
  type ParameterName,
} from '../harness/microscope/index.ts';

/** Larger frames than this do not fit into memory as floats with their margins. */
const largestFramePixels = 64e6;

/** @throws OutOfRange if a value is not finite or lies outside what the instrument can be set to. */
export function assertInRange(
  parameter: ParameterName,
  requested: number,
  { min = -Infinity, max = Infinity, unit }: ParameterDescription,
): void {
  if (!(requested >= min && requested <= max)) {
    throw new OutOfRange({ parameter, requested, allowed: `in [${min}, ${max}] ${unit}` });
  }
}

/**
 * Refuses what cannot be exposed, before anything is allocated.
 *
 * @throws OutOfRange naming the value and the allowed ones.
 */
export function assertRequest(request: FrameRequest, { parameters }: MicroscopeDescription): void {
  for (const name of ['width', 'height', 'pixelSizeNm', 'dwellTimeNs'] as const) {
    assertInRange(name, request[name], parameters[name]);
  }
  for (const name of ['width', 'height'] as const) {
    if (!Number.isInteger(request[name])) {
      throw new OutOfRange({
        parameter: name,
        requested: request[name],
        allowed: 'a whole number',
      });
    }
  }
  const { width, height, region } = request;
  if (width * height > largestFramePixels) {
    throw new OutOfRange({
      parameter: 'width * height',
      requested: width * height,
      allowed: `at most ${largestFramePixels} px`,
    });
  }
  if (region === undefined) return;
  const { x, y } = region;
  const isInside =
    [x, y, region.width, region.height].every(Number.isInteger) &&
    Math.min(x, y) >= 0 &&
    Math.min(region.width, region.height) >= 1 &&
    x + region.width <= width &&
    y + region.height <= height;
  if (!isInside) {
    throw new OutOfRange({
      parameter: 'region',
      requested: Math.max(x + region.width, y + region.height),
      allowed: `whole pixels inside the ${width} x ${height} px raster, not ${region.width} x ${region.height} px at (${x}, ${y})`,
    });
  }
}
