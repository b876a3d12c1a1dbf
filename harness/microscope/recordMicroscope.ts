import { frameElectrons } from './dose.ts';
import { focusParameters } from './FocusState.ts';
import type { Microscope } from './Microscope.ts';
import type { MicroscopeDescription, ParameterName } from './MicroscopeDescription.ts';
import { PlaceDoses } from './PlaceDoses.ts';

/** One call of a microscope that came to its end, in JSON's terms. */
export interface RecordedCall {
  readonly call: keyof Microscope;
  /** The arguments; absent if the call takes none. */
  readonly request?: unknown;
  /** The value read back; of a frame its size and dose. Absent if the call failed. */
  readonly result?: unknown;
  /** Message of the error with which the call ended. */
  readonly error?: string;
}

/** Sums over the calls of a recorded microscope since recording began. */
export interface AcquisitionLog {
  readonly frames: number;
  /** Pixels scanned; of a reduced raster its region alone. */
  readonly pixels: number;
  /** Of all frames, as if they lay on each other. */
  readonly doseElectronsPerNm2: number;
  /** Of the place that has received most. */
  readonly largestDoseElectronsPerNm2: number;
  /** All that hit the specimen. */
  readonly electrons: number;
  /** Pixels times dwell time and passes, s. */
  readonly beamOnS: number;
  /** Settle times of the parameters that were set, s; those set together settle together. */
  readonly settleS: number;
  /** Frames with their line and frame overheads, s. */
  readonly frameS: number;
  /** Calls that have ended, failed ones too. */
  readonly calls: number;
}

/** What an instrument has spent so far. */
export interface Spent {
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
  /** Frames with their overheads, and settling, s. */
  readonly microscopeS: number;
}

export function spentOn({ frames, doseElectronsPerNm2, frameS, settleS }: AcquisitionLog): Spent {
  return { frames, doseElectronsPerNm2, microscopeS: frameS + settleS };
}

/**
 * A microscope that counts what passes through it. `log` is live and reads the sums so far; a
 * frame that was lost half way is not counted, since its dose is unknown. The calls themselves are not
 * kept: a server records for weeks.
 *
 * @param onCall - Told of every call as it ends.
 */
export function recordMicroscope(
  inner: Microscope,
  onCall: (call: RecordedCall) => void = () => {},
): {
  readonly microscope: Microscope;
  readonly log: AcquisitionLog;
} {
  const log = {
    frames: 0,
    pixels: 0,
    doseElectronsPerNm2: 0,
    largestDoseElectronsPerNm2: 0,
    electrons: 0,
    beamOnS: 0,
    settleS: 0,
    frameS: 0,
    calls: 0,
  };
  const places = new PlaceDoses();
  async function noted<T>(
    call: Pick<RecordedCall, 'call' | 'request'>,
    run: () => Promise<T>,
    summary: (result: T) => unknown = structuredClone,
  ): Promise<T> {
    // A later change of the caller's object must not change the log.
    const asked = structuredClone(call);
    const note = (how: Pick<RecordedCall, 'result' | 'error'>): void => {
      log.calls += 1;
      onCall({ ...asked, ...how });
    };
    let result: T;
    try {
      result = await run();
    } catch (error) {
      note({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
    note({ result: summary(result) });
    return result;
  }
  let described: MicroscopeDescription | undefined;
  /** Settle times do not change: the instrument is asked once, before the first move. */
  async function settleTimeOf(names: readonly ParameterName[]): Promise<number> {
    described ??= await inner.describe();
    const { parameters } = described;
    return Math.max(0, ...names.map((name) => parameters[name].settleTimeS));
  }
  const microscope: Microscope = {
    describe: () => noted({ call: 'describe' }, () => inner.describe(), summaryOf),
    readFocus: (options) => noted({ call: 'readFocus' }, () => inner.readFocus(options)),
    readStage: (options) => noted({ call: 'readStage' }, () => inner.readStage(options)),
    close: () => noted({ call: 'close' }, () => inner.close()),
    async writeFocus(target, options) {
      const set = focusParameters.filter((parameter) => target[parameter] !== undefined);
      const settleTimeS = await settleTimeOf(set);
      const focus = await noted({ call: 'writeFocus', request: target }, () =>
        inner.writeFocus(target, options),
      );
      log.settleS += settleTimeS;
      return focus;
    },
    async acquireFrame(request, options) {
      const frame = await noted(
        { call: 'acquireFrame', request },
        () => inner.acquireFrame(request, options),
        ({ pixels, doseElectronsPerNm2 }) => ({ shape: [...pixels.shape], doseElectronsPerNm2 }),
      );
      const [height = 0, width = 0] = frame.pixels.shape;
      log.frames += 1;
      log.pixels += width * height;
      log.doseElectronsPerNm2 += frame.doseElectronsPerNm2;
      places.add(frame);
      log.largestDoseElectronsPerNm2 = places.largestElectronsPerNm2;
      log.electrons += frameElectrons(frame);
      const { dwellTimeNs, passes } = frame.actual;
      log.beamOnS += passes * width * height * dwellTimeNs * 1e-9;
      log.frameS += frame.frameTimeS;
      return frame;
    },
    async moveStage(position, options) {
      const settleTimeS = await settleTimeOf(['stageXUm', 'stageYUm']);
      const reached = await noted({ call: 'moveStage', request: position }, () =>
        inner.moveStage(position, options),
      );
      log.settleS += settleTimeS;
      return reached;
    },
    blankBeam: (blanked, options) =>
      noted({ call: 'blankBeam', request: blanked }, () => inner.blankBeam(blanked, options)),
  };
  return { microscope, log };
}

function summaryOf({ name }: MicroscopeDescription): unknown {
  return { name };
}
