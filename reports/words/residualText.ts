import type { FocusState } from '../../harness/microscope/index.ts';
import { signed } from './signed.ts';
import { stigmatorUnit } from './stigmatorUnit.ts';

/** Signed residuals in a line: `+0.34 µm; −0.050, +0.012 a.u.`. */
export function residualText({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState): string {
  const [wd, x, y] = [workingDistanceUm, stigmatorX, stigmatorY].map((value) =>
    // To 1 nm where it is small.
    signed(value, (size) => size.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3)),
  );
  return `${wd} µm; ${x}, ${y} ${stigmatorUnit}`;
}
