import type { AutofocusAlgorithm, AutofocusContext, AutofocusStep } from '../../algorithm/index.ts';
import { parseConfig, unknownName } from '../../config/index.ts';
import { openSession, takeSteps } from '../../focusing/index.ts';
import { encodePng } from '../../image/index.ts';
import {
  type AcquisitionLog,
  AlgorithmError,
  addFocus,
  type Calibration,
  type Clock,
  calibrationSchema,
  type FocusChange,
  type FocusState,
  type Frame,
  type FrameRequest,
  focusParameters,
  type GroundTruth,
  isSemfocusError,
  type Microscope,
  type MicroscopeDescription,
  reasonOf,
  subtractFocus,
} from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import {
  canonicalJson,
  failureClassOf,
  type IterationRow,
  isInsideMargins,
  type Outcome,
  outcomeOf,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  type TrajectoryOutcome,
  type TrajectoryRecord,
} from '../../record/index.ts';
import type { OpenedScenario, Registry } from '../suite/index.ts';

/** What a trajectory needs from outside. */
export interface TrajectoryServices {
  readonly signal: AbortSignal;
  /** For computing and wall time. */
  readonly clock: Clock;
  /** The time of day, for the record alone. */
  readonly now: () => Date;
  /** Whether to keep frames of the beginning, the end and best focus. */
  readonly previews?: boolean;
  /** Told of every row as soon as it is known, the start first. */
  readonly onStep?: (row: IterationRow) => void;
  /** Told of every frame that the algorithm exposes; its pixels are to be copied where kept. */
  readonly onFrame?: (frame: Frame) => void;
}

/**
 * Runs one algorithm once on a simulated microscope, and measures every state it leaves the
 * microscope in against the hidden truth.
 *
 * Whatever the algorithm does wrong ends up in the record: an exception, a broken protocol, a
 * request beyond the limits. The start is then restored, and the last row is that state. It is
 * handed the microscope of a session and nothing from which the truth could be reached.
 *
 * @throws `signal.reason` when aborted; ConfigError if the scenario names what the registry does
 *   not have; whatever opening the scenario throws.
 */
export async function runTrajectory(
  scenario: Scenario,
  registry: Registry,
  services: TrajectoryServices,
): Promise<TrajectoryOutcome> {
  const { signal, clock, now, previews = false } = services;
  signal.throwIfAborted();
  const startedAt = now().toISOString();
  const startedMs = clock.nowMs();
  const setup = setUp(scenario, registry);
  const opened = await registry.openScenario(scenario);
  const { microscope, truth } = opened;
  try {
    const start = addFocus(truth.bestFocus(), scenario.start);
    await microscope.writeFocus(start, { signal });
    const before = previews ? await preview(truth, start, scenario.frame) : undefined;
    const { rows, trouble } = await follow(scenario, setup, opened, services);
    const message = trouble?.message ?? rows.at(-1)?.declined;
    const pairBoundSd = opened.pairBoundSd?.();
    const outcome = trouble?.outcome ?? outcomeOf({ iterations: rows, scenario });
    const failureClass = trouble?.isTimeout
      ? 'timeout'
      : failureClassOf({ outcome, iterations: rows, scenario });
    const record: TrajectoryRecord = {
      schema: recordSchemaVersion,
      key: scenarioKey(scenario),
      scenario,
      outcome,
      ...(failureClass && { failureClass }),
      ...(message !== undefined && { message }),
      iterations: rows,
      ...(pairBoundSd && { pairBoundSd: focusOf(pairBoundSd) }),
      timing: { startedAt, wallS: (clock.nowMs() - startedMs) / 1e3 },
    };
    if (before === undefined) return { record };
    const after = await preview(truth, await microscope.readFocus({ signal }), scenario.frame);
    const inFocus = await preview(truth, truth.bestFocus(), scenario.frame);
    return { record, previews: { before, after, inFocus } };
  } finally {
    await microscope.close();
  }
}

interface Setup {
  readonly algorithm: AutofocusAlgorithm;
  /** What the algorithm is told, a copy of its own. */
  readonly calibration: Calibration;
}

function setUp({ algorithm, calibration }: Scenario, registry: Registry): Setup {
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
interface Trouble {
  readonly outcome: Outcome;
  readonly message: string;
  readonly isTimeout: boolean;
}

/** Lets the algorithm work on the microscope as it stands, and notes every state it leaves. */
async function follow(
  scenario: Scenario,
  { algorithm, calibration }: Setup,
  { microscope: instrument, truth }: OpenedScenario,
  { signal, clock, onStep = () => {}, onFrame }: TrajectoryServices,
): Promise<{ rows: IterationRow[]; trouble?: Trouble }> {
  const { limits } = scenario;
  const session = await openSession(instrument, { limits, onFrame });
  const { microscope, description, log, restore } = session;
  const context: AutofocusContext = {
    microscope,
    frame: { ...scenario.frame },
    calibration,
    random: new RandomStream(scenario.seed, 'algorithm', scenario.trajectory),
    signal,
    clock,
  };

  const rows: IterationRow[] = [];
  const add = async (
    iteration: number,
    about: Pick<IterationRow, 'computeMs'> & Partial<IterationRow>,
  ): Promise<void> => {
    const focus = await instrument.readFocus({ signal });
    const residual = subtractFocus(focus, truth.bestFocus());
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
  | 'beamOnTotalS'
  | 'settleTotalS'
  | 'microscopeTotalS'
>;

function totalsOf(log: AcquisitionLog): Totals {
  return {
    framesTotal: log.frames,
    pixelsTotal: log.pixels,
    doseElectronsPerNm2Total: log.doseElectronsPerNm2,
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
function focusOf({ workingDistanceUm, stigmatorX, stigmatorY }: FocusState | FocusChange) {
  return { workingDistanceUm, stigmatorX, stigmatorY };
}

const previewWidth = 480;
const previewHeight = 360;

/** The middle of the field as a PNG file. */
async function preview(
  truth: GroundTruth,
  focus: FocusState,
  frame: FrameRequest,
): Promise<Uint8Array> {
  const width = Math.min(previewWidth, frame.width);
  const height = Math.min(previewHeight, frame.height);
  const x = Math.floor((frame.width - width) / 2);
  const y = Math.floor((frame.height - height) / 2);
  const { pixels } = await truth.frameAt(focus, { ...frame, region: { x, y, width, height } });
  return encodePng(pixels);
}
