import { once } from 'node:events';
import type { Command } from 'commander';
import type { AlgorithmEntry, Json } from '../../harness/algorithm/index.ts';
import { readConfigFile, unknownName } from '../../harness/config/index.ts';
import { type FocusOutcome, focusMicroscope } from '../../harness/focusing/index.ts';
import {
  type AcquisitionLog,
  ConfigError,
  calibrationSchema,
  calibrationValues,
  type FocusLimits,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type MicroscopeDescription,
  type ProbeShape,
  recordMicroscope,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { inferencesEnded } from '../../models/index.ts';
import {
  type FocusEnding,
  focusEndingAfter,
  focusEndingOf,
  focusLimitsText,
  focusVerdict,
} from '../focus/focusEnding.ts';
import { focusTrace, focusTraceHead } from '../focus/focusTrace.ts';
import { type CallLog, openCallLog } from '../focus/openCallLog.ts';
import {
  microscopeForms,
  type OpenedMicroscope,
  openMicroscope,
  openOwnAlgorithms,
  readModel,
  registryWith,
} from '../lab/index.ts';
import { usualIterations } from '../live/explore/algorithmSetting.ts';
import {
  type FocusPicture,
  type FocusServer,
  type FocusSpent,
  type FocusStepNote,
  startFocusServer,
} from '../live/focus/FocusServer.ts';
import { liveOption } from '../live/server/liveOption.ts';
import { livePort } from '../live/server/livePort.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import {
  algorithmTimeoutOption,
  modelOption,
  numberOption,
  parametersOption,
  pluginOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface FocusCommandOptions {
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
  readonly dryRun?: boolean;
  readonly log?: string;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly psf?: ProbeShape;
  readonly live?: number | true;
  readonly json?: boolean;
}

/** How well a simulated microscope has been focused before, um of z, a and b each. */
const simulatedStartUm = 10;

const sizeOption = (flags: string, description: string) =>
  numberOption(flags, description, { isWhole: true, from: 64, to: 32_768, unit: 'px' });
const limitOption = (flags: string, description: string, unit?: string) =>
  numberOption(flags, description, { above: 0, ...(unit !== undefined && { unit }) });

/** `semfocus focus`: one microscope, one algorithm, once. */
export function addFocusCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .addOption(textOption('--microscope <uri>', microscopeForms).makeOptionMandatory())
    .addOption(
      textOption(
        '--algorithm <name|exec:command>',
        'known by name (semfocus algorithms), or a program of your own',
      ),
    )
    .addOption(modelOption('network of your own to focus with').conflicts('algorithm'))
    .addOption(pluginOption())
    .addOption(algorithmTimeoutOption())
    .addOption(parametersOption())
    .addOption(
      textOption(
        '--calibration <file>',
        "JSON file of what the algorithm is told, in place of the microscope's own",
      ),
    )
    .addOption(
      numberOption(
        '--iterations <n>',
        'at most (default: 6 for pairs of frames, 40 for searches)',
        {
          isWhole: true,
          from: 1,
          to: 1000,
        },
      ),
    )
    .addOption(limitOption('--margin-wd <um>', 'close enough, working distance', 'um').default(1))
    .addOption(limitOption('--margin-stig <unit>', 'close enough, each stigmator').default(0.25))
    .option('--all-iterations', 'go on however sure the algorithm is')
    .addOption(sizeOption('--width <px>', 'columns of a frame').default(1024))
    .addOption(sizeOption('--height <px>', 'rows of a frame').default(768))
    .addOption(limitOption('--pixel-size <nm>', "the microscope's own where left out", 'nm'))
    .addOption(limitOption('--dwell <ns>', "dwell time; the microscope's own where left out", 'ns'))
    .addOption(
      limitOption('--limit-wd <um>', 'farthest from the start, working distance', 'um').default(60),
    )
    .addOption(
      limitOption('--limit-stig <unit>', 'farthest from the start, each stigmator').default(20),
    )
    .addOption(limitOption('--step-limit-wd <um>', 'largest single change; none if left out', 'um'))
    .addOption(limitOption('--step-limit-stig <unit>', 'the same for each stigmator'))
    .addOption(limitOption('--dose-limit <e/nm2>', 'dose that no place may exceed'))
    .option('--dry-run', 'one iteration, say what it would correct, and put the start back')
    .addOption(
      textOption('--specimen <name|file>', 'under a simulated microscope').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      numberOption('--seed <n>', 'of specimen, noise and start of a simulated microscope', {
        isWhole: true,
        from: 0,
      }).default(1),
    )
    .addOption(psfOption("shape of a simulated probe; the preset's own where left out"))
    .addOption(textOption('--log <file>', 'add every call to the microscope, a JSON line each'))
    .addOption(liveOption('look on in a browser, served until Ctrl-C'))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
It ends when what the algorithm had to correct was inside the margins, and so is
twice the uncertainty that it claims; else after --iterations.

A guard stands between the algorithm and the microscope: what would leave the
limits around the start, or exceed the dose limit, is refused before anything
moves or is exposed. After every set the state is read back, and the run stops
where it is not what was asked for. After an error, a refusal or Ctrl-C the
start is put back. A frame before and one after decide whether the end may stay:
where it is clearly blurrier than the start, the start is put back. In the end
the beam is blanked.

--dry-run lets the algorithm move what it has to move in order to see (pairs of
frames lie on either side of focus), then puts the start back.

Exit code 0: the microscope was left as the algorithm wants it, or the dry run
has an answer. 1: it was not, because the algorithm declined, was refused or
failed, or made things worse. 130: interrupted, the start is back.

A simulated microscope begins up to ${simulatedStartUm} um off, drawn by the seed.

Examples:
  semfocus focus --microscope sim:merlin --algorithm mapfost
  semfocus focus --microscope sim:merlin --algorithm spectral --dose-limit 300
  semfocus focus --microscope sim:merlin --algorithm mapfost --live \\
    --log calls.jsonl
  semfocus focus --microscope sim:random:17 --calibration random-17.json \\
    --algorithm deepfocus-spectral-384 --dry-run --json`,
    )
    .action(async (options: FocusCommandOptions) => {
      const own = await openOwnAlgorithms({
        ...(options.plugin && { plugins: options.plugin }),
        ...(options.algorithm !== undefined && { algorithms: [options.algorithm] }),
        timeoutS: options.algorithmTimeout,
      });
      try {
        const wanted =
          options.model === undefined ? own.chosen[0] : readModel(options.model).card.name;
        const { algorithms } = registryWith(options.model, own.entries);
        exit(await focus(options, entryNamed(wanted, algorithms), terminal));
      } finally {
        own.close();
      }
    });
}

function entryNamed(
  wanted: string | undefined,
  algorithms: ReadonlyMap<string, AlgorithmEntry>,
): AlgorithmEntry {
  if (wanted === undefined) {
    throw new ConfigError('one of --algorithm and --model must be given. Received none of them');
  }
  const entry = algorithms.get(wanted);
  if (entry === undefined) throw unknownName('--algorithm', wanted, algorithms.keys());
  return entry;
}

async function focus(
  options: FocusCommandOptions,
  entry: AlgorithmEntry,
  terminal: Terminal,
): Promise<number> {
  const opened = await openMicroscope(options.microscope, {
    ...options,
    startUm: simulatedStartUm,
  });
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort(new DOMException('interrupted', 'AbortError'));
  };
  for (const name of signals) process.on(name, interrupt);
  const log =
    options.log === undefined
      ? undefined
      : openCallLog(options.log, {
          now: () => new Date(),
          onTrouble: (message) => terminal.err(`${message}\n`),
        });
  try {
    const { signal } = interruption;
    return await focusOpened(opened, options, entry, { terminal, signal, log });
  } finally {
    for (const name of signals) process.off(name, interrupt);
    log?.close();
    await opened.microscope.close();
    if (interruption.signal.aborted) leaveInSpiteOf();
  }
}

/** Ctrl-C, `kill`, and a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const graceMs = 2000;

/** An algorithm that has not noticed its end may keep the process: the microscope is safe, it may go. */
function leaveInSpiteOf(): void {
  setTimeout(() => {
    // In the midst of an inference the process would not end but crash.
    void inferencesEnded().then(() => process.exit());
  }, graceMs).unref();
}

async function focusOpened(
  opened: OpenedMicroscope,
  options: FocusCommandOptions,
  entry: AlgorithmEntry,
  {
    terminal,
    signal,
    log: callLog,
  }: {
    readonly terminal: Terminal;
    readonly signal: AbortSignal;
    readonly log: CallLog | undefined;
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
  const { microscope, log } = recordMicroscope(opened.microscope, (call) => callLog?.write(call));
  const description = await microscope.describe();
  const start = await microscope.readFocus({ signal });
  const isJson = options.json === true;
  const say = (text: string) => {
    if (!isJson) terminal.out(text);
  };
  const title = `${entry.name} on ${options.microscope}`;
  const margins: FocusLimits = {
    workingDistanceUm: options.marginWd,
    stigmator: options.marginStig,
  };
  const isMarginEnough = options.allIterations !== true;
  const isDryRun = options.dryRun === true;
  const iterations = isDryRun ? 1 : (options.iterations ?? usualIterations(entry));
  const stigmatorUnit = description.parameters.stigmatorX.unit;
  const about = { title, algorithm: entry.name, start, margins, stigmatorUnit, iterations };
  const live = await openLive(about, log, livePort(options.live), terminal);
  say(`${title}: ${frameText(frame, description)}\n${limitsText(options, description)}\n\n`);
  say(`${focusTraceHead(description)}\n${focusTrace(start, log)}\n`);
  const steps: FocusStepNote[] = [];
  let ending: FocusEnding;
  let endedBy: FocusOutcome['endedBy'] | undefined;
  const sayInterrupted = () =>
    terminal.err(
      'interrupted: putting the start back (again to leave at once, with the microscope as it is)\n',
    );
  signal.addEventListener('abort', sayInterrupted);
  try {
    const outcome = await focusMicroscope(live?.watch(microscope) ?? microscope, {
      algorithm,
      frame,
      calibration,
      random: new RandomStream(options.seed, 'algorithm', 0),
      iterations,
      ...(isMarginEnough && { margins }),
      ...limitsOf(options),
      signal,
      clock: { nowMs: () => performance.now() },
      afterwards: isDryRun ? 'back' : 'compare',
      onStep: ({ framesUsed: _, diagnostics: __, ...step }) => {
        const note = { ...step, ...spentOn(log) };
        steps.push(note);
        live?.step(note);
        say(`${focusTrace(step.focus, log, step)}\n`);
      },
    });
    ({ endedBy } = outcome);
    const marginsText = isMarginEnough ? focusLimitsText(margins, description) : undefined;
    ending = focusEndingOf(outcome, { isDryRun, marginsText });
  } catch (error) {
    ending = focusEndingAfter(error, signal);
  } finally {
    signal.removeEventListener('abort', sayInterrupted);
  }
  const end = await microscope.readFocus().catch(() => undefined);
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
  live?.end(verdict);
  if (live !== undefined) await untilAborted(signal);
  await live?.close();
  return ending.exitCode;
}

/** A page alone keeps no process; somebody may open it later. */
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
  log: AcquisitionLog,
  port: number | undefined,
  terminal: Terminal,
): Promise<FocusServer | undefined> {
  if (port === undefined) return undefined;
  const server = await startFocusServer(about, () => spentOn(log), port);
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

function spentOn({ frames, doseElectronsPerNm2, frameS, settleS }: AcquisitionLog): FocusSpent {
  return { frames, doseElectronsPerNm2, microscopeS: frameS + settleS };
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
