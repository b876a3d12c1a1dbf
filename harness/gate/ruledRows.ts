import { groupedBy } from '../statistics/index.ts';
import type { GateReport, RuleEffect, RuleResult } from './evaluateGate.ts';

/** The gravest first. */
export const effectOrder: readonly RuleEffect[] = ['fail', 'missing', 'warn', 'pass', 'skipped'];

/**
 * A row for everything that was judged, the gravest first and of these the worst. Two rules about one
 * thing (a margin that must be ruled out, a smaller one that warns) are one row.
 */
export function ruledRows({ results }: Pick<GateReport, 'results'>): readonly RuleResult[] {
  const rows = [...groupedBy(results, ({ comparison }) => comparison).values()].map(gravest);
  return effectOrder.flatMap((effect) =>
    rows.filter((row) => row.effect === effect).toSorted((p, q) => badness(q) - badness(p)),
  );
}

/** Of several that pass, the tightest: it says most. */
function gravest(results: readonly [RuleResult, ...RuleResult[]]): RuleResult {
  const order = (p: RuleResult, q: RuleResult) =>
    effectOrder.indexOf(p.effect) - effectOrder.indexOf(q.effect) ||
    (p.margin?.margin ?? 0) - (q.margin?.margin ?? 0);
  return results.reduce((worst, one) => (order(one, worst) < 0 ? one : worst));
}

/** How much worse, in margins. */
function badness({ comparison: { difference }, margin }: RuleResult): number {
  return difference === null || margin === null ? 0 : difference.worseBy / margin.margin;
}
