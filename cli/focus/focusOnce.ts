import { once } from 'node:events';
import type { AlgorithmEntry, Json } from '../../harness/algorithm/index.ts';
import {
  type FocusOutcome,
  focusMicroscope,
  type LookBack,
  openSession,
} from '../../harness/focusing/index.ts';
import {
  type FocusLimits,
  type FocusState,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type MicroscopeDescription,
  type Spent,
  spentOn,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { SeriesRecording } from '../../harness/series/index.ts';
import { inferencesEnded } from '../../models/index.ts';
import { abortedByDefects } from '../instrument/abortedByDefects.ts';
import { calibrationFor } from '../instrument/calibrationFor.ts';
import {
  type GuardRules,
  guardRules,
  guardText,
  type LimitFlags,
} from '../instrument/guardRules.ts';
import {
  type Instrument,
  type InstrumentFlags,
  openInstrument,
} from '../instrument/openInstrument.ts';
import { openRecording, recordingEnd, recordingText } from '../instrument/openRecording.ts';
import { simulatedStartUm, usualLimits } from '../instrument/usualLimits.ts';
import { usualIterations } from '../live/explore/algorithmSetting.ts';
import {
  type FocusPicture,
  type FocusServer,
  type FocusStepNote,
  startFocusServer,
} from '../live/focus/FocusServer.ts';
import { livePort } from '../live/server/livePort.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import type { Terminal } from '../terminal/terminal.ts';
import {
  type FocusEnding,
  focusEndingAfter,
  focusEndingOf,
  focusLimitsText,
  focusVerdict,
} from './focusEnding.ts';
import { focusTrace, focusTraceHead } from './focusTrace.ts';
import { witnessesFor } from './witnessesFor.ts';

/** What `semfocus focus` is asked for. */
export interface FocusCommandOptions extends InstrumentFlags, LimitFlags {
  readonly algorithm?: string;
  readonly model?: string;
  readonly plugin?: string[];
  readonly algorithmTimeout: number;
  readonly parameters?: Json;
  readonly calibration?: string;
  readonly iterations?: number;
  readonly marginWd: number;
  readonly marginStig: number;
  readonly allIterations?: boolean;
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly dwell?: number;
  readonly callTimeout: number;
  readonly dryRun?: boolean;
  readonly record?: string;
  readonly live?: number | true;
  readonly json?: boolean;
}

/**
 * Opens a microscope, lets an algorithm focus it once and says what came of it. On a signal the start is
 * put back.
 *
 * @returns the exit code.
 */
export async function focusOnce(
  options: FocusCommandOptions,
  entry: AlgorithmEntry,
  terminal: Terminal,
): Promise<number> {
  const rules = await guardRules(options, { usual: usualLimits });
  const instrument = await openInstrument(options, simulatedStartUm, terminal);
  return interruptible(
    (interruption) =>
      abortedByDefects(interruption, async (signal) => {
        try {
          const recording = await openRecording(options.record, instrument);
          return await focusOpened(instrument, rules, options, entry, {
            ...{ terminal, signal, recording },
          });
        } finally {
          await instrument.close();
          if (signal.aborted) leaveInSpiteOf();
        }
      }),
    { hangUp: true },
  );
}

const graceMs = 2000;

/** An algorithm that has not noticed its end may keep the process: the microscope is safe, it may go. */
function leaveInSpiteOf(): void {
  setTimeout(() => {
    // In the midst of an inference the process would not end but crash.
    void inferencesEnded().then(() => process.exit());
  }, graceMs).unref();
}

async function focusOpened(
  opened: Instrument,
  rules: GuardRules,
  options: FocusCommandOptions,
  entry: AlgorithmEntry,
  {
    terminal,
    signal,
    recording,
  }: {
    readonly terminal: Terminal;
    readonly signal: AbortSignal;
    readonly recording: SeriesRecording | undefined;
  },
): Promise<number> {
  const frame: FrameRequest = {
    width: options.width,
    height: options.height,
    pixelSizeNm: options.pixelSize ?? opened.pixelSizeNm,
    dwellTimeNs: options.dwell ?? opened.dwellTimeNs,
  };
  entry.checkFrame?.(frame, options.parameters);
  const algorithm = entry.create(options.parameters);
  const calibration = await calibrationFor(opened, options.calibration);
  entry.checkCalibration?.(calibration);
  let live: FocusServer | undefined;
  const unrecorded = new AbortController();
  const session = await openSession(opened.microscope, {
    ...rules,
    callMarginMs: 1e3 * options.callTimeout,
    signal,
    onCall: opened.onCall,
    async onFrame(exposed) {
      opened.sayRemarks();
      live?.frame(exposed);
      try {
        await recording?.keep(exposed);
      } catch (error) {
        // An algorithm might go on without this frame.
        unrecorded.abort(error);
        throw error;
      }
    },
  });
  const { description, start, log } = session;
  const isJson = options.json === true;
  const say = (text: string) => {
    if (!isJson) terminal.out(text);
  };
  const title = `${entry.name} on ${options.microscope}`;
  const margins: FocusLimits = {
    workingDistanceUm: options.marginWd,
    stigmator: options.marginStig,
  };
  const isDryRun = options.dryRun === true;
  const iterations = isDryRun ? 1 : (options.iterations ?? usualIterations(entry));
  const stigmatorUnit = description.parameters.stigmatorX.unit;
  const about = { title, algorithm: entry.name, start, margins, stigmatorUnit, iterations };
  live = await openLive(about, () => spentOn(log), livePort(options.live), terminal);
  say(`${title}: ${frameText(frame, description)}\n${guardText(rules, stigmatorUnit)}\n\n`);
  say(`${focusTraceHead(description)}\n${focusTrace(start, log)}\n`);
  const steps: FocusStepNote[] = [];
  let ending: FocusEnding;
  let end: FocusState | undefined;
  let endedBy: FocusOutcome['endedBy'] | undefined;
  let look: LookBack | undefined;
  const sayInterrupted = () =>
    terminal.err(
      'interrupted: putting the start back (again to leave at once, with the microscope as it is)\n',
    );
  signal.addEventListener('abort', sayInterrupted);
  try {
    const outcome = await focusMicroscope(session, {
      algorithm,
      frame,
      calibration,
      random: new RandomStream(options.seed, 'algorithm', 0),
      iterations,
      margins,
      endsInside: options.allIterations !== true,
      signal: AbortSignal.any([signal, unrecorded.signal]),
      clock: { nowMs: () => performance.now() },
      afterwards: {
        mode: isDryRun ? 'back' : 'compare',
        witnesses: witnessesFor(calibration),
        onBack: (shown) => {
          look = shown;
        },
      },
      onStep: ({ framesUsed: _, diagnostics: __, ...step }) => {
        const note = { ...step, ...spentOn(log) };
        steps.push(note);
        live?.step(note);
        say(`${focusTrace(step.focus, log, step)}\n`);
      },
    });
    ({ endedBy } = outcome);
    end = outcome.end;
    const marginsText = focusLimitsText(margins, description);
    ending = focusEndingOf(outcome, { isDryRun, marginsText, start, description, look });
  } catch (error) {
    end = await session.microscope.readFocus().catch(() => undefined);
    ending = focusEndingAfter(error, signal, { start, end, description, look });
  } finally {
    signal.removeEventListener('abort', sayInterrupted);
  }
  const verdict = focusVerdict(ending, end, spentOn(log), description);
  say(`\n${verdict}\n`);
  if (isJson) {
    const { name, version, parameters } = algorithm;
    const document = {
      microscope: options.microscope,
      algorithm: { name, version, parameters },
      frame,
      margins,
      outcome: ending.outcome,
      ...(endedBy && { endedBy }),
      message: ending.message,
      start,
      end,
      ...spentOn(log),
      steps,
    };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  }
  if (recording !== undefined) say(recordingText(recording));
  live?.end(verdict);
  if (live !== undefined) await untilAborted(signal);
  await live?.close();
  if (recording?.failure === undefined) return ending.exitCode;
  terminal.err(`${recordingEnd(recording)}\n`);
  return exitCodes.usage;
}

/** A page alone keeps no process alive; it may be opened later. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const staying = setInterval(() => {}, longestMs);
  await once(signal, 'abort');
  clearInterval(staying);
}

/** What a timer can wait for. */
const longestMs = 2 ** 31 - 1;

async function openLive(
  about: FocusPicture,
  spent: () => Spent,
  port: number | undefined,
  terminal: Terminal,
): Promise<FocusServer | undefined> {
  if (port === undefined) return undefined;
  const server = await startFocusServer(about, spent, port);
  terminal.err(`Live: ${server.url} (Ctrl-C ends it)\n`);
  return server;
}

function frameText(frame: FrameRequest, description: MicroscopeDescription): string {
  const { width, height, pixelSizeNm, dwellTimeNs } = frame;
  const dose = frameDoseElectronsPerNm2(description, frame);
  return `frames of ${width} x ${height} px, ${pixelSizeNm} nm, ${dwellTimeNs} ns, ${dose.toFixed(1)} e/nm² a frame`;
}
