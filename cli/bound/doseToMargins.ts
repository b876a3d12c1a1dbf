import type { FocusChange, FocusLimits } from '../../harness/microscope/index.ts';

/** Relative accuracy of the dose. */
const accuracy = 1e-3;
const mostSteps = 40;
/** Doses beyond these powers of e are no doses. */
const farthestLog = 40;

/**
 * The smallest dose at which the bound is inside all margins.
 *
 * @param sdAt - Standard deviations at a dose, in any unit of dose; falling with it.
 * @returns in the same unit; undefined where no dose is enough.
 */
export function doseToMargins(
  sdAt: (dose: number) => FocusChange,
  { workingDistanceUm, stigmator }: FocusLimits,
): number | undefined {
  /** Above 0 where the dose is too small; nearly straight in the logarithm of the dose. */
  const excess = (logDose: number): number => {
    const sd = sdAt(Math.exp(logDose));
    return Math.log(
      Math.max(
        sd.workingDistanceUm / workingDistanceUm,
        sd.stigmatorX / stigmator,
        sd.stigmatorY / stigmator,
      ),
    );
  };
  let now = { at: 0, excess: excess(0) };
  // Between 1/dose, where noise drowns everything, and its root.
  let slope = -0.75;
  for (let step = 0; step < mostSteps; step++) {
    if (!Number.isFinite(now.excess) || Math.abs(now.at) > farthestLog) return undefined;
    const at = now.at - now.excess / slope;
    if (Math.abs(at - now.at) < accuracy) return Math.exp(at);
    const next = { at, excess: excess(at) };
    const secant = (next.excess - now.excess) / (at - now.at);
    slope = Math.min(Math.max(secant, -1.2), -0.2);
    now = next;
  }
  return undefined;
}
