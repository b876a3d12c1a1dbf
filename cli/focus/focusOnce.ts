import { once } from 'node:events';
import type { AlgorithmEntry, Json } from '../../harness/algorithm/index.ts';
import { readConfigFile } from '../../harness/config/index.ts';
import {
  type FocusOutcome,
  focusMicroscope,
  type LookBack,
  openSession,
} from '../../harness/focusing/index.ts';
import {
  ConfigError,
  calibrationSchema,
  calibrationValues,
  type FocusLimits,
  type FocusState,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type MicroscopeDescription,
  type ProbeShape,
  type Spent,
  spentOn,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { SeriesRecording } from '../../harness/series/index.ts';
import { inferencesEnded } from '../../models/index.ts';
import { type OpenedMicroscope, openMicroscope } from '../lab/index.ts';
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
import { abortedByDefects } from './abortedByDefects.ts';
import {
  type FocusEnding,
  focusEndingAfter,
  focusEndingOf,
  focusLimitsText,
  focusVerdict,
} from './focusEnding.ts';
import { focusTrace, focusTraceHead } from './focusTrace.ts';
import { type CallLog, openCallLog } from './openCallLog.ts';
import { openRecording, recordingEnd, recordingText } from './openRecording.ts';
import { witnessesFor } from './witnessesFor.ts';

/** What `semfocus focus` is asked for. */
export interface FocusCommandOptions {
  readonly microscope: string;
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
  readonly limitWd: number;
  readonly limitStig: number;
  readonly stepLimitWd?: number;
  readonly stepLimitStig?: number;
  readonly doseLimit?: number;
  readonly callTimeout: number;
  readonly dryRun?: boolean;
  readonly log?: string;
  readonly record?: string;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly psf?: ProbeShape;
  readonly live?: number | true;
  readonly json?: boolean;
}

/** How well a simulated microscope has been focused before, um of z, a and b each. */
export const simulatedStartUm = 10;

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
  const opened = await openMicroscope(options.microscope, {
    ...options,
    startUm: simulatedStartUm,
  });
  for (const lack of opened.lacks ?? []) terminal.err(`note: ${lack}\n`);
  const log =
    options.log === undefined
      ? undefined
      : openCallLog(options.log, {
          now: () => new Date(),
          onTrouble: (message) => terminal.err(`${message}\n`),
        });
  return interruptible(
    (interruption) =>
      abortedByDefects(interruption, async (signal) => {
        try {
          const recording = await openRecording(options.record, opened);
          return await focusOpened(opened, options, entry, { terminal, signal, log, recording });
        } finally {
          log?.close();
          await opened.microscope.close();
          sayRemarks(opened, terminal);
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

function sayRemarks({ remarks = () => [] }: OpenedMicroscope, terminal: Terminal): void {
  for (const remark of remarks()) terminal.err(`${remark}\n`);
}

async function focusOpened(
  opened: OpenedMicroscope,
  options: FocusCommandOptions,
  entry: AlgorithmEntry,
  {
    terminal,
    signal,
    log: callLog,
    recording,
  }: {
    readonly terminal: Terminal;
    readonly signal: AbortSignal;
    readonly log: CallLog | undefined;
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
    ...limitsOf(options),
    callMarginMs: 1e3 * options.callTimeout,
    signal,
    onCall: (call) => callLog?.write(call),
    async onFrame(exposed) {
      sayRemarks(opened, terminal);
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
  say(`${title}: ${frameText(frame, description)}\n${limitsText(options, description)}\n\n`);
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

async function calibrationFor({ calibration }: OpenedMicroscope, file: string | undefined) {
  if (file !== undefined) {
    return calibrationValues(await readConfigFile(calibrationSchema, file, 'calibration'));
  }
  if (calibration !== undefined) return calibration;
  throw new ConfigError('--calibration must name a file for this microscope. Received nothing', {
    hint: 'semfocus calibrate makes one',
  });
}

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

function limitsOf(options: FocusCommandOptions) {
  const { limitWd, limitStig, stepLimitWd, stepLimitStig, doseLimit } = options;
  const limits: FocusLimits = { workingDistanceUm: limitWd, stigmator: limitStig };
  const hasStep = stepLimitWd !== undefined || stepLimitStig !== undefined;
  return {
    limits,
    // Twice the reach is no limit: any two states inside lie nearer to each other.
    ...(hasStep && {
      stepLimits: {
        workingDistanceUm: stepLimitWd ?? 2 * limitWd,
        stigmator: stepLimitStig ?? 2 * limitStig,
      },
    }),
    ...(doseLimit !== undefined && { doseBudgetElectronsPerNm2: doseLimit }),
  };
}

function frameText(frame: FrameRequest, description: MicroscopeDescription): string {
  const { width, height, pixelSizeNm, dwellTimeNs } = frame;
  const dose = frameDoseElectronsPerNm2(description, frame);
  return `frames of ${width} x ${height} px, ${pixelSizeNm} nm, ${dwellTimeNs} ns, ${dose.toFixed(1)} e/nm² a frame`;
}

function limitsText(options: FocusCommandOptions, { parameters }: MicroscopeDescription): string {
  const { limitWd, limitStig, stepLimitWd, stepLimitStig, doseLimit } = options;
  const { unit } = parameters.stigmatorX;
  const steps = [
    ...(stepLimitWd === undefined ? [] : [`${stepLimitWd} µm`]),
    ...(stepLimitStig === undefined ? [] : [`${stepLimitStig} ${unit}`]),
  ];
  return `guard: ${[
    `within ${limitWd} µm and ${limitStig} ${unit} of the start`,
    ...(steps.length === 0 ? [] : [`steps of at most ${steps.join(' and ')}`]),
    doseLimit === undefined ? 'no dose limit' : `at most ${doseLimit} e/nm²`,
  ].join(', ')}`;
}
