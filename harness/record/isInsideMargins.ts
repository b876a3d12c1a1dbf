import {
  type FocusChange,
  type FocusLimits,
  focusParameters,
  limitOf,
} from '../microscope/index.ts';

/**
 * True where every parameter of a change is at most its margin, whatever its sign: of a residual,
 * that the state counts as in focus. False where a number is not one.
 */
export function isInsideMargins(change: FocusChange, margins: FocusLimits): boolean {
  return focusParameters.every(
    (parameter) => Math.abs(change[parameter]) <= limitOf(margins, parameter),
  );
}
