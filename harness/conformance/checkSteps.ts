import {
  type FocusChange,
  type FocusState,
  focusParameters,
  reasonOf,
  subtractFocus,
} from '../microscope/index.ts';
import { canonicalJson } from '../record/index.ts';
import type { CheckResult } from './CheckResult.ts';
import type { Observation, SeenStep } from './observe.ts';

/** Resolution of a clock, ms. */
const clockSlackMs = 2;

/** Checks of a plain run: iterations, numbers, states and costs are as reported. */
export function checkSteps(observation: Observation): CheckResult[] {
  const { steps } = observation;
  const ran = checkRun(observation);
  if (steps.length === 0) {
    const skipped = (['numbers', 'read-back', 'accounts'] as const).map(
      (name): CheckResult => ({ name, result: 'skipped', finding: 'there was no iteration' }),
    );
    return [ran, ...skipped];
  }
  return [
    ran,
    first('numbers', steps.flatMap(numberTrouble), {
      advice: 'throw an error, or set declined to the reason, if there is no correction',
    }),
    first('read-back', readBackTrouble(observation), {
      advice: 'yield the result of writeFocus as focus, and the change of the state as correction',
    }),
    first('accounts', steps.flatMap(accountTrouble), {
      advice:
        'count every acquireFrame; measure computing with context.clock, without the microscope',
    }),
  ];
}

function checkRun({ steps, end, error }: Observation): CheckResult {
  const name = 'steps';
  const miscounted = steps.find(({ step }, i) => step?.iteration !== i + 1);
  if (miscounted !== undefined) {
    const expected = steps.indexOf(miscounted) + 1;
    return {
      name,
      result: 'failed',
      finding: `iteration ${expected} has the number ${miscounted.step?.iteration}`,
      advice: 'yield iteration 1, 2, 3, ...',
    };
  }
  if (end === 'error') {
    return {
      name,
      result: 'failed',
      finding: `iteration ${steps.length + 1} ended by an error: ${reasonOf(error)}`,
      advice: 'run it by itself until it works: semfocus run demo',
    };
  }
  if (end === 'late') {
    return {
      name,
      result: 'failed',
      finding: `iteration ${steps.length + 1} did not end`,
      advice: 'yield after every correction',
    };
  }
  if (steps.length === 0) {
    return {
      name,
      result: 'failed',
      finding: 'it ended without a single iteration',
      advice: 'yield at least one step; without a correction, set declined to the reason',
    };
  }
  return { name, result: 'passed' };
}

function numberTrouble({ step }: SeenStep, index: number): string[] {
  const { correction, correctionSd, computeMs, framesUsed, declined, diagnostics } = step;
  const wrong = [
    ...vectorTrouble('correction', correction),
    ...(correctionSd === undefined ? [] : vectorTrouble('correctionSd', correctionSd, 0)),
    ...vectorTrouble('focus', step.focus),
    ...numberIs('computeMs', computeMs, 0),
    ...numberIs('framesUsed', framesUsed, 0),
    ...(declined === undefined || typeof declined === 'string'
      ? []
      : [`declined is ${typeof declined}, not text`]),
    ...jsonTrouble(diagnostics),
  ];
  return wrong.map((what) => `iteration ${index + 1}: ${what}`);
}

function jsonTrouble(diagnostics: SeenStep['step']['diagnostics']): string[] {
  if (diagnostics === undefined) return [];
  try {
    canonicalJson(diagnostics, 'diagnostics');
    return [];
  } catch (error) {
    return [reasonOf(error)];
  }
}

function vectorTrouble(
  name: string,
  values: FocusState | FocusChange | undefined,
  minimum?: number,
): string[] {
  return focusParameters.flatMap((parameter) =>
    numberIs(`${name}.${parameter}`, values?.[parameter], minimum),
  );
}

function numberIs(name: string, value: unknown, minimum = Number.NEGATIVE_INFINITY): string[] {
  if (Number.isFinite(value) && (value as number) >= minimum) return [];
  return [`${name} is ${typeof value === 'bigint' ? `${value}n` : String(value)}`];
}

function readBackTrouble({ steps, start, description }: Observation): string[] {
  let before = start;
  return steps.flatMap(({ step, focus }, i) => {
    const moved = subtractFocus(focus, before);
    before = focus;
    return focusParameters.flatMap((parameter) => {
      const { readBackTolerance = 0, step: resolution = 0 } = description.parameters[parameter];
      const tolerance = readBackTolerance + 1e-9;
      const claimed = step.focus?.[parameter];
      const changed = step.correction?.[parameter];
      const wrong: string[] = [];
      if (!(Math.abs(claimed - focus[parameter]) <= tolerance)) {
        wrong.push(`focus.${parameter} is ${claimed}, the microscope reads ${focus[parameter]}`);
      }
      // A requested value may lie between two values that the instrument can take.
      if (!(Math.abs(changed - moved[parameter]) <= 2 * tolerance + resolution)) {
        wrong.push(
          `correction.${parameter} is ${changed}, the state changed by ${moved[parameter]}`,
        );
      }
      return wrong.map((what) => `iteration ${i + 1}: ${what}`);
    });
  });
}

function accountTrouble({ step, framesExposed, elapsedMs }: SeenStep, index: number): string[] {
  const wrong: string[] = [];
  if (step.framesUsed !== framesExposed) {
    wrong.push(`framesUsed is ${step.framesUsed}, and ${framesExposed} were exposed`);
  }
  if (step.computeMs > elapsedMs + clockSlackMs) {
    wrong.push(`computeMs is ${step.computeMs}, and ${elapsedMs.toFixed(0)} ms went by`);
  }
  return wrong.map((what) => `iteration ${index + 1}: ${what}`);
}

/** Failed with the first fault, passed without one. */
export function first(
  name: CheckResult['name'],
  wrong: readonly string[],
  { advice }: { readonly advice: string },
): CheckResult {
  const [finding] = wrong;
  if (finding === undefined) return { name, result: 'passed' };
  const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : '';
  return { name, result: 'failed', finding: `${finding}${more}`, advice };
}
