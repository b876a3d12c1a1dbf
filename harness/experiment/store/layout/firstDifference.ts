/** Where two values that ought to be equal are not, and what stands there. */
export interface Difference {
  /** E.g. `iterations[2].residual.workingDistanceUm`. */
  readonly path: string;
  /** As JSON; `absent` where there is nothing. */
  readonly first: string;
  readonly second: string;
}

/** The first place in which two JSON values differ, or `undefined`; the order of fields is none. */
export function firstDifference(
  first: unknown,
  second: unknown,
  path = '',
): Difference | undefined {
  if (isContainer(first) && isContainer(second) && Array.isArray(first) === Array.isArray(second)) {
    const steps = new Set([...Object.keys(first), ...Object.keys(second)]);
    for (const step of steps) {
      const at = Array.isArray(first) ? `[${step}]` : path === '' ? step : `.${step}`;
      const difference = firstDifference(first[step], second[step], path + at);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (Object.is(first, second)) return undefined;
  return { path, first: shown(first), second: shown(second) };
}

function isContainer(value: unknown): value is { readonly [step: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
