/** One algorithm's curve, a value per factor. */
export type Profile = readonly number[];

/**
 * Performance profiles: for each algorithm the share of scenarios in which its cost was within a
 * factor tau of the best algorithm's there. At tau = 1 the share of wins (ties win for all), far to
 * the right the share of scenarios it solved at all.
 *
 * A scenario that no algorithm solved counts for none: it stays in the denominator.
 *
 * @param costs - By algorithm, one cost per scenario in the same order: above 0, `Infinity` where
 *   the target was not reached.
 * @param factors - Each at least 1.
 * @returns By algorithm, one share per factor.
 * @throws RangeError if a list is empty, of another length, or a number not as said above.
 * @see Dolan and Moré 2002, Math. Program. 91:201
 */
export function performanceProfiles(
  costs: readonly (readonly number[])[],
  factors: readonly number[],
): readonly Profile[] {
  const scenarios = costs[0]?.length ?? 0;
  if (scenarios === 0) throw new RangeError('profiles need at least 1 algorithm and 1 scenario');
  for (const [i, row] of costs.entries()) {
    if (row.length !== scenarios) {
      throw new RangeError(
        `costs of algorithm ${i} must be ${scenarios} numbers. Received ${row.length}`,
      );
    }
    const wrong = row.find((cost) => !(cost > 0));
    if (wrong !== undefined) throw new RangeError(`a cost must be above 0. Received ${wrong}`);
  }
  const small = factors.find((factor) => !(factor >= 1));
  if (small !== undefined) throw new RangeError(`a factor must be at least 1. Received ${small}`);
  const best = Array.from({ length: scenarios }, (_, s) =>
    Math.min(...costs.map((row) => row[s]!)),
  );
  return costs.map((row) =>
    factors.map((factor) => {
      const within = row.filter((cost, s) => cost < Infinity && cost <= factor * best[s]!);
      return within.length / scenarios;
    }),
  );
}
