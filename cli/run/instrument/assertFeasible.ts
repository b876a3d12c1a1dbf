import { type Plan, type Registry, startClasses } from '../../../harness/experiment/suite/index.ts';
import {
  assertInRange,
  assertRequestInRange,
  ConfigError,
  type FocusParameter,
  focusParameters,
  isSemfocusError,
  limitOf,
  type Microscope,
  type MicroscopeDescription,
} from '../../../harness/microscope/index.ts';
import type { GuardRules } from '../../instrument/guardRules.ts';
import type { PlaceExposure } from './exposures.ts';

/**
 * Refuses, before anything moves, what the instrument or its guard would refuse half way: frames, places, starts and
 * doses of a plan.
 *
 * @throws ConfigError naming what is asked for and what is allowed; what reading the stage throws.
 */
export async function assertFeasible(
  plan: Plan,
  registry: Registry,
  places: readonly PlaceExposure[],
  {
    microscope,
    description,
    rules,
  }: {
    readonly microscope: Microscope;
    readonly description: MicroscopeDescription;
    readonly rules: GuardRules;
  },
): Promise<void> {
  const { suite, scenarios } = plan;
  try {
    for (const { frame, instrument } of scenarios) {
      assertRequestInRange(frame, description);
      const dwellTimeNs = instrument?.reference.dwellTimeNs ?? frame.dwellTimeNs;
      assertRequestInRange({ ...frame, dwellTimeNs }, description);
    }
    if (scenarios[0]?.instrument?.hasStage) {
      const { stageXUm, stageYUm } = description.parameters;
      const { xUm, yUm } = await microscope.readStage();
      for (const { stage } of places) {
        assertInRange('stageXUm', xUm + stage.xUm, stageXUm);
        assertInRange('stageYUm', yUm + stage.yUm, stageYUm);
      }
    }
  } catch (cause) {
    if (!isSemfocusError(cause, 'OutOfRange')) throw cause;
    throw new ConfigError(`suite ${suite.name} on ${description.name}: ${cause.message}`, {
      cause,
    });
  }
  for (const parameter of focusParameters) assertInReach(parameter, plan, registry, rules);
  const { doseBudgetElectronsPerNm2: budget } = rules;
  const most = Math.max(...places.map(({ doseElectronsPerNm2 }) => doseElectronsPerNm2));
  if (budget !== undefined && most > budget) {
    throw new ConfigError(
      `--limits must allow a dose of ${Math.ceil(most)} electrons/nm2 at a place for suite ${suite.name}. Received ${budget} electrons/nm2`,
      { hint: '--dry-run lists the places; --algorithms or --only runs a part of the suite' },
    );
  }
}

/** The farthest start, and from there the working distance of the first pair. */
function assertInReach(
  parameter: FocusParameter,
  { suite, scenarios }: Plan,
  registry: Registry,
  { limits }: GuardRules,
): void {
  const farthest = Math.max(
    ...startClasses(suite.trajectories).flatMap((one) => {
      const rule = one[parameter];
      return ('each' in rule ? rule.each : rule).map(Math.abs);
    }),
  );
  const perturbations = scenarios.map(({ algorithm, calibration, frame }) => {
    const entry = registry.algorithms.get(algorithm.name);
    return entry?.perturbationFor?.(calibration, frame.pixelSizeNm, algorithm.parameters) ?? 0;
  });
  const needed = farthest + (parameter === 'workingDistanceUm' ? Math.max(0, ...perturbations) : 0);
  const allowed = limitOf(limits, parameter);
  if (allowed >= needed) return;
  const unit = parameter === 'workingDistanceUm' ? ' um' : '';
  throw new ConfigError(
    `--limits must allow ${parameter} to change by ${needed}${unit} from the start for suite ${suite.name}. Received ${allowed}${unit}`,
  );
}
