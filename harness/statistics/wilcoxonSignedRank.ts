import { normalCdf } from './normalDistribution.ts';

/** Outcome of {@link wilcoxonSignedRank}. */
export interface WilcoxonResult {
  /** Sum of the ranks of the positive differences, and of the negative ones. */
  readonly positiveRanks: number;
  readonly negativeRanks: number;
  /** Pairs that differ; six at the least for p < 0.05. */
  readonly nonZero: number;
  readonly zeros: number;
  /** Two-sided, in (0, 1]; 1 where no pair differs. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/** Up to here every assignment of signs is counted, as in SciPy; there the two differ by about 0.001. */
const exactUpTo = 50;

/**
 * Wilcoxon signed-rank test, two-sided: whether paired differences lie symmetrically about zero.
 *
 * Equal distances share the mean of their ranks. Pairs without a difference are ranked along, then left
 * out, after Pratt: they make the test more careful, as they should where a zero says that nothing
 * changed. With up to 50 pairs that differ, p is exact with
 * ties as well (the distribution over all assignments of signs to the ranks as they are); beyond,
 * it is normal with the variance corrected for ties and without continuity correction.
 *
 * @param differences - One per pair, any unit, no NaN; infinite ones are the largest and tie.
 * @throws RangeError for a difference that is not a number.
 * @see Pratt 1959, J. Am. Stat. Assoc. 54:655; `scipy.stats.wilcoxon`
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>): WilcoxonResult {
  const all = Array.from(differences);
  const wrong = all.findIndex((value) => Number.isNaN(value));
  if (wrong !== -1) throw new RangeError(`difference ${wrong} must be a number. Received NaN`);
  const zeros = all.filter((value) => value === 0).length;
  const ranked = all.sort((p, q) => Math.abs(p) - Math.abs(q) || 0);
  const { ranks, tieTerm } = rank(ranked);
  let positiveRanks = 0;
  let negativeRanks = 0;
  const own: number[] = [];
  for (const [i, value] of ranked.entries()) {
    if (value === 0) continue;
    const at = ranks[i]!;
    own.push(at);
    if (value > 0) positiveRanks += at;
    else negativeRanks += at;
  }
  const nonZero = own.length;
  const sums = { positiveRanks, negativeRanks, nonZero, zeros };
  if (nonZero === 0) return { ...sums, pValue: 1, method: 'exact' };
  if (nonZero <= exactUpTo) {
    const lower = Math.min(positiveRanks, negativeRanks);
    return { ...sums, pValue: exactP(own, lower), method: 'exact' };
  }
  const count = ranked.length;
  const expected = (count * (count + 1) - zeros * (zeros + 1)) / 4;
  const variance =
    (count * (count + 1) * (2 * count + 1) - zeros * (zeros + 1) * (2 * zeros + 1) - tieTerm / 2) /
    24;
  const score = (Math.min(positiveRanks, negativeRanks) - expected) / Math.sqrt(variance);
  return { ...sums, pValue: Math.min(1, 2 * normalCdf(score)), method: 'normal' };
}

/** Mean ranks of values in ascending order of their distance from zero. */
function rank(ascending: readonly number[]): {
  ranks: number[];
  /** Sum of t^3 - t over groups of t equal distances, zeros apart. */
  tieTerm: number;
} {
  const ranks: number[] = [];
  let tieTerm = 0;
  for (let start = 0; start < ascending.length; ) {
    const distance = Math.abs(ascending[start]!);
    let end = start + 1;
    while (end < ascending.length && Math.abs(ascending[end]!) === distance) end++;
    const size = end - start;
    const shared = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks.push(shared);
    if (distance !== 0) tieTerm += size ** 3 - size;
    start = end;
  }
  return { ranks, tieTerm };
}

/**
 * Twice the probability that the sum of a random half of the ranks is at most `lower`. Mean ranks
 * are halves, so twice a rank is a whole number and sums can be counted in a table.
 */
function exactP(ranks: readonly number[], lower: number): number {
  const doubled = ranks.map((one) => Math.round(2 * one));
  const total = doubled.reduce((sum, one) => sum + one, 0);
  const probability = new Float64Array(total + 1);
  probability[0] = 1;
  let reached = 0;
  for (const one of doubled) {
    reached += one;
    for (let sum = reached; sum >= 0; sum--) {
      const without = probability[sum]!;
      const within = sum >= one ? probability[sum - one]! : 0;
      probability[sum] = (without + within) / 2;
    }
  }
  let below = 0;
  for (let sum = 0; sum <= Math.round(2 * lower); sum++) below += probability[sum]!;
  return Math.min(1, 2 * below);
}
