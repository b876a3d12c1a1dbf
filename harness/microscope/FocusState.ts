/** Keeps a state and a change apart for the compiler; no object ever has it. */
declare const kind: unique symbol;

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
  readonly [kind]?: 'state';
}

/**
 * What is added to a {@link FocusState}, in its units: a correction, a residual, the distance of a
 * start from best focus, a standard deviation of any of them. An object literal may be either; what
 * is declared as one of the two is never taken for the other.
 */
export interface FocusChange {
  readonly workingDistanceUm: number;
  readonly stigmatorX: number;
  readonly stigmatorY: number;
  readonly [kind]?: 'change';
}

/** The three focus parameters, in the order in which tables and vectors list them. */
export const focusParameters = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const;

/** One of the names of {@link focusParameters}. */
export type FocusParameter = (typeof focusParameters)[number];

/** `state + change`, parameter by parameter; a parameter missing from `change` stays as it is. */
export function addFocus(state: FocusState, change: Partial<FocusChange>): FocusState {
  return {
    workingDistanceUm: state.workingDistanceUm + (change.workingDistanceUm ?? 0),
    stigmatorX: state.stigmatorX + (change.stigmatorX ?? 0),
    stigmatorY: state.stigmatorY + (change.stigmatorY ?? 0),
  };
}

/** The change that undoes a change. */
export function opposite({ workingDistanceUm, stigmatorX, stigmatorY }: FocusChange): FocusChange {
  return {
    workingDistanceUm: -workingDistanceUm,
    stigmatorX: -stigmatorX,
    stigmatorY: -stigmatorY,
  };
}

/** `state - origin`, parameter by parameter: what leads from `origin` to `state`. */
export function subtractFocus(state: FocusState, origin: FocusState): FocusChange {
  return {
    workingDistanceUm: state.workingDistanceUm - origin.workingDistanceUm,
    stigmatorX: state.stigmatorX - origin.stigmatorX,
    stigmatorY: state.stigmatorY - origin.stigmatorY,
  };
}
