import { DeviceError } from './errors.ts';
import { type FocusParameter, type FocusState, focusParameters } from './FocusState.ts';
import { forwardCalls } from './forwardCalls.ts';
import type { Microscope } from './Microscope.ts';
import type { MicroscopeDescription } from './MicroscopeDescription.ts';

/** Of decimal fractions in binary, in the unit of the parameter. */
const roundingError = 1e-9;

/**
 * The same microscope, not trusted: after every set the focus is read back once more and compared
 * with what was asked for, and so is the state that every frame says it was exposed in. An
 * instrument that limits, ignores or delays what it is told is found out before an algorithm draws
 * conclusions, and so is a second user of the instrument.
 *
 * Equal is what differs by no more than the read-back tolerance that the instrument describes, or
 * half its step where that is more. Parameters that were never set are not compared.
 *
 * @returns a microscope whose `writeFocus` and `acquireFrame` also throw DeviceError with the code
 *   `read-back`; `writeFocus` returns what was read back.
 */
export function verifyFocus(inner: Microscope): Microscope {
  let commanded: Partial<FocusState> = {};
  let described: MicroscopeDescription | undefined;

  async function compare(actual: FocusState, when: string): Promise<void> {
    described ??= await inner.describe();
    for (const parameter of focusParameters) {
      const wanted = commanded[parameter];
      if (wanted === undefined) continue;
      if (isReached(described, parameter, actual[parameter], wanted)) continue;
      const { unit } = described.parameters[parameter];
      throw new DeviceError(
        `${parameter} is ${short(actual[parameter])} ${unit} ${when}, but was set to ${short(wanted)} ${unit}`,
        {
          code: 'read-back',
          hint: 'the instrument limits, ignores or delays settings, or another user changes them',
        },
      );
    }
  }

  return {
    ...forwardCalls(inner),
    async writeFocus(target, options) {
      await inner.writeFocus(target, options);
      for (const parameter of focusParameters) {
        const wanted = target[parameter];
        if (wanted !== undefined) commanded = { ...commanded, [parameter]: wanted };
      }
      const focus = await inner.readFocus(options);
      await compare(focus, 'as read back');
      return focus;
    },
    async acquireFrame(request, options) {
      const frame = await inner.acquireFrame(request, options);
      await compare(frame.actual.focus, 'as the frame says');
      return frame;
    },
  };
}

/** Whether a value read back counts as the one that was set: see {@link verifyFocus}. */
export function isReached(
  { parameters }: MicroscopeDescription,
  parameter: FocusParameter,
  actual: number,
  wanted: number,
): boolean {
  const { readBackTolerance = 0, step = 0 } = parameters[parameter];
  return Math.abs(actual - wanted) <= Math.max(readBackTolerance, step / 2) + roundingError;
}

/** Less than a nanometre, and than any stigmator is set to, is not worth reading. */
function short(value: number): number {
  return Number(value.toFixed(4));
}
