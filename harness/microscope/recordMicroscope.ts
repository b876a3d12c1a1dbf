import { focusParameters } from './FocusState.ts';
import type { Microscope } from './Microscope.ts';

/** One call of a microscope that came to its end, in JSON's terms. */
export interface RecordedCall {
  readonly call: 'writeFocus' | 'acquireFrame' | 'moveStage' | 'blankBeam';
  readonly request: unknown;
  /** What was read back; of a frame its size and dose. Absent where the call failed. */
  readonly result?: unknown;
  /** Message of the error with which the call ended. */
  readonly error?: string;
}

/** What has gone through a recorded microscope since recording began. */
export interface AcquisitionLog {
  readonly frames: number;
  /** Pixels scanned; of a reduced raster its region alone. */
  readonly pixels: number;
  readonly doseElectronsPerNm2: number;
  /** Pixels times dwell time, s. */
  readonly beamOnS: number;
  /** Settle times of the parameters that were set, s; those set together settle together. */
  readonly settleS: number;
  /** Frames with their line and frame overheads, s. */
  readonly frameS: number;
  /** Every call that moves, exposes or blanks, in order. */
  readonly calls: readonly RecordedCall[];
}

/**
 * A microscope that counts what passes through it. `log` is live and reads the sums so far; a
 * frame that was lost half way is not counted, since its dose is unknown.
 */
export function recordMicroscope(inner: Microscope): {
  readonly microscope: Microscope;
  readonly log: AcquisitionLog;
} {
  const calls: RecordedCall[] = [];
  const log = {
    frames: 0,
    pixels: 0,
    doseElectronsPerNm2: 0,
    beamOnS: 0,
    settleS: 0,
    frameS: 0,
    calls,
  };
  async function noted<T>(
    call: RecordedCall['call'],
    request: unknown,
    run: () => Promise<T>,
    summary: (result: T) => unknown,
  ): Promise<T> {
    try {
      const result = await run();
      calls.push({ call, request, result: summary(result) });
      return result;
    } catch (error) {
      calls.push({ call, request, error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
  const microscope: Microscope = {
    describe: () => inner.describe(),
    readFocus: (options) => inner.readFocus(options),
    readStage: (options) => inner.readStage(options),
    close: () => inner.close(),
    async writeFocus(target, options) {
      const { parameters } = await inner.describe();
      const focus = await noted(
        'writeFocus',
        { ...target },
        () => inner.writeFocus(target, options),
        (result) => ({ ...result }),
      );
      const set = focusParameters.filter((parameter) => target[parameter] !== undefined);
      log.settleS += Math.max(0, ...set.map((parameter) => parameters[parameter].settleTimeS));
      return focus;
    },
    async acquireFrame(request, options) {
      const frame = await noted(
        'acquireFrame',
        { ...request },
        () => inner.acquireFrame(request, options),
        ({ pixels, doseElectronsPerNm2 }) => ({ shape: [...pixels.shape], doseElectronsPerNm2 }),
      );
      const [height = 0, width = 0] = frame.pixels.shape;
      log.frames += 1;
      log.pixels += width * height;
      log.doseElectronsPerNm2 += frame.doseElectronsPerNm2;
      log.beamOnS += width * height * frame.actual.dwellTimeNs * 1e-9;
      log.frameS += frame.frameTimeS;
      return frame;
    },
    async moveStage(position, options) {
      const { parameters } = await inner.describe();
      const reached = await noted(
        'moveStage',
        { ...position },
        () => inner.moveStage(position, options),
        (result) => ({ ...result }),
      );
      log.settleS += Math.max(parameters.stageXUm.settleTimeS, parameters.stageYUm.settleTimeS);
      return reached;
    },
    blankBeam: (blanked, options) =>
      noted(
        'blankBeam',
        { blanked },
        () => inner.blankBeam(blanked, options),
        () => null,
      ),
  };
  return { microscope, log };
}
