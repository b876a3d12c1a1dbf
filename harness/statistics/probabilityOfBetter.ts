/**
 * Probability that A beats B on the same scenario: the share of pairs in which A is better, and
 * half of those in which both are the same. 0.5 says nothing.
 *
 * @param a - One value per scenario, no NaN; `Infinity` for a target that was not reached.
 * @param b - In the same order.
 * @throws RangeError if the lists are empty, of different lengths, or hold NaN.
 */
export function probabilityOfBetterPaired(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  better: 'lower' | 'higher',
): number {
  if (a.length !== b.length) {
    throw new RangeError(`a and b must be of one length. Received ${a.length} and ${b.length}`);
  }
  assertValues(a);
  assertValues(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += win(a[i]!, b[i]!, better);
  return sum / a.length;
}

/**
 * The same where A and B met different scenarios: over all pairs of one with another, which is the
 * Mann-Whitney statistic over the product of the counts.
 *
 * @throws RangeError if a list is empty or holds NaN.
 * @see Agarwal et al. 2021, Deep RL at the edge of the statistical precipice (NeurIPS)
 */
export function probabilityOfBetterUnpaired(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  better: 'lower' | 'higher',
): number {
  assertValues(a);
  assertValues(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) sum += win(a[i]!, b[j]!, better);
  }
  return sum / (a.length * b.length);
}

function win(a: number, b: number, better: 'lower' | 'higher'): number {
  if (a === b) return 0.5;
  return a < b === (better === 'lower') ? 1 : 0;
}

function assertValues(values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError('each side needs at least 1 value. Received 0');
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) throw new RangeError(`value ${i} must be a number. Received NaN`);
  }
}
