import type { FocusParameter } from './FocusState.ts';

/** How far the focus may go, either way. */
export interface FocusLimits {
  /** um */
  readonly workingDistanceUm: number;
  /** Stigmator units, for x and y each. */
  readonly stigmator: number;
}

/** The limit of one parameter: both stigmators have the same. */
export function limitOf(limits: FocusLimits, parameter: FocusParameter): number {
  return parameter === 'workingDistanceUm' ? limits.workingDistanceUm : limits.stigmator;
}
