import {
  DeviceError,
  isSemfocusError,
  limitCallTimes,
  type MicroscopeDescription,
  type ProbeShape,
  type RecordedCall,
  reasonOf,
} from '../../harness/microscope/index.ts';
import { type OpenedMicroscope, type Opener, openMicroscope } from '../lab/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { openCallLog } from './openCallLog.ts';

/** What a command is asked for that opens a microscope. */
export interface InstrumentFlags {
  readonly microscope: string;
  readonly arm?: boolean;
  /** A file; `none` for no log of hardware. */
  readonly log?: string;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly psf?: ProbeShape;
}

/** A microscope with the log of its calls. */
export interface Instrument extends OpenedMicroscope {
  readonly description: MicroscopeDescription;
  readonly onCall: (call: RecordedCall) => void;
  /** Tells the person what there is to say of the frames since the last time. */
  readonly sayRemarks: () => void;
  /** Ends log and connection, and says the last remarks. */
  close(): Promise<void>;
}

/**
 * Opens a microscope and the log of its calls. Hardware needs `--arm`, and has a log unless that is `none`.
 *
 * @param startUm - How far a simulated microscope begins from focus, um of z, a and b each.
 * @param by - How to open each scheme, where not as usual.
 * @throws ConfigError if the URI, the log or `--arm` is wrong; whatever opening it throws.
 */
export async function openInstrument(
  flags: InstrumentFlags,
  startUm: number,
  terminal: Terminal,
  by?: Readonly<Record<string, Opener>>,
): Promise<Instrument> {
  const simulation = { ...flags, startUm };
  const opened = await openMicroscope(flags.microscope, simulation, flags.arm === true, by);
  const { microscope } = opened;
  try {
    const description = await limitCallTimes(microscope).microscope.describe();
    const file = logFileOf(flags.log, description, new Date());
    const log =
      file === undefined
        ? undefined
        : openCallLog(file, {
            now: () => new Date(),
            onTrouble: (message) => terminal.err(`${message}\n`),
          });
    if (file !== undefined && flags.log === undefined) terminal.err(`Log: ${file}\n`);
    for (const lack of opened.lacks ?? []) terminal.err(`note: ${lack}\n`);
    const sayRemarks = () => {
      for (const remark of opened.remarks?.() ?? []) terminal.err(`${remark}\n`);
    };
    return {
      ...opened,
      description,
      onCall: (call) => log?.write(call),
      sayRemarks,
      async close() {
        await microscope.close();
        sayRemarks();
        log?.close();
      },
    };
  } catch (error) {
    await microscope.close();
    throw error;
  }
}

/**
 * Where the calls of a microscope are kept; `undefined` for nowhere.
 *
 * @param flag - `--log`.
 */
export function logFileOf(
  flag: string | undefined,
  { isSimulated }: Pick<MicroscopeDescription, 'isSimulated'>,
  now: Date,
): string | undefined {
  if (flag === 'none') return undefined;
  if (flag !== undefined || isSimulated) return flag;
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `semfocus-${time}.jsonl`;
}

/**
 * Opens a microscope for something that puts the start back itself, whatever happens.
 *
 * @returns what `run` returns; 130 where Ctrl-C, `kill` or a closed terminal ended it.
 * @throws what `run` throws; DeviceError with the code `restore` where the start is not back.
 */
export async function withInstrument(
  flags: InstrumentFlags,
  startUm: number,
  terminal: Terminal,
  run: (instrument: Instrument, signal: AbortSignal) => Promise<number>,
  by?: Readonly<Record<string, Opener>>,
): Promise<number> {
  const instrument = await openInstrument(flags, startUm, terminal, by);
  return interruptible(
    async (signal) => {
      try {
        return await run(instrument, signal);
      } catch (error) {
        if (signal.aborted) {
          const back = 'focus and stage are back, the beam is blanked';
          const text = error === signal.reason ? back : reasonOf(error);
          terminal.err(`interrupted: ${text}\n`);
          return exitCodes.interrupted;
        }
        throw notBack(error) ?? error;
      } finally {
        await instrument.close();
      }
    },
    { hangUp: true },
  );
}

/** The error of an instrument whose start could not be put back is no defect of this program. */
function notBack(error: unknown): DeviceError | undefined {
  if (!(error instanceof AggregateError && error.errors.every((one) => isSemfocusError(one)))) {
    return undefined;
  }
  return new DeviceError(error.message, {
    code: 'restore',
    hint: 'put working distance, stigmators and stage back by hand, and blank the beam',
    cause: error,
  });
}
