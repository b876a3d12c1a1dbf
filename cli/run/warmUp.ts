import type { RunOne } from '../../harness/experiment/run/index.ts';
import type { Plan } from '../../harness/experiment/suite/index.ts';

/** Lets every algorithm run one iteration that does not count, so that all are loaded and compiled. */
export async function warmUp(plan: Plan, runOne: RunOne, signal: AbortSignal): Promise<void> {
  const first = new Map(
    plan.scenarios.toReversed().map((scenario) => [JSON.stringify(scenario.algorithm), scenario]),
  );
  for (const scenario of first.values()) {
    if (signal.aborted) return;
    await runOne({ ...scenario, iterations: 1 }, signal, () => {}).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
