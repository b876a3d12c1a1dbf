import type { AutofocusContext, AutofocusStep, FrameMeter } from '../../harness/algorithm/index.ts';
import { type FocusState, type Frame, subtractFocus } from '../../harness/microscope/index.ts';
import type { FrameSharpness } from './frameSharpness.ts';

/** Where a search has come to. */
export interface SearchResult {
  readonly start: FocusState;
  /** The state that the microscope is in. */
  readonly end: FocusState;
  readonly judge: (frame: Frame) => FrameSharpness;
  /** Number of the step that is made of it. */
  readonly iteration: number;
  /** Why the search failed; it is believed to have succeeded where left out. */
  readonly failure?: string | undefined;
}

/**
 * The last step of a search: the start and the end are exposed once more, and unless the end is the
 * sharper one of the two the start is put back. A search that failed is taken back unseen.
 */
export async function endOfSearch(
  { microscope, signal }: AutofocusContext,
  meter: FrameMeter,
  { start, end, judge, iteration, failure }: SearchResult,
): Promise<AutofocusStep> {
  const before = failure === undefined ? await meter.measure(start, judge) : undefined;
  const after = failure === undefined ? await meter.measure(end, judge) : undefined;
  const isSharper =
    before !== undefined && after !== undefined && after.sharpness > before.sharpness;
  const focus = await microscope.writeFocus(isSharper ? end : start, { signal });
  return {
    iteration,
    correction: subtractFocus(focus, end),
    focus,
    ...meter.settle(),
    ...(!isSharper && {
      declined: `${failure ?? 'the end was no sharper than the start'}; the start was put back`,
    }),
    diagnostics: {
      isRolledBack: !isSharper,
      ...(before && after && { startSharpness: before.sharpness, endSharpness: after.sharpness }),
    },
  };
}
