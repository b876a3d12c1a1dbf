import { assertFiniteFocus, Busy, DoseBudgetExceeded, OutOfRange } from './errors.ts';
import { type FocusState, focusParameters } from './FocusState.ts';
import type { FrameRequest } from './Frame.ts';
import type { CallOptions, Microscope } from './Microscope.ts';
import { primariesPerPixel } from './primariesPerPixel.ts';

/** How far the focus may go. */
export interface FocusLimits {
  /** um */
  readonly workingDistanceUm: number;
  /** Stigmator units, for x and y each. */
  readonly stigmator: number;
}

/** What a guard enforces. */
export interface GuardOptions {
  /** Largest distance from the state in which the guard was put on. */
  readonly limits: FocusLimits;
  /** Largest change of a single set; as the total limits where left out. */
  readonly stepLimits?: FocusLimits;
  /** Electrons per nm2 that may be put on the specimen in all; no limit where left out. */
  readonly doseBudgetElectronsPerNm2?: number;
}

/** A guarded microscope, and the way back. */
export interface Guard {
  readonly microscope: Microscope;
  /**
   * Puts the starting state back and blanks the beam where that is possible. For use after an
   * error too: it does its best with every part and rejects only if the focus cannot be restored.
   */
  restore(options?: CallOptions): Promise<void>;
}

/**
 * Stands between an algorithm and an instrument: refuses what leaves the limits around the
 * starting point or exceeds the dose budget, before anything has moved or been exposed, and lets
 * one command through at a time. Nothing is limited to what is allowed; it is refused.
 */
export async function guardMicroscope(inner: Microscope, options: GuardOptions): Promise<Guard> {
  const { limits, stepLimits = limits, doseBudgetElectronsPerNm2 = Infinity } = options;
  const description = await inner.describe();
  const start = await inner.readFocus();
  let spentElectronsPerNm2 = 0;
  let inFlight: string | undefined;

  async function alone<T>(command: string, run: () => Promise<T>): Promise<T> {
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
      const limit =
        parameter === 'workingDistanceUm' ? allowed.workingDistanceUm : allowed.stigmator;
      if (Math.abs(requested - origin[parameter]) > limit) {
        const unit = description.parameters[parameter].unit;
        throw new OutOfRange({
          parameter,
          requested,
          allowed: `within ${limit} ${unit} of ${what} ${origin[parameter]}`,
          by: 'guard',
        });
      }
    }
  }
  function assertBudget({ dwellTimeNs, pixelSizeNm }: FrameRequest): void {
    const primaries = primariesPerPixel(description.beamCurrentNanoAmp, dwellTimeNs);
    const dose = primaries / pixelSizeNm ** 2;
    if (spentElectronsPerNm2 + dose <= doseBudgetElectronsPerNm2) return;
    throw new DoseBudgetExceeded(
      `the next frame would bring the dose to ${(spentElectronsPerNm2 + dose).toFixed(1)} electrons/nm2, ` +
        `more than the budget of ${doseBudgetElectronsPerNm2}`,
      { hint: 'no frame was exposed; raise the budget or move to a fresh place' },
    );
  }

  const microscope: Microscope = {
    describe: () => inner.describe(),
    readFocus: (call) => inner.readFocus(call),
    readStage: (call) => inner.readStage(call),
    close: () => inner.close(),
    writeFocus: (target, call) =>
      alone('writeFocus', async () => {
        assertFiniteFocus(target, 'guard');
        assertWithin(target, start, limits, 'the starting point');
        assertWithin(target, await inner.readFocus(call), stepLimits, 'the present value');
        return inner.writeFocus(target, call);
      }),
    acquireFrame: (request, call) =>
      alone('acquireFrame', async () => {
        assertBudget(request);
        const frame = await inner.acquireFrame(request, call);
        spentElectronsPerNm2 += frame.doseElectronsPerNm2;
        return frame;
      }),
    moveStage: (position, call) =>
      alone('moveStage', async () => {
        const reached = await inner.moveStage(position, call);
        // A fresh place has not been exposed yet.
        spentElectronsPerNm2 = 0;
        return reached;
      }),
    blankBeam: (blanked, call) => alone('blankBeam', () => inner.blankBeam(blanked, call)),
  };
  return {
    microscope,
    async restore(call) {
      // Straight to the instrument: the way back must not depend on what is in flight. One after
      // the other: an instrument takes one command at a time.
      const [restored] = await Promise.allSettled([inner.writeFocus(start, call)]);
      if (description.canBlankBeam) await Promise.allSettled([inner.blankBeam(true, call)]);
      if (restored.status === 'rejected') throw restored.reason;
    },
  };
}
