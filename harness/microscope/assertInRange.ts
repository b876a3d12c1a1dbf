import { OutOfRange } from './errors.ts';
import type { FrameRequest } from './Frame.ts';
import type {
  MicroscopeDescription,
  ParameterDescription,
  ParameterName,
} from './MicroscopeDescription.ts';

/** Of a choice that was converted from another unit and back, as a part of it. */
const roundingError = 1e-12;

/** @throws OutOfRange if a value is not finite or not what the instrument can be set to. */
export function assertInRange(
  parameter: ParameterName,
  requested: number,
  { min = -Infinity, max = Infinity, unit, choices }: ParameterDescription,
): void {
  if (!(requested >= min && requested <= max && Number.isFinite(requested))) {
    throw new OutOfRange({ parameter, requested, allowed: `in [${min}, ${max}] ${unit}` });
  }
  if (choices?.every((choice) => Math.abs(choice - requested) > roundingError * choice) === true) {
    const allowed = `one of ${choices.join(', ')} ${unit}`;
    throw new OutOfRange({ parameter, requested, allowed });
  }
}

/**
 * Refuses a frame that the instrument says it cannot expose.
 *
 * @throws OutOfRange naming the value and the allowed ones.
 */
export function assertRequestInRange(
  request: FrameRequest,
  { parameters }: MicroscopeDescription,
): void {
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
