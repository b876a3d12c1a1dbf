import type { AutofocusAlgorithm, AutofocusContext, AutofocusStep } from '../../algorithm/index.ts';
import { parseConfig, unknownName } from '../../config/index.ts';
import { type Session, takeSteps } from '../../focusing/index.ts';
import {
  type AcquisitionLog,
  AlgorithmError,
  type Calibration,
  calibrationSchema,
  type FocusChange,
  type FocusState,
  focusParameters,
  isSemfocusError,
  type Microscope,
  type MicroscopeDescription,
  reasonOf,
  subtractFocus,
} from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import {
  canonicalJson,
  type IterationRow,
  isInsideMargins,
  type Outcome,
  type Scenario,
} from '../../record/index.ts';
import type { Registry } from '../suite/index.ts';
import type { TrajectoryServices } from './TrajectoryServices.ts';

/** An algorithm that is ready to run. */
interface Setup {
  readonly algorithm: AutofocusAlgorithm;
  /** What the algorithm is told, a copy of its own. */
  readonly calibration: Calibration;
}

/**
 * The algorithm of a scenario, and what it is told.
 *
 * @throws ConfigError if the registry does not have it, or for parameters and numbers that do not fit.
 */
export function setUp(
  { algorithm, calibration }: Pick<Scenario, 'algorithm' | 'calibration'>,
  registry: Registry,
): Setup {
  const algorithmEntry = registry.algorithms.get(algorithm.name);
  if (algorithmEntry === undefined) {
    throw unknownName('algorithm', algorithm.name, registry.algorithms.keys());
  }
  return {
    algorithm: algorithmEntry.create(algorithm.parameters),
    calibration: structuredClone(parseConfig(calibrationSchema, calibration, 'the calibration')),
  };
}

/** Why a trajectory did not come to its end. */
export interface Trouble {
  readonly outcome: Outcome;
  readonly message: string;
  readonly isTimeout: boolean;
}

/** Where an algorithm is let work. */
export interface Workplace {
  /** What the algorithm gets, with its log and the way back to the start. */
  readonly session: Pick<Session, 'microscope' | 'description' | 'log' | 'restore'>;
  /** What the session was opened on: to be read at any time. */
  readonly instrument: Microscope;
  /** What residuals are measured from, at the present place and time. */
  readonly bestFocus: () => FocusState;
}

/**
 * Lets the algorithm work on the microscope as it stands, and notes every state it leaves. Where it is
 * stopped, by what it does or by the deadline, the start is put back.
 *
 * @throws `signal.reason` when aborted.
 */
export async function followAlgorithm(
  scenario: Scenario,
  { algorithm, calibration }: Setup,
  { session, instrument, bestFocus }: Workplace,
  {
    signal,
    deadline,
    clock,
    onStep = () => {},
  }: Pick<TrajectoryServices, 'signal' | 'clock' | 'onStep'> & { readonly deadline?: AbortSignal },
): Promise<{ rows: IterationRow[]; trouble?: Trouble }> {
  const { microscope, description, log, restore } = session;
  const context: AutofocusContext = {
    microscope,
    frame: { ...scenario.frame },
    calibration,
    random: new RandomStream(scenario.seed, 'algorithm', scenario.trajectory),
    signal: deadline === undefined ? signal : AbortSignal.any([signal, deadline]),
    clock,
  };

  const rows: IterationRow[] = [];
  const add = async (
    iteration: number,
    about: Pick<IterationRow, 'computeMs'> & Partial<IterationRow>,
  ): Promise<void> => {
    const focus = await instrument.readFocus({ signal });
    const residual = subtractFocus(focus, bestFocus());
    const row: IterationRow = {
      iteration,
      focus: focusOf(focus),
      residual,
      insideMargins: isInsideMargins(residual, scenario.margins),
      ...totalsOf(log),
      ...about,
    };
    rows.push(row);
    onStep(row);
  };
  const addStep = ({ iteration, correction, computeMs, ...step }: AutofocusStep): Promise<void> => {
    const { correctionSd, declined, diagnostics } = step;
    return add(iteration, {
      correction: focusOf(correction),
      ...(correctionSd && { correctionSd: focusOf(correctionSd) }),
      ...(declined !== undefined && { declined }),
      computeMs,
      ...(diagnostics && { diagnostics: JSON.parse(JSON.stringify(diagnostics)) }),
    });
  };
  /** Whatever the algorithm has left behind, the microscope goes back to the start. */
  const stop = async (error: unknown): Promise<Trouble> => {
    const trouble = await restore({ after: error, signal }).then(() => troubleOf(error), troubleOf);
    const iteration = Math.min(rows.length, scenario.iterations);
    await add(iteration, { insideMargins: false, computeMs: 0, stopped: trouble.message });
    return trouble;
  };

  await add(0, { computeMs: 0 });
  try {
    for await (const step of takeSteps(algorithm, context, scenario.iterations)) {
      checkStep(step, rows.length);
      await checkFocus(step.focus, instrument, description, `iteration ${step.iteration}`);
      await addStep(step);
    }
    const last = rows.at(-1);
    if (last === undefined || last.iteration === 0) {
      throw new AlgorithmError('the algorithm ended without a single step');
    }
    await checkFocus(last.focus, instrument, description, 'after the last iteration');
    return { rows };
  } catch (error) {
    signal.throwIfAborted();
    return { rows, trouble: await stop(error) };
  }
}

type Totals = Pick<
  IterationRow,
  | 'framesTotal'
  | 'pixelsTotal'
  | 'doseElectronsPerNm2Total'
  | 'electronsTotal'
  | 'beamOnTotalS'
  | 'settleTotalS'
  | 'microscopeTotalS'
>;

function totalsOf(log: AcquisitionLog): Totals {
  return {
    framesTotal: log.frames,
    pixelsTotal: log.pixels,
    doseElectronsPerNm2Total: log.largestDoseElectronsPerNm2,
    electronsTotal: log.electrons,
    beamOnTotalS: log.beamOnS,
    settleTotalS: log.settleS,
    microscopeTotalS: log.frameS + log.settleS,
  };
}

function checkStep(step: AutofocusStep, expectedIteration: number): void {
  const { iteration, correction, correctionSd, computeMs, framesUsed, declined, diagnostics } =
    step;
  const place = `iteration ${expectedIteration}`;
  if (iteration !== expectedIteration) {
    throw new AlgorithmError(
      `iterations must count 1, 2, ... Expected ${expectedIteration}, received ${iteration}`,
    );
  }
  checkNumbers(correction, `${place}: correction`);
  if (correctionSd !== undefined) checkNumbers(correctionSd, `${place}: correctionSd`, 0);
  checkNumber(computeMs, `${place}: computeMs`, 0);
  checkNumber(framesUsed, `${place}: framesUsed`, 0);
  if (declined !== undefined && typeof declined !== 'string') {
    throw new AlgorithmError(`${place}: declined must be text. Received ${typeof declined}`);
  }
  if (diagnostics === undefined) return;
  try {
    canonicalJson(diagnostics, 'diagnostics');
  } catch (cause) {
    throw new AlgorithmError(`${place}: ${reasonOf(cause)}`, { cause });
  }
}

function checkNumbers(values: FocusState | FocusChange, name: string, minimum?: number): void {
  for (const parameter of focusParameters) {
    checkNumber(values?.[parameter], `${name}.${parameter}`, minimum);
  }
}

function checkNumber(value: unknown, name: string, minimum = Number.NEGATIVE_INFINITY): void {
  if (Number.isFinite(value) && (value as number) >= minimum) return;
  const rule = minimum === 0 ? 'a finite number of at least 0' : 'a finite number';
  throw new AlgorithmError(`${name} must be ${rule}. Received ${value}`);
}

/** The state an algorithm says it left must be the one the instrument is in. */
async function checkFocus(
  claimed: FocusState,
  instrument: Microscope,
  { parameters }: MicroscopeDescription,
  place: string,
): Promise<void> {
  checkNumbers(claimed, `${place}: focus`);
  const actual = await instrument.readFocus();
  for (const parameter of focusParameters) {
    const tolerance = parameters[parameter].readBackTolerance ?? 0;
    if (Math.abs(claimed[parameter] - actual[parameter]) > tolerance) {
      throw new AlgorithmError(
        `${place}: focus.${parameter} must be what the microscope reads back, ` +
          `${actual[parameter]}. Received ${claimed[parameter]}`,
      );
    }
  }
}

/** A request for a setting beyond the limits is the end of a search that ran away. */
function troubleOf(error: unknown): Trouble {
  const ranAway =
    isSemfocusError(error, 'OutOfRange') &&
    focusParameters.some((parameter) => parameter === error.parameter) &&
    Number.isFinite(error.requested);
  return {
    outcome: ranAway ? 'diverged' : 'failed',
    message: reasonOf(error),
    isTimeout: isSemfocusError(error, 'Timeout'),
  };
}

/** The three parameters and nothing else that an object may carry. */
export function focusOf({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState | FocusChange) {
  return { workingDistanceUm, stigmatorX, stigmatorY };
}
