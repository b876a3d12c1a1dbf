import { setTimeout as wait } from 'node:timers/promises';
import { frameDoseElectronsPerNm2 } from './dose.ts';
import {
  assertFiniteFocus,
  Busy,
  Disconnected,
  DoseBudgetExceeded,
  isSemfocusError,
  OutOfRange,
  reasonOf,
} from './errors.ts';
import { type FocusLimits, limitOf } from './FocusLimits.ts';
import { type FocusState, focusParameters } from './FocusState.ts';
import type { Frame, FrameRequest, StagePosition } from './Frame.ts';
import type { CallOptions, Microscope } from './Microscope.ts';
import type { MicroscopeDescription } from './MicroscopeDescription.ts';

/** What a guard enforces. */
export interface GuardOptions {
  /** Largest distance from the state in which the guard was put on. */
  readonly limits: FocusLimits;
  /** Largest change of a single set; no limit of its own where left out. */
  readonly stepLimits?: FocusLimits;
  /** Electrons per nm2 that any place of the specimen may receive; no limit where left out. */
  readonly doseBudgetElectronsPerNm2?: number;
  /** For reading the starting state. */
  readonly signal?: AbortSignal;
  /** Whether a move may still be under way although its call has ended; asked again, only of later ones. */
  readonly takeDoubt?: () => boolean;
}

/** How to go back. */
interface RestoreOptions extends CallOptions {
  /** The error that is the reason to go back: it stays in sight if restoring fails as well. */
  readonly after?: unknown;
}

/** A guarded microscope, and the way back. */
export interface Guard {
  /**
   * Its `close()` ends the guarded microscope alone: the instrument stays open for whoever put the
   * guard on, and has to be closed by them.
   */
  readonly microscope: Microscope;
  readonly description: MicroscopeDescription;
  /** The state in which the guard was put on. */
  readonly start: FocusState;
  /**
   * Puts the starting state back, then blanks the beam where that is possible, then moves the stage
   * back where it was moved (its way exposes nothing), whatever fails.
   * From here on the guarded microscope refuses to be used, so that an algorithm that has not
   * noticed its end moves nothing any more. Not to be called with a signal that is aborted already.
   *
   * What fails is tried three times, unless the instrument refuses it, is gone or does not answer.
   * The start is set twice, with the settle time in between where a move may still be under way.
   *
   * @returns the focus as read back.
   * @throws the first reason why focus, beam or stage could not be put back; after an error that
   *   was handed in, an AggregateError of that one and this.
   */
  restore(options?: RestoreOptions): Promise<FocusState>;
  /**
   * One more frame after {@link restore}, within the dose budget. The beam is blanked again afterwards where
   * that is possible.
   */
  exposeRestored(request: FrameRequest): Promise<Frame>;
  /** Moves the stage back to where it was before it was moved, if it was. */
  returnStage(options?: CallOptions): Promise<void>;
}

/**
 * Stands between an algorithm and an instrument: refuses what leaves the limits around the
 * starting point or exceeds the dose budget, before anything has moved or been exposed, and lets
 * one command through at a time. Nothing is limited to what is allowed; it is refused.
 *
 * The dose of a place is the sum of all exposures that may overlap the next one, so never less
 * than what any of its points has received. An exposure counts from the moment it is asked for,
 * with the dose that the description predicts: one that was lost half way is paid for as well. A
 * frame that reports a larger dose counts with that.
 *
 * @throws RangeError if a limit or the budget is not a number above 0; whatever reading the
 *   starting state throws.
 */
export async function guardMicroscope(inner: Microscope, options: GuardOptions): Promise<Guard> {
  const { limits, stepLimits, doseBudgetElectronsPerNm2: budget } = options;
  const { takeDoubt = () => false } = options;
  assertPositive('limits.workingDistanceUm', limits.workingDistanceUm);
  assertPositive('limits.stigmator', limits.stigmator);
  if (stepLimits !== undefined) {
    assertPositive('stepLimits.workingDistanceUm', stepLimits.workingDistanceUm);
    assertPositive('stepLimits.stigmator', stepLimits.stigmator);
  }
  if (budget !== undefined) assertPositive('doseBudgetElectronsPerNm2', budget);
  const description = await inner.describe();
  const start = await inner.readFocus(
    options.signal === undefined ? {} : { signal: options.signal },
  );
  const settleMs =
    1e3 * Math.max(...focusParameters.map((name) => description.parameters[name].settleTimeS));
  const exposures: Exposure[] = [];
  let inFlight: string | undefined;
  let ended: string | undefined;
  let stageBefore: StagePosition | undefined;

  function assertGoingOn(command: string): void {
    if (ended !== undefined) throw new Disconnected(`${command} is refused: ${ended}`);
  }
  async function alone<T>(command: string, run: () => Promise<T>): Promise<T> {
    assertGoingOn(command);
    if (inFlight !== undefined) {
      throw new Busy(`${command} must wait: ${inFlight} is in flight`, {
        hint: 'await every call before the next',
      });
    }
    inFlight = command;
    try {
      return await run();
    } finally {
      inFlight = undefined;
    }
  }
  function assertWithin(
    target: Partial<FocusState>,
    origin: FocusState,
    allowed: FocusLimits,
    what: string,
  ): void {
    for (const parameter of focusParameters) {
      const requested = target[parameter];
      if (requested === undefined) continue;
      const limit = limitOf(allowed, parameter);
      if (Math.abs(requested - origin[parameter]) <= limit * (1 + roundingError)) continue;
      const unit = description.parameters[parameter].unit;
      throw new OutOfRange({
        parameter,
        requested,
        allowed: `within ${limit} ${unit} of ${what} ${origin[parameter]}`,
        by: 'guard',
      });
    }
  }
  /**
   * Enters an exposure into the accounts before it is made, or refuses it.
   *
   * @returns what enters the dose that the frame reports.
   */
  async function charge(
    request: FrameRequest,
    call: CallOptions | undefined,
  ): Promise<(frame: Frame) => void> {
    if (budget === undefined) return () => {};
    const dose = frameDoseElectronsPerNm2(description, request);
    // An instrument that cannot tell where its stage is has one place only.
    const stage = (await stageOf(inner, call)) ?? { xUm: 0, yUm: 0 };
    const exposure = exposureOf(request, stage, dose);
    const total = exposures
      .filter((earlier) => mayOverlap(earlier, exposure))
      .reduce((sum, { doseElectronsPerNm2 }) => sum + doseElectronsPerNm2, dose);
    if (!(total <= budget)) {
      throw new DoseBudgetExceeded(
        `the next frame would bring the dose to ${total.toFixed(1)} electrons/nm2, ` +
          `more than the budget of ${budget}`,
        { hint: 'no frame was exposed; raise the budget or move to a fresh place' },
      );
    }
    exposures.push(exposure);
    return ({ doseElectronsPerNm2 }) => {
      // Not a number stays: after a dose that is not known every further one is refused.
      exposure.doseElectronsPerNm2 = Math.max(dose, doseElectronsPerNm2);
    };
  }

  async function expose(
    request: FrameRequest,
    call: CallOptions | undefined,
    assertAllowed: () => void,
  ): Promise<Frame> {
    assertAboveZero('dwellTimeNs', request.dwellTimeNs);
    assertAboveZero('pixelSizeNm', request.pixelSizeNm);
    const enterReported = await charge(request, call);
    assertAllowed();
    const frame = await inner.acquireFrame(request, call);
    enterReported(frame);
    return frame;
  }

  const microscope: Microscope = {
    describe: () => inner.describe(),
    readFocus: (call) => inner.readFocus(call),
    readStage: (call) => inner.readStage(call),
    async close() {
      ended ??= 'the guarded microscope was closed';
    },
    writeFocus: (target, call) =>
      alone('writeFocus', async () => {
        assertFiniteFocus(target, 'guard');
        assertWithin(target, start, limits, 'the starting point');
        if (stepLimits !== undefined) {
          assertWithin(target, await inner.readFocus(call), stepLimits, 'the present value');
          assertGoingOn('writeFocus');
        }
        return inner.writeFocus(target, call);
      }),
    acquireFrame: (request, call) =>
      alone('acquireFrame', () => expose(request, call, () => assertGoingOn('acquireFrame'))),
    moveStage: (position, call) =>
      alone('moveStage', async () => {
        stageBefore ??= await stageOf(inner, call);
        assertGoingOn('moveStage');
        return inner.moveStage(position, call);
      }),
    blankBeam: (blanked, call) => alone('blankBeam', () => inner.blankBeam(blanked, call)),
  };
  return {
    microscope,
    description,
    start,
    async exposeRestored(request) {
      try {
        return await expose(request, undefined, () => {});
      } finally {
        if (description.canBlankBeam) await inner.blankBeam(true);
      }
    },
    async returnStage(call) {
      if (stageBefore !== undefined) await microscope.moveStage(stageBefore, call);
    },
    async restore({ after, ...call } = {}) {
      ended = 'the guard has put the starting state back';
      // Straight to the instrument: the way back must not depend on what the algorithm has in flight.
      // One after the other: an instrument takes one command at a time.
      const [restored] = await Promise.allSettled([
        insist(async () => {
          await inner.writeFocus(start, call);
          if (takeDoubt()) await wait(settleMs);
          // Some instruments carry a set out with the next one, and read back what they were told.
          return inner.writeFocus(start, call);
        }),
      ]);
      const [blanked] = await Promise.allSettled([
        insist(async () => description.canBlankBeam && inner.blankBeam(true, call)),
      ]);
      const [returned] = await Promise.allSettled([
        insist(async () => stageBefore && inner.moveStage(stageBefore, call)),
      ]);
      const failed = [restored, blanked, returned].find(({ status }) => status === 'rejected');
      if (failed?.status !== 'rejected' && restored.status === 'fulfilled') return restored.value;
      const reason = failed?.status === 'rejected' ? failed.reason : undefined;
      if (after === undefined) throw reason;
      throw new AggregateError(
        [after, reason],
        `${reasonOf(after)}; then the starting state could not be restored: ${reasonOf(reason)}`,
      );
    },
  };

  async function insist<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run();
      } catch (error) {
        if (attempt === restoreAttempts || isFinal(error)) throw error;
      }
      await wait(settleMs);
    }
  }
}

const restoreAttempts = 3;
/** A step of exactly the limit is one: -0.4 - 0.2 is a hair more than 0.2 away from -0.4. */
const roundingError = 1e-9;

/** Trying again changes nothing. */
function isFinal(error: unknown): boolean {
  return isSemfocusError(error, 'OutOfRange', 'Unsupported', 'Disconnected', 'Timeout');
}

/** One exposure: a disc that holds its region however the scan is turned, and its dose. */
interface Exposure {
  readonly xUm: number;
  readonly yUm: number;
  readonly radiusUm: number;
  doseElectronsPerNm2: number;
}

function exposureOf(
  { width, height, pixelSizeNm, region }: FrameRequest,
  stage: StagePosition,
  doseElectronsPerNm2: number,
): Exposure {
  const part = region ?? { x: 0, y: 0, width, height };
  // The raster is centred on the stage position; how it is turned is not known here. The disc
  // around that centre that reaches the farthest corner of the region holds it at any angle.
  const reachX = Math.max(Math.abs(part.x - width / 2), Math.abs(part.x + part.width - width / 2));
  const reachY = Math.max(
    Math.abs(part.y - height / 2),
    Math.abs(part.y + part.height - height / 2),
  );
  const radiusUm = Math.hypot(reachX, reachY) * pixelSizeNm * 1e-3;
  return { xUm: stage.xUm, yUm: stage.yUm, radiusUm, doseElectronsPerNm2 };
}

/** Also true where a number is not finite: what is not known to be apart counts. */
function mayOverlap(a: Exposure, b: Exposure): boolean {
  return !(Math.hypot(a.xUm - b.xUm, a.yUm - b.yUm) > a.radiusUm + b.radiusUm);
}

/** `undefined` from an instrument that cannot tell. */
async function stageOf(
  inner: Microscope,
  call: CallOptions | undefined,
): Promise<StagePosition | undefined> {
  try {
    return await inner.readStage(call);
  } catch (error) {
    if (isSemfocusError(error, 'Unsupported')) return undefined;
    throw error;
  }
}

function assertPositive(name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`${name} must be a number above 0. Received ${value}`);
}

function assertAboveZero(parameter: 'dwellTimeNs' | 'pixelSizeNm', requested: number): void {
  if (requested > 0 && requested < Number.POSITIVE_INFINITY) return;
  throw new OutOfRange({ parameter, requested, allowed: 'a finite number above 0', by: 'guard' });
}
