/** What a run had come to after spending something; the first row is the start, at cost 0. */
export interface BudgetRow {
  /** Since the start of the run, never falling from row to row. */
  readonly cost: number;
  readonly value: number;
}

/**
 * What a run had come to when a budget was spent: the value of its last row within the budget. A
 * run that ended earlier keeps its last value, the state in which it left the microscope.
 *
 * @param rows - At least one, the first within the budget.
 * @throws RangeError if there is no row within the budget, or costs fall.
 */
export function valueAtBudget(rows: readonly BudgetRow[], budget: number): number {
  let found: number | undefined;
  let before = Number.NEGATIVE_INFINITY;
  for (const [i, { cost, value }] of rows.entries()) {
    if (!(cost >= before)) {
      throw new RangeError(`cost of row ${i} must be at least ${before}. Received ${cost}`);
    }
    before = cost;
    if (cost <= budget) found = value;
  }
  if (found === undefined) {
    throw new RangeError(`the budget must allow for the first row. Received ${budget}`);
  }
  return found;
}
