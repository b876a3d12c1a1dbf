import type { AutofocusContext } from '../AutofocusAlgorithm.ts';

/** One per question, so that a program that needs randomness has the same in every run. */
export function seedFrom({ random }: Pick<AutofocusContext, 'random'>): number {
  return random.integerBelow(2 ** 32);
}
