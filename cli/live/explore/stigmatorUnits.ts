import type { FocusLimits } from '../../../harness/microscope/index.ts';
import type { Preset } from '../../../sim/index.ts';

type Stigmator = Preset['stigmator'];

/**
 * Focal shift of one unit of the stigmators, um: the geometric mean of the two axes, whatever their
 * directions. 4.0 on the Merlin, whose unit is 1 %.
 */
export function umPerStigmatorUnit({ matrixUmPerUnit: [[ax, ay], [bx, by]] }: Stigmator): number {
  return Math.sqrt(Math.abs(ax * by - ay * bx));
}

/**
 * Limits that were chosen for one instrument in the stigmator unit of another: the same focal shift, to two
 * digits.
 */
export function limitsInUnitsOf(limits: FocusLimits, chosenFor: Stigmator, stigmator: Stigmator) {
  const units = (limits.stigmator * umPerStigmatorUnit(chosenFor)) / umPerStigmatorUnit(stigmator);
  return { ...limits, stigmator: Number(units.toPrecision(2)) } satisfies FocusLimits;
}
