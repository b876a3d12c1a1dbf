import { describeMismatch, unknownName } from '../../config/index.ts';
import {
  AlgorithmError,
  type AnySemfocusError,
  type Frame,
  type FrameRequest,
  focusParameters,
  isSemfocusError,
  type MicroscopeDescription,
  subtractFocus,
} from '../../microscope/index.ts';
import { refusalOf } from '../../program/index.ts';
import type { AutofocusContext, AutofocusStep, Json } from '../AutofocusAlgorithm.ts';
import type { Parameters } from '../withDefaults.ts';
import type { AlgorithmProgram } from './AlgorithmProgram.ts';
import { type ProgramRequest, requestSchemas } from './protocol.ts';
import { seedFrom } from './seedFrom.ts';

/** A program that asks for so many things without a step has lost its way. */
const mostRequestsPerStep = 2000;

/**
 * Lets a program focus by itself: it asks for frames and settings, and is handed what the microscope
 * answers. Runs until it says that it has ended, or the caller stops asking.
 *
 * Nothing of what is recorded about it is its own word but the uncertainty, the reason to decline
 * and the diagnostics: iterations, frames and time are counted here, the correction is the change of
 * what was read back. A refusal of the microscope is handed on; a program that does not know what to
 * do with it, and stops, has ended by that refusal.
 *
 * @throws AlgorithmError if it does not keep to the protocol; Timeout; what the microscope refused.
 */
export async function* correctByProgram(
  context: AutofocusContext,
  program: AlgorithmProgram,
  parameters: Parameters,
): AsyncGenerator<AutofocusStep, void, void> {
  const { microscope, frame, calibration, signal, clock } = context;
  let before = await microscope.readFocus({ signal });
  let iteration = 1;
  let framesUsed = 0;
  let computeMs = 0;
  let requests = 0;
  let refused: AnySemfocusError | undefined;
  let isRefusalNew = false;
  let description: MicroscopeDescription | undefined;
  let message: { readonly [name: string]: Json } = {
    do: 'run',
    frame: jsonOf(frame),
    calibration: jsonOf(calibration),
    parameters,
    seed: seedFrom(context),
  };

  async function answerTo(
    request: Exclude<ProgramRequest, { do: 'step' | 'end' }>,
  ): Promise<typeof message> {
    switch (request.do) {
      case 'describe':
        return { description: jsonOf(await microscope.describe()) };
      case 'readFocus':
        return { focus: jsonOf(await microscope.readFocus({ signal })) };
      case 'writeFocus':
        return { focus: jsonOf(await microscope.writeFocus(defined(request.focus), { signal })) };
      case 'acquire': {
        const exposed = await microscope.acquireFrame(frameAsked(frame, request), { signal });
        framesUsed += 1;
        const [file = ''] = await program.writeFrames([exposed.pixels]);
        return { frame: file, ...about(exposed) };
      }
      case 'readStage':
        return { stage: jsonOf(await microscope.readStage({ signal })) };
      case 'moveStage':
        return { stage: jsonOf(await microscope.moveStage(request.stage, { signal })) };
      case 'blankBeam':
        await microscope.blankBeam(request.blanked, { signal });
        return { ok: true };
    }
  }

  for (;;) {
    const startMs = clock.nowMs();
    let request: ProgramRequest;
    try {
      request = requestFrom(await program.ask(message), program.title);
    } catch (error) {
      signal.throwIfAborted();
      const isRefused = program.letsRefusalThrough || (isRefusalNew && program.hasStopped);
      throw isRefused ? (refused ?? error) : error;
    }
    computeMs += clock.nowMs() - startMs;
    isRefusalNew = false;
    if (request.do === 'end') return;
    if (request.do === 'step') {
      const { correctionSd, declined, diagnostics } = request;
      const focus = await microscope.readFocus({ signal });
      const seen = { iteration, correction: subtractFocus(focus, before), focus, framesUsed };
      if (request.focus !== undefined || request.correction !== undefined) {
        description ??= await microscope.describe();
      }
      assertAsSeen(request, seen, description, program.title);
      yield {
        ...seen,
        ...(correctionSd && { correctionSd }),
        computeMs,
        ...(declined !== undefined && { declined }),
        ...(diagnostics && { diagnostics }),
      };
      before = focus;
      iteration += 1;
      framesUsed = 0;
      computeMs = 0;
      requests = 0;
      message = { ok: true };
      continue;
    }
    requests += 1;
    if (requests > mostRequestsPerStep) {
      throw new AlgorithmError(
        `${program.title} must end an iteration ({"do": "step"}) after at most ${mostRequestsPerStep} requests. Received one more`,
      );
    }
    try {
      message = await answerTo(request);
    } catch (error) {
      signal.throwIfAborted();
      if (!isSemfocusError(error)) throw error;
      refused = error;
      isRefusalNew = true;
      message = { error: jsonOf(refusalOf(error)) };
    }
  }
}

function requestFrom(answer: unknown, title: string): ProgramRequest {
  const word = isObject(answer) ? answer.do : undefined;
  const names = Object.keys(requestSchemas);
  if (typeof word !== 'string' || !names.includes(word)) {
    const { message } = unknownName(`${title}: do`, String(word ?? JSON.stringify(answer)), names);
    throw new AlgorithmError(message);
  }
  const schema = requestSchemas[word as keyof typeof requestSchemas];
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const mismatch = describeMismatch(schema, answer, result.error);
  throw new AlgorithmError(`${title}: ${word}: ${mismatch}`);
}

function frameAsked(
  frame: FrameRequest,
  { do: _, ...changes }: Extract<ProgramRequest, { do: 'acquire' }>,
): FrameRequest {
  return { ...frame, ...defined(changes) };
}

type Step = Extract<ProgramRequest, { do: 'step' }>;

/**
 * What a program says of its own step must be what was seen.
 *
 * @throws AlgorithmError naming the first difference.
 */
function assertAsSeen(
  said: Step,
  seen: Required<Pick<AutofocusStep, 'iteration' | 'correction' | 'focus' | 'framesUsed'>>,
  description: MicroscopeDescription | undefined,
  title: string,
): void {
  const assertNear = (name: string, told: number | undefined, actual: number, slack = 0): void => {
    // Sums of numbers are rounded.
    if (told === undefined || Math.abs(told - actual) <= slack + 1e-9) return;
    throw new AlgorithmError(
      `${title}, iteration ${seen.iteration}: ${name} must be ${actual}, as seen from outside. Received ${told}`,
      { hint: 'yield what writeFocus returned, and count every iteration and every frame' },
    );
  };
  assertNear('iteration', said.iteration, seen.iteration);
  assertNear('framesUsed', said.framesUsed, seen.framesUsed);
  for (const name of focusParameters) {
    const { readBackTolerance = 0, step = 0 } = description?.parameters[name] ?? {};
    assertNear(`focus.${name}`, said.focus?.[name], seen.focus[name], readBackTolerance);
    // What was asked for may lie between two values that the instrument can take.
    const slack = 2 * readBackTolerance + step;
    assertNear(`correction.${name}`, said.correction?.[name], seen.correction[name], slack);
  }
}

/** What a program is told of a frame beside its pixels. */
function about({ actual, acquiredAt, doseElectronsPerNm2, frameTimeS }: Frame): {
  [name: string]: Json;
} {
  const { pixelSizeNm, dwellTimeNs, passes, focus, stage } = actual;
  return {
    ...{ pixelSizeNm, dwellTimeNs, passes, doseElectronsPerNm2, frameTimeS },
    ...{ focus: jsonOf(focus), stage: jsonOf(stage), acquiredAt: acquiredAt.toISOString() },
  };
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the keys that hold nothing. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== undefined),
  ) as Defined<T>;
}

function jsonOf(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
