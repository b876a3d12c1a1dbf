import { describeMismatch, unknownName } from '../../config/index.ts';
import {
  AlgorithmError,
  type Frame,
  type FrameRequest,
  isSemfocusError,
  subtractFocus,
} from '../../microscope/index.ts';
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
  let refused: unknown;
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
    }
  }

  for (;;) {
    const startMs = clock.nowMs();
    let request: ProgramRequest;
    try {
      request = requestFrom(await program.ask(message), program.title);
    } catch (error) {
      signal.throwIfAborted();
      throw refused !== undefined && program.hasStopped ? refused : error;
    }
    computeMs += clock.nowMs() - startMs;
    refused = undefined;
    if (request.do === 'end') return;
    if (request.do === 'step') {
      const { correctionSd, declined, diagnostics } = request;
      const focus = await microscope.readFocus({ signal });
      yield {
        iteration,
        correction: subtractFocus(focus, before),
        ...(correctionSd && { correctionSd }),
        focus,
        framesUsed,
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
      const { tag, message: text, hint } = error;
      message = { error: { tag, message: text, ...(hint !== undefined && { hint }) } };
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

/** What a program is told of a frame beside its pixels. */
function about({ actual, doseElectronsPerNm2, frameTimeS }: Frame): { [name: string]: Json } {
  const { pixelSizeNm, dwellTimeNs, focus } = actual;
  return { pixelSizeNm, dwellTimeNs, focus: jsonOf(focus), doseElectronsPerNm2, frameTimeS };
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
