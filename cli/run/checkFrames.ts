import type { Plan, Registry } from '../../harness/experiment/suite/index.ts';
import { ConfigError, isSemfocusError } from '../../harness/microscope/index.ts';
import { canonicalJson, type Scenario } from '../../harness/record/index.ts';
import { assertExposable } from './assertExposable.ts';

/**
 * Asks every instrument of a plan to drive to each of its places and for one pixel of each of its
 * frames, so that what it cannot do is refused before a folder is made or a worker started.
 *
 * @throws ConfigError naming the suite and the instrument, what it allows and what was asked for.
 */
export async function checkFrames(plan: Plan, registry: Registry): Promise<void> {
  const different = new Map(
    plan.scenarios.map((scenario) => [
      canonicalJson({ preset: scenario.preset, ...scenario.frame }),
      scenario,
    ]),
  );
  for (const scenario of different.values()) {
    try {
      await checkFrame(scenario, plan, registry);
    } catch (cause) {
      if (!isSemfocusError(cause)) throw cause;
      throw new ConfigError(
        `suite ${scenario.suite}, preset ${scenario.preset}: ${cause.message}`,
        { cause, ...(cause.hint !== undefined && { hint: cause.hint }) },
      );
    }
  }
}

async function checkFrame(scenario: Scenario, plan: Plan, registry: Registry): Promise<void> {
  // What an instrument can do does not depend on what lies on its stage; of nothing a frame is made at once.
  const specimen = { name: 'blank', seed: 0 };
  const { microscope } = await registry.openScenario({ ...scenario, specimen });
  try {
    for (const { preset, stage } of plan.scenarios) {
      if (preset === scenario.preset) await microscope.moveStage(stage);
    }
    await assertExposable(microscope, scenario.frame);
  } finally {
    await microscope.close();
  }
}
