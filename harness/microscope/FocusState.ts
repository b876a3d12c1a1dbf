/**
 * What the operator can turn. Absolute instrument values, as the instrument reports them.
 *
 * Units: working distance in um (4500 for 4.5 mm), stigmators in the instrument's own stigmator
 * unit (SmartSEM: %). The article calls the latter "a.u.".
 */
export interface FocusState {
  readonly workingDistanceUm: number;
  readonly stigmatorX: number;
  readonly stigmatorY: number;
}

/** The three focus parameters, in the order in which tables and vectors list them. */
export const focusParameters = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const;

/** One of the names of {@link focusParameters}. */
export type FocusParameter = (typeof focusParameters)[number];

/** `state + step`, parameter by parameter; a parameter missing from `step` stays as it is. */
export function addFocus(state: FocusState, step: Partial<FocusState>): FocusState {
  return {
    workingDistanceUm: state.workingDistanceUm + (step.workingDistanceUm ?? 0),
    stigmatorX: state.stigmatorX + (step.stigmatorX ?? 0),
    stigmatorY: state.stigmatorY + (step.stigmatorY ?? 0),
  };
}

/** `state - origin`, parameter by parameter. */
export function subtractFocus(state: FocusState, origin: FocusState): FocusState {
  return {
    workingDistanceUm: state.workingDistanceUm - origin.workingDistanceUm,
    stigmatorX: state.stigmatorX - origin.stigmatorX,
    stigmatorY: state.stigmatorY - origin.stigmatorY,
  };
}
