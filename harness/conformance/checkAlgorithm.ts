import type { AlgorithmEntry, AutofocusAlgorithm } from '../algorithm/index.ts';
import { planSuite, type Registry } from '../experiment/suite/index.ts';
import { type Clock, focusParameters, isSemfocusError, reasonOf } from '../microscope/index.ts';
import type { Scenario } from '../record/index.ts';
import { type CheckName, type CheckResult, checkNames } from './CheckResult.ts';
import { checkEstimator } from './checkEstimator.ts';
import { checkSteps, first } from './checkSteps.ts';
import { conformanceSuite } from './conformanceSuite.ts';
import { type Observation, type Observed, observe } from './observe.ts';
import { watchAccess } from './watchAccess.ts';
import { watchGlobals } from './watchGlobals.ts';

/** What checking needs from outside. */
export interface CheckServices {
  readonly registry: Registry;
  readonly clock: Clock;
  /** Longest time to wait for one iteration, ms. */
  readonly patienceMs: number;
  /** True where the algorithm runs in another process, which cannot be watched from here. */
  readonly runsElsewhere: boolean;
}

const iterations = 3;
/** Longest time from an abort to the end, ms: the estimate that is being computed may be finished. */
const promptMs = 10_000;
/** Less than any algorithm moves. */
const tightLimits = { workingDistanceUm: 0.05, stigmator: 0.01 };
const elsewhere = 'it has a process of its own and sees messages alone';

/**
 * Runs an algorithm on a simulated microscope again and again, and checks that it keeps to the
 * contract. How well it focuses is no part of that.
 *
 * While this runs, nothing else may in the same thread: clocks and random numbers are watched.
 *
 * @throws ConfigError if its frames do not fit into those of {@link conformanceSuite}; whatever opening
 *   a scenario throws.
 */
export async function* checkAlgorithm(
  entry: AlgorithmEntry,
  services: CheckServices,
): AsyncGenerator<CheckResult, void, void> {
  const { registry, clock, patienceMs, runsElsewhere } = services;
  const created = create(entry);
  yield created.check;
  const { algorithm } = created;
  if (algorithm === undefined) {
    yield* skipped(checkNames.slice(1), 'the algorithm cannot be made');
    return;
  }
  const { scenarios } = planSuite(conformanceSuite(entry.name), registry);
  const observed = (specimen: string): Observed => ({
    scenario: scenarioOn(specimen, scenarios),
    open: registry.openScenario,
    algorithm,
    clock,
    patienceMs,
  });
  const shown = observed('tissue');

  const plain = await observe(shown, { iterations });
  yield* checkSteps(plain);
  if (plain.end === 'late' || plain.steps.length === 0) {
    const rest = checkNames.slice(checkNames.indexOf('determinism'));
    yield* skipped(rest, 'there is no run to look at: see steps');
    return;
  }
  yield* await checkAgain(shown, plain, runsElsewhere);
  yield checkCancellation(await observe(shown, { iterations, abortAtFrame: 2 }));
  yield checkEarlyEnd(await observe(shown, { iterations: 1 }));
  yield checkBounds(await observe(shown, { iterations, limits: tightLimits }));
  yield checkNothing(await observe(observed('blank'), { iterations: 2 }));
  yield await checkEstimator(entry, shown);
  yield improvement(plain);
}

function* skipped(names: readonly CheckName[], finding: string): Generator<CheckResult> {
  for (const name of names) yield { name, result: 'skipped', finding };
}

function create(entry: AlgorithmEntry): {
  readonly check: CheckResult;
  readonly algorithm?: AutofocusAlgorithm;
} {
  const failed = (finding: string, advice: string): { check: CheckResult } => ({
    check: { name: 'parameters', result: 'failed', finding, advice },
  });
  let algorithm: AutofocusAlgorithm;
  try {
    algorithm = entry.create();
  } catch (error) {
    return failed(
      `it cannot be made without parameters: ${reasonOf(error)}`,
      'give every parameter a default',
    );
  }
  const { name, version, parameters } = algorithm;
  const text = JSON.stringify(parameters);
  if (name !== entry.name || typeof version !== 'string' || version === '' || text === undefined) {
    return {
      ...failed(
        `its name is ${name}, its version ${version}, its parameters ${text}`,
        `the name must be ${entry.name}, the version text, the parameters JSON: they are the key of its records`,
      ),
      algorithm,
    };
  }
  try {
    entry.create({ 'no-such-parameter': 1 });
  } catch (error) {
    if (isSemfocusError(error, 'ConfigError')) {
      return { check: { name: 'parameters', result: 'passed' }, algorithm };
    }
  }
  return {
    ...failed(
      'it takes a parameter that it does not know: a misspelt one would go unnoticed',
      'throw a ConfigError that names the parameter and those that there are',
    ),
    algorithm,
  };
}

function scenarioOn(specimen: string, scenarios: readonly Scenario[]): Scenario {
  const scenario = scenarios.find((one) => one.specimen.name === specimen);
  if (scenario === undefined) throw new TypeError(`the conformance suite has no ${specimen}`);
  return scenario;
}

/** The same run once more, watched: it must be the same, and touch nothing that it should not. */
async function checkAgain(
  observed: Observed,
  plain: Observation,
  runsElsewhere: boolean,
): Promise<CheckResult[]> {
  let found: readonly string[] = [];
  const globals = watchGlobals();
  let again: Observation;
  try {
    again = await observe(
      { ...observed, clock: globals.exempt(observed.clock) },
      {
        iterations,
        change: (context) => {
          const watch = watchAccess(context);
          found = watch.found;
          return watch.context;
        },
      },
    );
  } finally {
    globals.stop();
  }
  const determinism = first('determinism', differences(plain, again), {
    advice: runsElsewhere
      ? 'draw from context.random or the seed of the message alone, and read no clock'
      : 'draw from context.random alone, and keep nothing from one run to the next',
  });
  if (runsElsewhere) {
    return [
      determinism,
      ...skipped(['no-global-randomness'], `${elsewhere}; determinism tells`),
      ...skipped(['no-peeking'], elsewhere),
    ];
  }
  return [
    determinism,
    first(
      'no-global-randomness',
      [...globals.calls].map(([call, count]) => `${call} was called ${count} times`),
      { advice: 'take randomness from context.random and time from context.clock' },
    ),
    first(
      'no-peeking',
      found.map((what) => `it used ${what}`),
      { advice: 'use what the contract has: see AutofocusContext and Microscope' },
    ),
  ];
}

function differences(plain: Observation, again: Observation): string[] {
  if (plain.steps.length !== again.steps.length || plain.end !== again.end) {
    return [
      `it made ${plain.steps.length} iterations, then ${again.steps.length}${
        again.error === undefined ? '' : `: ${reasonOf(again.error)}`
      }`,
    ];
  }
  const text = ({ steps }: Observation, i: number): string => {
    const { computeMs: _, ...step } = steps[i]?.step ?? { computeMs: 0 };
    return JSON.stringify(step);
  };
  return plain.steps.flatMap((_, i) =>
    text(plain, i) === text(again, i)
      ? []
      : [`iteration ${i + 1} was ${text(plain, i)}, then ${text(again, i)}`],
  );
}

function checkCancellation(observation: Observation): CheckResult {
  const { end, steps, afterAbort, endedAfterMs, start, restored, description } = observation;
  const wrong: string[] = [];
  if (end === 'late' || endedAfterMs > promptMs) {
    wrong.push(`it had not ended ${(endedAfterMs / 1e3).toFixed(0)} s after the abort`);
  }
  if (end === 'enough' || end === 'clinging') wrong.push(`it went on to iteration ${steps.length}`);
  for (const call of new Set(afterAbort)) wrong.push(`it asked for ${call} without the signal`);
  for (const parameter of focusParameters) {
    const tolerance = description.parameters[parameter].readBackTolerance ?? 0;
    if (Math.abs(restored[parameter] - start[parameter]) > tolerance) {
      wrong.push(`${parameter} was left at ${restored[parameter]}, not at ${start[parameter]}`);
    }
  }
  return first('cancellation', wrong, {
    advice: 'hand { signal } to every call of the microscope, and let its errors through',
  });
}

function checkEarlyEnd({ end, error, endedAfterMs }: Observation): CheckResult {
  const wrong =
    end === 'late' || end === 'clinging'
      ? [`it had not ended ${(endedAfterMs / 1e3).toFixed(0)} s after its first iteration`]
      : end === 'error'
        ? [`it ended by an error: ${reasonOf(error)}`]
        : [];
  return first('early-end', wrong, {
    advice: 'do nothing long, and throw nothing, in the finally of the generator',
  });
}

function checkBounds(observation: Observation): CheckResult {
  const { end, error, steps, start } = observation;
  const name = 'bounds';
  const advice = 'let the error of writeFocus through, or stay inside of what it says';
  if (end === 'late') {
    return { name, result: 'failed', finding: 'it did not end when it was refused', advice };
  }
  if (end === 'error' && !isSemfocusError(error, 'OutOfRange', 'AlgorithmError')) {
    const finding = `refused by the guard, it ended by another error: ${reasonOf(error)}`;
    return { name, result: 'failed', finding, advice };
  }
  const pretended = steps.flatMap(({ step, focus }, i) =>
    focusParameters
      .filter((parameter) => !(Math.abs(step.focus?.[parameter] - focus[parameter]) <= 1e-3))
      .map(
        (parameter) =>
          `refused by the guard, iteration ${i + 1} says that ${parameter} is ${step.focus?.[parameter]}; it is ${focus[parameter]} (start ${start[parameter]})`,
      ),
  );
  return first(name, pretended, { advice });
}

function checkNothing({ end, error, steps }: Observation): CheckResult {
  const name = 'nothing-to-see';
  const advice = 'yield a step with declined: why, and no correction';
  if (end === 'error') {
    const finding = `frames that show nothing ended it by an error: ${reasonOf(error)}`;
    return { name, result: 'failed', finding, advice };
  }
  if (end === 'late') {
    return { name, result: 'failed', finding: 'frames that show nothing kept it for ever', advice };
  }
  const wrong = steps.flatMap(({ step }, i) =>
    focusParameters
      .filter((parameter) => !Number.isFinite(step.correction?.[parameter]))
      .map(
        (parameter) =>
          `iteration ${i + 1}: correction.${parameter} is ${step.correction?.[parameter]}`,
      ),
  );
  if (wrong.length > 0) return first(name, wrong, { advice });
  const declined = steps.find(({ step }) => step.declined !== undefined)?.step.declined;
  const finding = declined === undefined ? 'it did not decline' : `it declined: ${declined}`;
  return { name, result: 'passed', finding };
}

function improvement({ residuals, steps }: Observation): CheckResult {
  const text = ({ workingDistanceUm, stigmatorX, stigmatorY }: typeof residuals.before) =>
    `${workingDistanceUm.toFixed(2)} um, ${stigmatorX.toFixed(2)} and ${stigmatorY.toFixed(2)} units`;
  return {
    name: 'improvement',
    result: 'noted',
    finding: `from ${text(residuals.before)} off to ${text(residuals.after)} in ${steps.length} iterations`,
  };
}
