import { canonicalJson, type Plan, type Registry } from '../harness/experiment/index.ts';
import { ConfigError, isSemfocusError } from '../harness/microscope/index.ts';
import { assertExposable } from './assertExposable.ts';

/**
 * Asks every instrument of a plan for one pixel of each of its frames, so that a frame that cannot
 * be exposed is refused before a folder is made or a worker started.
 *
 * @throws ConfigError naming the instrument, what it allows and what was asked for.
 */
export async function checkFrames(plan: Plan, registry: Registry): Promise<void> {
  const different = new Map(
    plan.scenarios.map((scenario) => [
      canonicalJson({ preset: scenario.preset, ...scenario.frame }),
      scenario,
    ]),
  );
  for (const scenario of different.values()) {
    const { microscope } = await registry.openScenario(scenario);
    try {
      await assertExposable(microscope, scenario.frame);
    } catch (cause) {
      if (!isSemfocusError(cause)) throw cause;
      throw new ConfigError(
        `suite ${scenario.suite}, preset ${scenario.preset}: ${cause.message}`,
        { cause },
      );
    } finally {
      await microscope.close();
    }
  }
}
