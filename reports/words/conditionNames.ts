import type { Condition } from '../summary/index.ts';
import { settingParts } from './conditionLabel.ts';

/** How the columns of figures are headed. */
export interface ConditionNames {
  /** What all conditions have in common, e.g. `figure-5: merlin, gaussian PSF`; may be empty. */
  readonly common: string;
  /** What tells a condition from the others, e.g. `tissue, 50 ns`. */
  readonly nameOf: (condition: NamedCondition) => string;
}

/** A condition, or a setting: the same at any dwell time. */
export type NamedCondition = Omit<Condition, 'dwellTimeNs'> & { readonly dwellTimeNs?: number };

/**
 * Splits the names of conditions into common and differing parts, so that columns can be
 * headed by the latter alone.
 */
export function conditionNames(conditions: readonly NamedCondition[]): ConditionNames {
  const parts = (condition: NamedCondition): readonly string[] => [
    condition.suite,
    ...padded(settingParts(condition)),
    ...(condition.dwellTimeNs === undefined ? [] : [`${condition.dwellTimeNs} ns`]),
  ];
  const [first, ...others] = conditions.map(parts);
  if (first === undefined) return { common: '', nameOf: () => '' };
  const isCommon = first.map((part, i) => others.every((other) => other[i] === part));
  const common = joined(first.filter((_, i) => isCommon[i]));
  const nameOf = (condition: NamedCondition) => {
    const differing = parts(condition).filter((_, i) => !isCommon[i]);
    return joined(differing.length > 0 ? differing : parts(condition));
  };
  return { common, nameOf };
}

/** What an instrument has no part for is left empty, so that parts of one kind are compared. */
function padded([instrument = '', how = '', specimen = '']: readonly string[]): readonly string[] {
  return [instrument, how, specimen];
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
